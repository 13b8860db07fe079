package io.github.corral.spi;

import java.util.concurrent.CompletionStage;

/**
 * A {@link Loader} that does not block. It is called like one, and its load lasts until the stage
 * completes.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
@FunctionalInterface
public interface AsyncLoader<K, V> {

  /**
   * Starts the load of a key's value.
   *
   * @param key the key
   * @param load the circumstances; of use until the stage completes
   * @return completes with the value, or with null if the source has none
   * @throws Exception if the load cannot be started; counts as a failed load
   */
  CompletionStage<V> load(K key, Load<V> load) throws Exception;
}
