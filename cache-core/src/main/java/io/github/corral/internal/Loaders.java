package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.KeyLoader;
import io.github.corral.spi.Loader;
import java.util.concurrent.CompletableFuture;

/** Every loader as an asynchronous one: a blocking loader's load is over when it returns. */
public final class Loaders {

  private Loaders() {}

  /** Adapts a loader. */
  public static <K, V> AsyncLoader<K, V> of(KeyLoader<K, V> loader) {
    return (key, load) -> CompletableFuture.completedFuture(loader.load(key));
  }

  /** Adapts a loader. */
  public static <K, V> AsyncLoader<K, V> of(Loader<K, V> loader) {
    return (key, load) -> CompletableFuture.completedFuture(loader.load(key, load));
  }
}
