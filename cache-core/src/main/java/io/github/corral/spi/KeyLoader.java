package io.github.corral.spi;

import org.jspecify.annotations.Nullable;

/**
 * Reads one key from the source of truth. Called on the thread of the caller that leads the key's
 * flight, or on the loader executor for a refresh; under no lock; at most once at a time per key
 * while its lease holds.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
@FunctionalInterface
public interface KeyLoader<K, V> {

  /**
   * Loads a key's value.
   *
   * @param key the key
   * @return the value, or null if the source has none
   * @throws Exception if the load fails; see {@link io.github.corral.LoadFailedException} for what
   *     callers get
   */
  @Nullable V load(K key) throws Exception;
}
