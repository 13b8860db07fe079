package io.github.corral.redis;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.corral.spi.Codec;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.jsontype.PolymorphicTypeValidator;

/** Values of one type in one of Jackson's formats. Thread-safe. */
final class JacksonCodec<V> implements Codec<V> {

  /** Refuses every class that bytes name. */
  static final PolymorphicTypeValidator NO_CLASSES =
      BasicPolymorphicTypeValidator.builder().build();

  private final ObjectReader reader;
  private final ObjectWriter writer;

  private final byte[] head;

  private JacksonCodec(ObjectMapper mapper, Type type, byte[] head) {
    this.head = head;
    reader = mapper.readerFor(mapper.constructType(type));
    writer = mapper.writerFor(mapper.constructType(type));
  }

  /**
   * Makes a codec.
   *
   * @param head what the bytes of every value begin with
   */
  static <V> Codec<V> of(ObjectMapper mapper, Type type, byte... head) {
    check(type, type);
    return new JacksonCodec<>(mapper, type, head);
  }

  @Override
  public byte[] encode(V value) {
    return writer.writeValueAsBytes(value);
  }

  @Override
  public V decode(byte[] bytes) {
    if (!Arrays.equals(head, Arrays.copyOf(bytes, head.length))) {
      throw new IllegalArgumentException("the bytes are of another format");
    }
    V value = reader.readValue(bytes);
    if (value == null) {
      throw new IllegalArgumentException("null is no value");
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
