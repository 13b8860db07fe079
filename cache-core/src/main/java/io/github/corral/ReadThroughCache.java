package io.github.corral;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A cache with a loader of its own.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
public interface ReadThroughCache<K, V> extends TieredCache<K, V> {

  /**
   * Reads a key, and loads it if no value may be served; see {@link #get(Object,
   * io.github.corral.spi.KeyLoader)}.
   *
   * @param key the key
   * @return the value, or null if the source has none
   * @throws LoadFailedException if the load failed or the wait was interrupted
   * @throws LoadTimeoutException if there was no value at the load timeout
   * @throws IllegalStateException if the {@link Corral} is closed, or a load of this very key runs
   *     on this thread
   */
  @Nullable V get(K key);

  /**
   * Reads a key like {@link #get(Object)}. The loader is called on the loader executor.
   *
   * @param key the key
   * @return completes with the value or null, or as {@link #get(Object)} throws
   */
  CompletableFuture<V> getAsync(K key);
}
