package io.github.corral.architecture.sample.layers.spi;

import io.github.corral.architecture.sample.layers.internal.Engine;

interface LeakySpi {
  Engine engine();
}
