package io.github.corral.spring;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.util.ObjectUtils;

/**
 * The text of Spring's cache keys. Common keys look as they do in Spring's own Redis cache;
 * whatever could be mistaken for another key is marked, so that two keys have the same text only if
 * they denote the same:
 *
 * <pre>
 *   42L, 42             42            whole numbers of any width that are equal are one key
 *   "ada", true         ada, true
 *   "42", "true"        "42", "true"  strings that look like another key are quoted
 *   UUID                3f2b...       the same key as its canonical string
 *   LocalDate           #LocalDate:2026-01-01      and so every other single value
 *   Color.RED           #com.acme.Color:RED
 *   find(7, "ada")      SimpleKey [7, ada]
 *   record P(int x)     #com.acme.P[1]             lists, sets, arrays alike
 * </pre>
 */
final class KeyText {

  private static final String SIMPLE_KEY = "SimpleKey [";

  private static final Set<Class<?>> WHOLE =
      Set.of(Long.class, Integer.class, Short.class, Byte.class, BigInteger.class);

  /** Final value classes whose toString is injective. */
  private static final Set<Class<?>> VALUES =
      Set.of(
          Character.class,
          Double.class,
          Float.class,
          BigDecimal.class,
          DayOfWeek.class,
          Duration.class,
          Instant.class,
          LocalDate.class,
          LocalDateTime.class,
          LocalTime.class,
          Month.class,
          MonthDay.class,
          OffsetDateTime.class,
          OffsetTime.class,
          Period.class,
          Year.class,
          YearMonth.class,
          ZonedDateTime.class);

  private static final Function<SimpleKey, Object[]> PARAMETERS = parameters();

  private final String cache;

  KeyText(String cache) {
    this.cache = cache;
  }

  /**
   * Tells a key's text.
   *
   * @throws IllegalArgumentException if the key's type has no text of its own
   */
  String of(Object key) {
    return key instanceof String text ? top(text) : marked(key);
  }

  private static String top(String text) {
    return ambiguous(text) ? quoted(text) : text;
  }

  private String marked(Object key) {
    Class<?> type = key.getClass();
    if (WHOLE.contains(type) || type == Boolean.class || type == UUID.class) {
      return key.toString();
    }
    if (key instanceof SimpleKey simple) {
      return SIMPLE_KEY + joined(PARAMETERS.apply(simple)) + "]";
    }
    if (VALUES.contains(type)) {
      return "#"
          + type.getSimpleName()
          + ":"
          + (type == Character.class ? inner(key.toString()) : key);
    }
    return composite(key, type);
  }

  private String composite(Object key, Class<?> type) {
    if (key instanceof Enum<?> constant) {
      return "#" + name(constant.getDeclaringClass()) + ":" + constant.name();
    }
    if (key instanceof ZoneId zone) {
      return "#ZoneId:" + zone.getId();
    }
    if (type.isRecord()) {
      return "#" + name(type) + "[" + joined(components(key, type)) + "]";
    }
    if (type.isArray()) {
      return "#array:"
          + name(type.getComponentType())
          + "["
          + joined(ObjectUtils.toObjectArray(key))
          + "]";
    }
    return container(key, type);
  }

  private String container(Object key, Class<?> type) {
    if (key instanceof List<?> list) {
      return "#List[" + joined(list.toArray()) + "]";
    }
    if (key instanceof Set<?> set) {
      return "#Set[" + sorted(set, this::inner) + "]";
    }
    if (key instanceof Map<?, ?> map) {
      return "#Map["
          + sorted(map.entrySet(), e -> inner(e.getKey()) + "=" + inner(e.getValue()))
          + "]";
    }
    if (key instanceof Optional<?> optional) {
      return "#Optional[" + optional.map(this::inner).orElse("") + "]";
    }
    throw new IllegalArgumentException(
        "cache '"
            + cache
            + "': a key of "
            + type
            + " has no text form of its own; give the annotation a key of simple values, for"
            + " example key = \"#parameter.id\", or make the type a record");
  }

  /** A class without a package could otherwise be taken for one of the short names used here. */
  private static String name(Class<?> type) {
    return type.getPackageName().isEmpty() ? "." + type.getName() : type.getName();
  }

  private String joined(@Nullable Object[] parts) {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(text.isEmpty() ? "" : ", ").append(inner(part));
    }
    return text.toString();
  }

  private static <T> String sorted(Collection<T> parts, Function<T, String> text) {
    return parts.stream().map(text).sorted().collect(Collectors.joining(", "));
  }

  /** Within another key, what separates parts is quoted too. */
  private String inner(@Nullable Object part) {
    if (part == null) {
      return "null";
    }
    if (part instanceof String text) {
      return ambiguous(text) || separates(text) ? quoted(text) : text;
    }
    return marked(part);
  }

  private static boolean separates(String text) {
    return text.isEmpty()
        || text.equals("null")
        || text.chars().anyMatch(c -> ",[]=\"\\".indexOf(c) >= 0);
  }

  private static boolean ambiguous(String text) {
    return text.startsWith("#")
        || text.startsWith("\"")
        || text.startsWith(SIMPLE_KEY)
        || text.equals("true")
        || text.equals("false")
        || whole(text);
  }

  private static boolean whole(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    return text.length() > start && text.chars().skip(start).allMatch(c -> c >= '0' && c <= '9');
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private Object[] components(Object key, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = component(key, components[i]);
    }
    return values;
  }

  private Object component(Object key, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.trySetAccessible();
      return accessor.invoke(key);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "cache '" + cache + "': component " + component + " of a key cannot be read", e);
    }
  }

  /** A SimpleKey shows its parts in its toString alone, where "a, b" and "a", "b" are the same. */
  private static Function<SimpleKey, Object[]> parameters() {
    try {
      Field field = SimpleKey.class.getDeclaredField("params");
      field.setAccessible(true);
      MethodHandle getter =
          MethodHandles.lookup()
              .unreflectGetter(field)
              .asType(MethodType.methodType(Object[].class, SimpleKey.class));
      return key -> read(getter, key);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this version of Spring keeps the parts of a SimpleKey elsewhere than in its field"
              + " 'params'; use the version of Spring that this starter was built for",
          e);
    }
  }

  private static Object[] read(MethodHandle getter, SimpleKey key) {
    try {
      return (Object[]) getter.invokeExact(key);
    } catch (Throwable e) { // what a getter of a field cannot throw
      throw new IllegalStateException("a SimpleKey cannot be read", e);
    }
  }
}
