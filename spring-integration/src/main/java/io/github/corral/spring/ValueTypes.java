package io.github.corral.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** What a method's cached values are, after everything that Spring unwraps. */
final class ValueTypes {

  private ValueTypes() {}

  /**
   * Tells the type of the values that a method returns, with its type arguments.
   *
   * @param method an annotated method
   * @param target the class of the bean, in which type variables are looked up
   * @return the type, or null if the method returns nothing
   */
  static @Nullable Type of(Method method, Class<?> target) {
    ResolvableType type = unwrapped(ResolvableType.forMethodReturnType(method, target));
    Class<?> raw = type.resolve(Object.class);
    return raw == void.class || raw == Void.class ? null : concrete(type);
  }

  /** Tells whether a method returns a future or a publisher of an Optional. */
  static boolean optionalLater(Method method, Class<?> target) {
    ResolvableType type = ResolvableType.forMethodReturnType(method, target);
    ResolvableType inner = later(type);
    return inner != null && inner.resolve(Object.class) == Optional.class;
  }

  private static ResolvableType unwrapped(ResolvableType type) {
    ResolvableType inner = later(type);
    if (inner != null) {
      return unwrapped(inner);
    }
    return type.resolve(Object.class) == Optional.class ? unwrapped(type.getGeneric(0)) : type;
  }

  /** What a future or a publisher gives, or null if the type is neither. */
  private static @Nullable ResolvableType later(ResolvableType type) {
    Class<?> raw = type.resolve(Object.class);
    if (CompletionStage.class.isAssignableFrom(raw)) {
      return type.as(CompletionStage.class).getGeneric(0);
    }
    ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
    if (adapter == null) {
      return null;
    }
    if (adapter.isNoValue()) {
      return ResolvableType.forClass(Void.class);
    }
    ResolvableType element = type.getGeneric(0);
    return adapter.isMultiValue() ? listOf(element) : element;
  }

  private static ResolvableType listOf(ResolvableType element) {
    return ResolvableType.forClassWithGenerics(
        List.class, ResolvableType.forType(concrete(element)));
  }

  /** The type without type variables and wildcards. */
  private static Type concrete(ResolvableType type) {
    Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(type.resolve(Object.class));
    if (raw.isArray() || !type.hasGenerics()) {
      return raw;
    }
    ResolvableType[] generics = type.getGenerics();
    for (int i = 0; i < generics.length; i++) {
      generics[i] = ResolvableType.forType(concrete(generics[i]));
    }
    return ResolvableType.forClassWithGenerics(raw, generics).getType();
  }

  /**
   * Reads a type as it is written in Java source, with full class names.
   *
   * @throws IllegalArgumentException if it is not such a type, or a class is missing
   */
  static Type parse(String text, @Nullable ClassLoader loader) {
    TypeText rest = new TypeText(text, loader);
    ResolvableType type = rest.type();
    rest.end();
    return concrete(type);
  }

  /** A cursor in the text of a type. */
  private static final class TypeText {

    private final String text;
    private final @Nullable ClassLoader loader;
    private int at;

    TypeText(String text, @Nullable ClassLoader loader) {
      this.text = text.replaceAll("\\s", "");
      this.loader = loader;
    }

    ResolvableType type() {
      int start = at;
      while (at < text.length() && "<>,".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      Class<?> raw = load(text.substring(start, at));
      if (at == text.length() || text.charAt(at) != '<') {
        return ResolvableType.forClass(raw);
      }
      return ResolvableType.forClassWithGenerics(raw, arguments(raw));
    }

    private ResolvableType[] arguments(Class<?> raw) {
      ResolvableType[] arguments = new ResolvableType[raw.getTypeParameters().length];
      for (int i = 0; i < arguments.length; i++) {
        expect(i == 0 ? '<' : ',');
        arguments[i] = type();
      }
      expect('>');
      return arguments;
    }

    private Class<?> load(String name) {
      try {
        return ClassUtils.forName(name, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        throw new IllegalArgumentException("there is no class '" + name + "'", e);
      }
    }

    private void expect(char c) {
      if (at == text.length() || text.charAt(at) != c) {
        throw new IllegalArgumentException("there is no '" + c + "' at position " + at);
      }
      at++;
    }

    void end() {
      if (at != text.length()) {
        throw new IllegalArgumentException("there is something after its end, at position " + at);
      }
    }
  }
}
