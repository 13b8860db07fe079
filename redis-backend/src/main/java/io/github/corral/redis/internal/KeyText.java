package io.github.corral.redis.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a key's text: UTF-8, and for a surrogate without its pair the three bytes that UTF-8
 * would have for it. So no two texts have the same bytes, while Java's own encoder makes question
 * marks of such surrogates.
 */
final class KeyText {

  private KeyText() {}

  static byte[] encode(String text) {
    return isWellFormed(text) ? text.getBytes(StandardCharsets.UTF_8) : encodeSurrogates(text);
  }

  static String decode(byte[] bytes, int from) {
    return decode(bytes, from, bytes.length);
  }

  static String decode(byte[] bytes, int from, int to) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, to - from))
          .toString();
    } catch (CharacterCodingException surrogates) {
      return decodeSurrogates(bytes, from, to);
    }
  }

  private static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        int point = text.codePointAt(i);
        if (!Character.isSupplementaryCodePoint(point)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static byte[] encodeSurrogates(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() * 3);
    text.codePoints()
        .forEach(
            point -> {
              if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                out.write(0xE0 | (point >> 12));
                out.write(0x80 | ((point >> 6) & 0x3F));
                out.write(0x80 | (point & 0x3F));
              } else {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
              }
            });
    return out.toByteArray();
  }

  private static String decodeSurrogates(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    for (int i = from; i < to; ) {
      int length = length(bytes[i]);
      if (i + length > to) {
        throw new IllegalArgumentException("a key's text ends within a character");
      }
      text.appendCodePoint(codePoint(bytes, i, length));
      i += length;
    }
    return text.toString();
  }

  private static int length(byte first) {
    int lead = first & 0xFF;
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }

  private static int codePoint(byte[] bytes, int from, int length) {
    if (length == 1) {
      return bytes[from];
    }
    int point = bytes[from] & (0xFF >> (length + 1));
    for (int i = 1; i < length; i++) {
      point = (point << 6) | (bytes[from + i] & 0x3F);
    }
    return point;
  }
}
