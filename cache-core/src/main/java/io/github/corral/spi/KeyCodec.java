package io.github.corral.spi;

/**
 * Gives each key of a cache its text form. Two keys have the same text only if they are equal.
 * Thread-safe.
 *
 * @param <K> the key type
 */
@FunctionalInterface
public interface KeyCodec<K> {

  /**
   * Tells a key's text.
   *
   * @param key the key
   * @return its text; any Unicode, may be empty
   */
  String encode(K key);
}
