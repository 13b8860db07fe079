package io.github.corral.spi;

import org.jspecify.annotations.Nullable;

/**
 * Makes payloads smaller. Thread-safe. Whatever it throws counts as a failure of the codec: what
 * cannot be compressed is kept in this process only, what cannot be decompressed is absent.
 */
public interface Compression {

  /**
   * Compresses a payload.
   *
   * @param plain the payload; not to be changed
   * @return its compressed form, or null if it is to be stored as it is, because it is small or
   *     does not become smaller
   */
  byte @Nullable [] compress(byte[] plain);

  /**
   * Undoes {@link #compress}, on bytes that may be anybody's: it reads nothing outside them, and
   * needs no more memory than the length.
   *
   * @param compressed bytes of which the compressed form is the last part
   * @param from where it begins
   * @param length how long the payload was
   * @return the payload
   * @throws RuntimeException if it is not the compressed form of a payload of that length
   */
  byte[] decompress(byte[] compressed, int from, int length);
}
