package io.github.corral.internal;

import io.github.corral.spi.Compression;
import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A compression of what is longer than ten bytes, which counts what it decompresses. */
final class Deflating implements Compression {

  int decompressed;

  @Override
  public byte[] compress(byte[] plain) {
    if (plain.length <= 10) {
      return null;
    }
    Deflater deflater = new Deflater();
    deflater.setInput(plain);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] part = new byte[1024];
    while (!deflater.finished()) {
      out.write(part, 0, deflater.deflate(part));
    }
    deflater.end();
    return out.toByteArray();
  }

  @Override
  public byte[] decompress(byte[] compressed, int from, int length) {
    decompressed++;
    Inflater inflater = new Inflater();
    inflater.setInput(compressed, from, compressed.length - from);
    byte[] plain = new byte[length];
    try {
      int got = inflater.inflate(plain);
      if (got != length) {
        throw new IllegalArgumentException("length");
      }
      return plain;
    } catch (DataFormatException e) {
      throw new IllegalArgumentException(e);
    } finally {
      inflater.end();
    }
  }
}
