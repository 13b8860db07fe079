package io.github.corral.redis.internal;

import io.github.corral.spi.Compression;
import net.jpountz.lz4.LZ4Factory;
import org.jspecify.annotations.Nullable;

/**
 * Payloads compressed by LZ4, its block format. In Java alone: native code would be unpacked into
 * the host's temporary files, and unsafe memory access trusts bytes that may be anybody's.
 */
final class Lz4Compression implements Compression {

  private final LZ4Factory lz4 = LZ4Factory.safeInstance();
  private final int above;

  /** Compresses payloads of more than some bytes. */
  Lz4Compression(int above) {
    this.above = above;
  }

  @Override
  public byte @Nullable [] compress(byte[] plain) {
    if (plain.length <= above) {
      return null;
    }
    byte[] compressed = lz4.fastCompressor().compress(plain);
    return compressed.length + Integer.BYTES < plain.length ? compressed : null;
  }

  @Override
  public byte[] decompress(byte[] compressed, int from, int length) {
    byte[] plain = new byte[length];
    int got =
        lz4.safeDecompressor().decompress(compressed, from, compressed.length - from, plain, 0);
    if (got != length) {
      throw new IllegalArgumentException("lz4: " + got + " bytes, not " + length);
    }
    return plain;
  }
}
