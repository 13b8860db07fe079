package io.github.corral.spi;

/**
 * Turns a cache's values into bytes and back. Thread-safe; never sees null.
 *
 * @param <V> the value type
 */
public interface Codec<V> {

  /**
   * Encodes a value.
   *
   * @param value the value
   * @return its bytes
   * @throws RuntimeException if the value cannot be encoded; it is then kept in this process only
   */
  byte[] encode(V value);

  /**
   * Decodes a value that {@link #encode} made, in this or another process.
   *
   * @param bytes the bytes
   * @return the value
   * @throws RuntimeException if the bytes are not such a value; the entry then counts as absent
   */
  V decode(byte[] bytes);
}
