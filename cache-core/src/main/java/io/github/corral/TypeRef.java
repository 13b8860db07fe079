package io.github.corral;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;

/**
 * A value type with its type arguments, captured by an anonymous subclass: {@code new
 * TypeRef<List<Post>>() {}}. Immutable and thread-safe.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {

  private final Type type;

  /**
   * Captures the type argument of the subclass.
   *
   * @throws IllegalArgumentException if the subclass gives none
   */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
      throw new IllegalArgumentException(
          "a raw TypeRef captures no type: write new TypeRef<List<Post>>() {}");
    }
    this.type = parameterized.getActualTypeArguments()[0];
  }

  private TypeRef(Type type) {
    this.type = Objects.requireNonNull(type, "type");
  }

  /**
   * Wraps a type that is known only at run time, such as a method's return type.
   *
   * @param type the type
   * @return the reference
   * @throws IllegalArgumentException if the type is primitive
   */
  public static TypeRef<?> of(Type type) {
    return type instanceof Class<?> known ? of(known) : new Known<>(type);
  }

  /**
   * Wraps a class.
   *
   * @param type the class
   * @param <T> the type
   * @return the reference
   * @throws IllegalArgumentException if the class is primitive
   */
  public static <T> TypeRef<T> of(Class<T> type) {
    if (type.isPrimitive()) {
      throw new IllegalArgumentException(
          type + " has no null: use its wrapper class, for example Long.class");
    }
    return new Known<>(type);
  }

  /**
   * The captured type.
   *
   * @return the type, with its arguments
   */
  public Type type() {
    return type;
  }

  @Override
  public String toString() {
    return type.getTypeName();
  }

  private static final class Known<T> extends TypeRef<T> {
    Known(Type type) {
      super(type);
    }
  }
}
