package io.github.corral.internal;

import io.github.corral.spi.KeyCodec;
import java.math.BigInteger;
import java.util.Set;
import java.util.UUID;

/** The key types whose text form is injective. */
public final class KeyTexts {

  private static final Set<Class<?>> PLAIN =
      Set.of(
          String.class,
          Character.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          BigInteger.class,
          UUID.class);

  private KeyTexts() {}

  /** Tells a key type's codec. */
  public static <K> KeyCodec<K> of(String cache, Class<K> type) {
    if (type.isEnum()) {
      return key -> ((Enum<?>) key).name();
    }
    if (PLAIN.contains(type)) {
      return Object::toString;
    }
    throw new IllegalArgumentException(
        "cache '"
            + cache
            + "': keys of "
            + type
            + " have no text form of their own: give one by keyCodec(..)");
  }
}
