package io.github.corral.internal;

import io.github.corral.spi.Compression;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the remote tier keeps of a codec's bytes. Its first byte tells the form, so that forms can
 * live together:
 *
 * <pre>
 *   0  CRC-32C of the codec's bytes (4), and these
 *   1  CRC-32C of the codec's bytes (4), their length (4), and their compressed form
 *   2  nothing: the value is too large, and each process has its own
 * </pre>
 *
 * <p>Numbers are big-endian. The checksum makes a miss of bytes that were damaged: a codec may read
 * them as another value, and a truncated number is a number.
 */
final class Payloads {

  /** The most bytes that are compressed, and so the most memory that compressed ones can cost. */
  static final int MOST_COMPRESSED = 16 << 20;

  private static final byte PLAIN = 0;
  private static final byte COMPRESSED = 1;
  private static final byte TOO_LARGE = 2;

  private static final int HEAD = Byte.BYTES + Integer.BYTES;

  private final @Nullable Compression compression;
  private final int most;

  /**
   * Makes the payloads of a cache.
   *
   * @param most the most bytes of a payload
   */
  Payloads(@Nullable Compression compression, int most) {
    this.compression = compression;
    this.most = most;
  }

  /** Makes a payload, of the form that is too large if it has to. */
  byte[] pack(byte[] plain) {
    byte[] compressed = compressed(plain);
    int size = HEAD + (compressed == null ? plain.length : Integer.BYTES + compressed.length);
    if (size > most || size < 0) {
      return new byte[] {TOO_LARGE};
    }
    ByteBuffer payload = ByteBuffer.allocate(size);
    payload.put(compressed == null ? PLAIN : COMPRESSED).putInt(checksum(plain));
    if (compressed == null) {
      payload.put(plain);
    } else {
      payload.putInt(plain.length).put(compressed);
    }
    return payload.array();
  }

  private byte @Nullable [] compressed(byte[] plain) {
    return compression == null || plain.length > MOST_COMPRESSED
        ? null
        : compression.compress(plain);
  }

  /** Whether the value is in no remote tier. */
  static boolean isTooLarge(byte @Nullable [] payload) {
    return payload != null && payload.length == 1 && payload[0] == TOO_LARGE;
  }

  /**
   * Tells the codec's bytes.
   *
   * @throws RuntimeException if it is no such payload
   */
  byte[] unpack(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    byte form = in.get();
    int checksum = in.getInt();
    byte[] plain =
        switch (form) {
          case PLAIN -> Arrays.copyOfRange(payload, HEAD, payload.length);
          case COMPRESSED -> decompressed(payload, in.getInt());
          default -> throw new IllegalArgumentException("payload: its form is " + form);
        };
    if (checksum(plain) != checksum) {
      throw new IllegalArgumentException("payload: its bytes were damaged");
    }
    return plain;
  }

  /** The length is judged first: nothing is made that long because somebody says so. */
  private byte[] decompressed(byte[] payload, int length) {
    if (compression == null || length < 0 || length > MOST_COMPRESSED) {
      throw new IllegalArgumentException(
          compression == null
              ? "payload: it is compressed, and nothing here decompresses it"
              : "payload: " + length + " bytes are said to be compressed in it");
    }
    return compression.decompress(payload, HEAD + Integer.BYTES, length);
  }

  private static int checksum(byte[] plain) {
    CRC32C crc = new CRC32C();
    crc.update(plain);
    return (int) crc.getValue();
  }
}
