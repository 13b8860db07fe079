package io.github.corral.spi;

/**
 * Writes a cache's values to their source, for write-through: the source first, then the cache.
 * Called once for each {@code put} or {@code remove}, on the caller's thread, or on the loader
 * executor for the asynchronous ones; never under a lock. Thread-safe.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
public interface Writer<K, V> {

  /**
   * Writes a value. What it throws reaches the caller, and nothing is published.
   *
   * @param key the key
   * @param value the value, never null
   * @throws Exception if the value was not written, or it is not known whether it was
   */
  void write(K key, V value) throws Exception;

  /**
   * Deletes a key's value; does nothing if there is none.
   *
   * @param key the key
   * @throws Exception as {@link #write}
   */
  void delete(K key) throws Exception;
}
