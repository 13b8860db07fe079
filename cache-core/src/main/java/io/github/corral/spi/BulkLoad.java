package io.github.corral.spi;

/**
 * The circumstances of one bulk load, and how its values are to be kept. Thread-safe as long as one
 * thread at a time uses it.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
public interface BulkLoad<K, V> {

  /**
   * The circumstances of one key.
   *
   * @param key a key of this load
   * @return its part in the load
   * @throws IllegalArgumentException if the key is not one of this load's
   */
  Load<V> of(K key);

  /**
   * Tells whether any of the keys must be read where replication lag cannot be, as {@link
   * Load#fromPrimary} does for one. It counts as asked for all of them: whoever asks and is told
   * true reads them all there.
   *
   * @return true if one of them is within a hold-off
   */
  boolean fromPrimary();
}
