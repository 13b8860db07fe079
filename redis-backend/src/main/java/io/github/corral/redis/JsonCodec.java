package io.github.corral.redis;

import io.github.corral.TypeRef;
import io.github.corral.spi.Codec;
import java.lang.reflect.Type;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values as JSON, by Jackson: records, beans, collections, arrays, {@code Optional} and {@code
 * java.time}. The default.
 *
 * <p>The type is what the cache was built with; no bytes can name another class. The codecs are
 * thread-safe.
 */
public final class JsonCodec {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().polymorphicTypeValidator(JacksonCodec.NO_CLASSES).build();

  private JsonCodec() {}

  /**
   * Makes a codec.
   *
   * @param <V> the value type
   * @param type the value type
   * @return its codec
   * @throws IllegalArgumentException if the type leaves open what a value's class is
   */
  public static <V> Codec<V> of(Class<V> type) {
    return JacksonCodec.of(MAPPER, type);
  }

  /**
   * Makes a codec.
   *
   * @param <V> the value type
   * @param type the value type with all its type arguments
   * @return its codec
   * @throws IllegalArgumentException if the type leaves open what a value's class is
   */
  public static <V> Codec<V> of(TypeRef<V> type) {
    return JacksonCodec.of(MAPPER, type.type());
  }

  /**
   * Makes a codec.
   *
   * @param type the value type, with all its type arguments
   * @return its codec
   * @throws IllegalArgumentException if the type leaves open what a value's class is
   */
  public static Codec<?> of(Type type) {
    return JacksonCodec.of(MAPPER, type);
  }
}
