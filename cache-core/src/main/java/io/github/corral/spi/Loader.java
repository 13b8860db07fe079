package io.github.corral.spi;

import org.jspecify.annotations.Nullable;

/**
 * A {@link KeyLoader} that looks at its load's circumstances and may say how the value is to be
 * kept.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
@FunctionalInterface
public interface Loader<K, V> {

  /**
   * Loads a key's value.
   *
   * @param key the key
   * @param load the circumstances; of use only during this call
   * @return the value, or null if the source has none
   * @throws Exception if the load fails
   */
  @Nullable V load(K key, Load<V> load) throws Exception;
}
