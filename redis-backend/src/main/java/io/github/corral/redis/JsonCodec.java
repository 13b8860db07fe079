package io.github.corral.redis;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.corral.spi.Codec;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * Values as JSON, by Jackson: records, beans, collections, arrays, {@code Optional} and {@code
 * java.time}.
 *
 * <p>The type is what the cache was built with; no bytes can name another class. Thread-safe.
 *
 * @param <V> the value type
 */
public final class JsonCodec<V> implements Codec<V> {

  /** Refuses every class that JSON names. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
          .build();

  private final ObjectReader reader;
  private final ObjectWriter writer;

  private JsonCodec(Type type) {
    reader = MAPPER.readerFor(MAPPER.constructType(type));
    writer = MAPPER.writerFor(MAPPER.constructType(type));
  }

  /**
   * Makes a codec.
   *
   * @param type the value type, with all its type arguments
   * @return its codec
   * @throws IllegalArgumentException if the type leaves open what a value's class is
   */
  public static Codec<?> of(Type type) {
    check(type, type);
    return new JsonCodec<>(type);
  }

  @Override
  public byte[] encode(V value) {
    return writer.writeValueAsBytes(value);
  }

  @Override
  public V decode(byte[] bytes) {
    V value = reader.readValue(bytes);
    if (value == null) {
      throw new IllegalArgumentException("json: null is no value");
    }
    return value;
  }

  private static void check(Type part, Type whole) {
    if (part instanceof Class<?> type) {
      checkClass(type, whole);
    } else if (part instanceof ParameterizedType type) {
      checkKnown((Class<?>) type.getRawType(), whole);
      for (Type argument : type.getActualTypeArguments()) {
        check(argument, whole);
      }
    } else if (part instanceof GenericArrayType type) {
      check(type.getGenericComponentType(), whole);
    } else {
      throw refused(whole, part.getTypeName() + " stands for any type");
    }
  }

  private static void checkClass(Class<?> type, Type whole) {
    if (type.isArray()) {
      check(type.getComponentType(), whole);
      return;
    }
    if (type.getTypeParameters().length > 0) {
      throw refused(whole, type.getName() + " lacks its type arguments; use a TypeRef");
    }
    checkKnown(type, whole);
  }

  private static void checkKnown(Class<?> type, Type whole) {
    if (type == Object.class) {
      throw refused(whole, "java.lang.Object says nothing of what is in it");
    }
    boolean open = Modifier.isAbstract(type.getModifiers()) && !type.isPrimitive();
    boolean known = type.getName().startsWith("java.") || namesItsSubtypes(type);
    if (open && !known) {
      throw refused(whole, type.getName() + " is abstract and does not name its subtypes");
    }
  }

  private static boolean namesItsSubtypes(Class<?> type) {
    JsonTypeInfo info = type.getAnnotation(JsonTypeInfo.class);
    return info != null && info.use() == JsonTypeInfo.Id.NAME;
  }

  private static IllegalArgumentException refused(Type type, String reason) {
    return new IllegalArgumentException(
        "value type "
            + type.getTypeName()
            + ": "
            + reason
            + "; name a type that does, or set codec(..)");
  }
}
