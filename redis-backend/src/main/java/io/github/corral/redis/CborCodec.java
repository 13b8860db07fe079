package io.github.corral.redis;

import io.github.corral.TypeRef;
import io.github.corral.spi.Codec;
import java.lang.reflect.Type;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.cbor.CBORMapper;
import tools.jackson.dataformat.cbor.CBORWriteFeature;

/**
 * Values as CBOR (RFC 8949), by Jackson: the same values as by {@link JsonCodec}, in fewer bytes
 * and less time. Needs {@code tools.jackson.dataformat:jackson-dataformat-cbor} on the class path.
 *
 * <p>The type is what the cache was built with; no bytes can name another class. The bytes begin
 * with the tag of self-described CBOR, without which they could be JSON: so each of the two refuses
 * the other's. The codecs are thread-safe.
 */
public final class CborCodec {

  private CborCodec() {}

  /**
   * Makes a codec.
   *
   * @param <V> the value type
   * @param type the value type
   * @return its codec
   * @throws IllegalArgumentException if the type leaves open what a value's class is
   * @throws IllegalStateException if Jackson's CBOR is not on the class path
   */
  public static <V> Codec<V> of(Class<V> type) {
    return of(mapper(), type);
  }

  /**
   * Makes a codec.
   *
   * @param <V> the value type
   * @param type the value type with all its type arguments
   * @return its codec
   * @throws IllegalArgumentException if the type leaves open what a value's class is
   * @throws IllegalStateException if Jackson's CBOR is not on the class path
   */
  public static <V> Codec<V> of(TypeRef<V> type) {
    return of(mapper(), type.type());
  }

  /**
   * Makes a codec.
   *
   * @param type the value type, with all its type arguments
   * @return its codec
   * @throws IllegalArgumentException if the type leaves open what a value's class is
   * @throws IllegalStateException if Jackson's CBOR is not on the class path
   */
  public static Codec<?> of(Type type) {
    return of(mapper(), type);
  }

  private static <V> Codec<V> of(ObjectMapper mapper, Type type) {
    return JacksonCodec.of(mapper, type, (byte) 0xd9, (byte) 0xd9, (byte) 0xf7);
  }

  private static ObjectMapper mapper() {
    try {
      return Cbor.MAPPER;
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "CborCodec: add tools.jackson.dataformat:jackson-dataformat-cbor to the class path", e);
    }
  }

  /** The one class that names the optional dependency, so that others load without it. */
  private static final class Cbor {
    static final ObjectMapper MAPPER =
        CBORMapper.builder()
            .enable(CBORWriteFeature.WRITE_TYPE_HEADER)
            .polymorphicTypeValidator(JacksonCodec.NO_CLASSES)
            .build();
  }
}
