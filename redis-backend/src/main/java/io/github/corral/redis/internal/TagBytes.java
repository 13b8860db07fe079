package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier.Stamp;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The bytes of tags, in entries, messages and arguments. A list of tags is, for each, the length (2
 * bytes) and the {@link KeyText}; a stamp is the epoch (2) and the clock (6).
 */
final class TagBytes {

  private static final int MOST_LENGTH = 0xFFFF;
  private static final int CLOCK_BITS = 48;
  private static final long CLOCK_MASK = (1L << CLOCK_BITS) - 1;
  private static final byte[] NONE = {};

  private TagBytes() {}

  /**
   * The bytes of a list.
   *
   * @throws IllegalArgumentException if a tag is too long
   */
  static byte[] encode(List<String> tags) {
    if (tags.isEmpty()) {
      return NONE;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String tag : tags) {
      byte[] name = KeyText.encode(tag);
      if (name.length > MOST_LENGTH) {
        throw new IllegalArgumentException(
            "a tag of " + name.length + " bytes: at most " + MOST_LENGTH + " are kept");
      }
      out.write(name.length >> 8);
      out.write(name.length);
      out.writeBytes(name);
    }
    return out.toByteArray();
  }

  /**
   * Reads a list.
   *
   * @throws RuntimeException if it ends within a tag
   */
  static List<String> decode(byte[] bytes, int from, int to) {
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    List<String> tags = new ArrayList<>();
    while (in.hasRemaining()) {
      int length = Short.toUnsignedInt(in.getShort());
      int name = in.position();
      in.position(name + length);
      tags.add(KeyText.decode(bytes, name, name + length));
    }
    return Collections.unmodifiableList(tags);
  }

  static long encode(Stamp stamp) {
    return (stamp.epoch() << CLOCK_BITS) | (stamp.clock() & CLOCK_MASK);
  }

  static Stamp stamp(long bits) {
    return bits == 0 ? Stamp.NONE : new Stamp(bits >>> CLOCK_BITS, bits & CLOCK_MASK);
  }
}
