package io.github.corral.internal;

import io.github.corral.spi.KeyCodec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Year;
import java.time.YearMonth;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The text form of keys: of two equal keys it is the same, and of two others it is not.
 *
 * <p>It is what a value prints as, for the types whose {@code toString} tells exactly what {@code
 * equals} compares; the name of an enum's constant; and of a record its {@link RecordText}.
 */
public final class KeyTexts {

  private static final Set<Class<?>> PRINTED =
      Set.of(
          String.class,
          Character.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          Instant.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          Year.class,
          YearMonth.class);

  private KeyTexts() {}

  /**
   * Tells a key type's codec.
   *
   * @throws IllegalArgumentException if it has none of its own; the message names the class
   */
  public static <K> KeyCodec<K> of(String cache, Class<K> type) {
    try {
      return of(type, List.of())::apply;
    } catch (UnknownKey e) {
      throw new IllegalArgumentException(
          "cache '"
              + cache
              + "': keys of "
              + type
              + " have no text form of their own"
              + e.because
              + ": give one by keyCodec(..)");
    }
  }

  /**
   * Tells what gives the text of a key, or of a component of one.
   *
   * @param within the records that it is a component of
   */
  static Function<Object, String> of(Class<?> type, List<Class<?>> within) throws UnknownKey {
    if (PRINTED.contains(type)) {
      return Object::toString;
    }
    if (type.isEnum()) {
      return key -> ((Enum<?>) key).name();
    }
    if (type.isRecord() && !within.contains(type)) {
      return RecordText.of(type, within)::of;
    }
    throw new UnknownKey("");
  }

  /** Why a type has no text form. */
  static final class UnknownKey extends Exception {

    private static final long serialVersionUID = 1;

    final String because;

    UnknownKey(String because) {
      super(because, null, false, false);
      this.because = because;
    }
  }
}
