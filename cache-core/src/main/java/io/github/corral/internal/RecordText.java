package io.github.corral.internal;

import io.github.corral.internal.KeyTexts.UnknownKey;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The text of records of one type: the texts of their components, with a comma between any two. A
 * comma or backslash within a component's text has a backslash before it, and {@code \\-} is null.
 * So a comma without one separates, and no two records of the type have the same text.
 */
final class RecordText {

  private static final String NULL = "\\-";

  private final List<Part> parts;

  private record Part(Method accessor, Function<Object, String> text) {}

  private RecordText(List<Part> parts) {
    this.parts = parts;
  }

  /** The text of a type's records; fails if a component has none. */
  static RecordText of(Class<?> type, List<Class<?>> within) throws UnknownKey {
    List<Class<?>> around = new ArrayList<>(within);
    around.add(type);
    List<Part> parts = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      parts.add(part(component, around));
    }
    return new RecordText(parts);
  }

  private static Part part(RecordComponent component, List<Class<?>> around) throws UnknownKey {
    Class<?> type = MethodType.methodType(component.getType()).wrap().returnType();
    String where = ", because of component '" + component.getName() + "' of " + type;
    Method accessor = component.getAccessor();
    if (!accessor.trySetAccessible()) {
      throw new UnknownKey(where + ", whose module does not open it");
    }
    try {
      return new Part(accessor, KeyTexts.of(type, around));
    } catch (UnknownKey e) {
      throw new UnknownKey(where + e.because);
    }
  }

  String of(Object key) {
    return parts.stream().map(part -> text(part, key)).collect(Collectors.joining(","));
  }

  private static String text(Part part, Object key) {
    Object component = read(part.accessor, key);
    return component == null
        ? NULL
        : part.text.apply(component).replace("\\", "\\\\").replace(",", "\\,");
  }

  private static @Nullable Object read(Method accessor, Object key) {
    try {
      return accessor.invoke(key);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "component '" + accessor.getName() + "' of a key of " + key.getClass() + " threw", e);
    }
  }
}
