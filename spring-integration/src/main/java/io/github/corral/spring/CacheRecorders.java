package io.github.corral.spring;

import io.github.corral.spi.Recorder;
import java.util.function.Function;

/** Makes the recorder of a cache by the cache's name. */
interface CacheRecorders extends Function<String, Recorder> {}
