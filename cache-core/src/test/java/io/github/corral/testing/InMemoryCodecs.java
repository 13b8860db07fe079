package io.github.corral.testing;

import io.github.corral.spi.Codec;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** The few codecs that an {@link InMemoryTier} brings. */
final class InMemoryCodecs {

  private static final Codec<String> STRING =
      codec(
          text -> text.getBytes(StandardCharsets.UTF_8),
          bytes -> new String(bytes, StandardCharsets.UTF_8));
  private static final Codec<Long> LONG =
      codec(
          number -> ByteBuffer.allocate(Long.BYTES).putLong(number).array(),
          bytes -> ByteBuffer.wrap(bytes).getLong());
  private static final Codec<Integer> INTEGER =
      codec(
          number -> ByteBuffer.allocate(Integer.BYTES).putInt(number).array(),
          bytes -> ByteBuffer.wrap(bytes).getInt());
  private static final Codec<byte[]> BYTES = codec(byte[]::clone, byte[]::clone);

  private InMemoryCodecs() {}

  static Codec<?> of(Type type) {
    if (type == String.class) {
      return STRING;
    }
    if (type == Long.class) {
      return LONG;
    }
    if (type == Integer.class) {
      return INTEGER;
    }
    if (type == byte[].class) {
      return BYTES;
    }
    throw new IllegalArgumentException(
        "value type "
            + type.getTypeName()
            + ": the in-memory tier encodes String, Long, Integer and byte[] only; set codec(..)");
  }

  private static <V> Codec<V> codec(Function<V, byte[]> encode, Function<byte[], V> decode) {
    return new Codec<>() {
      @Override
      public byte[] encode(V value) {
        return encode.apply(value);
      }

      @Override
      public V decode(byte[] bytes) {
        return decode.apply(bytes);
      }
    };
  }
}
