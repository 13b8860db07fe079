package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.spi.KeyCodec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No two keys of a type have the same text. */
class KeyTextsTest {

  private enum Colour {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "RED";
      }
    }
  }

  private record Two(String one, String other) {}

  private record Nested(Two first, String last) {}

  private record Deep(Nested nested, Two two) {}

  private record Mixed(long id, double rate, char sign, Colour colour, UUID uuid, LocalDate day) {}

  private record None() {}

  private record Generic<T>(T value) {}

  private record Cyclic(int id, Cyclic next) {}

  private record Ping(Pong pong) {}

  private record Pong(Ping ping) {}

  private record Listing(long id, List<String> names) {}

  private record Outer(Listing listing) {}

  private record Refusing(String name) {
    @Override
    public String name() {
      throw new IllegalStateException("no name");
    }
  }

  static List<List<?>> alike() {
    return List.of(
        List.of("", "1", "01", "-1", "\u00001", "e\u0301", "\u00e9", "\ud800", "?", "\udc00"),
        List.of('1', '\ud800', '\0', '?'),
        List.of(true, false),
        List.of(1L, -1L, 0L, Long.MIN_VALUE),
        List.of(0.0, -0.0, Double.NaN, Double.MIN_VALUE, 0.1, 0.1 + Math.ulp(0.1), 1e21),
        List.of(0.0f, -0.0f, Float.NaN, 1.0f, Math.nextUp(1.0f)),
        List.of(BigInteger.TEN, BigInteger.TEN.pow(30)),
        List.of(new BigDecimal("1"), new BigDecimal("1.0"), new BigDecimal("1E+1"), BigDecimal.TEN),
        List.of(new UUID(0, 1), new UUID(1, 0)),
        List.of(Colour.RED, Colour.GREEN),
        List.of(Instant.EPOCH, Instant.ofEpochSecond(0, 1), Instant.MIN, Instant.MAX),
        List.of(LocalDate.MIN, LocalDate.MAX, LocalDate.EPOCH, LocalDate.of(10_000, 1, 1)),
        List.of(LocalTime.MIN, LocalTime.MAX, LocalTime.of(1, 2), LocalTime.of(1, 2, 0, 1_000)),
        List.of(LocalDateTime.MIN, LocalDateTime.MAX, LocalDateTime.of(1, 1, 1, 1, 1)),
        List.of(Year.of(1), Year.of(-1), Year.of(10_000)),
        List.of(YearMonth.of(1, 11), YearMonth.of(11, 1), YearMonth.of(-1, 1)),
        List.of(
            new Mixed(1, 2.0, ',', Colour.RED, new UUID(1, 2), LocalDate.EPOCH),
            new Mixed(1, 2.0, '\\', Colour.RED, new UUID(1, 2), LocalDate.EPOCH),
            new Mixed(1, 2.0, ',', Colour.GREEN, new UUID(1, 2), LocalDate.EPOCH),
            new Mixed(1, 2.0, ',', null, new UUID(1, 2), LocalDate.EPOCH)),
        List.of(new None()));
  }

  @ParameterizedTest
  @MethodSource("alike")
  void encode_differentKeysOfOneType_haveDifferentTexts(List<?> keys) {
    assertInjective(typeOf(keys.get(0)), keys);
  }

  @Test
  void encode_everyRecordOfASmallUniverse_hasATextOfItsOwn() {
    List<String> texts = texts(",\\-", 3);
    List<Two> pairs = new ArrayList<>();
    texts.forEach(one -> texts.forEach(other -> pairs.add(new Two(one, other))));
    List<String> few = texts(",\\-", 1);
    List<Nested> nested = new ArrayList<>();
    few.forEach(
        one ->
            few.forEach(
                other -> few.forEach(last -> nested.add(new Nested(new Two(one, other), last)))));
    few.forEach(last -> nested.add(new Nested(null, last)));
    List<Deep> deep = new ArrayList<>();
    nested.forEach(it -> few.forEach(last -> deep.add(new Deep(it, new Two(last, "-")))));

    assertInjective(Two.class, pairs);
    assertInjective(Nested.class, nested);
    assertInjective(Deep.class, deep);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void encode_randomRecords_haveTextsOfTheirOwn(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Deep> keys = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      Two two = new Two(text(random), text(random));
      keys.add(new Deep(new Nested(two, text(random)), new Two(text(random), text(random))));
    }

    assertInjective(Deep.class, keys);
  }

  private static String text(SplittableRandom random) {
    String alphabet = ",\\-a\0\n:{}\ud800\udc00\u2028";
    int length = random.nextInt(5);
    return length == 4
        ? null
        : random
            .ints(length, 0, alphabet.length())
            .collect(
                StringBuilder::new,
                (text, at) -> text.append(alphabet.charAt(at)),
                StringBuilder::append)
            .toString();
  }

  /** All texts of up to so many characters, and null. */
  private static List<String> texts(String alphabet, int most) {
    List<String> all = new ArrayList<>(Arrays.asList("", null));
    List<String> last = List.of("");
    for (int length = 1; length <= most; length++) {
      List<String> longer = new ArrayList<>();
      last.forEach(text -> alphabet.chars().forEach(c -> longer.add(text + (char) c)));
      all.addAll(longer);
      last = longer;
    }
    return all;
  }

  private static <K> void assertInjective(Class<K> type, List<?> keys) {
    KeyCodec<K> codec = KeyTexts.of("c", type);
    Map<String, Object> byText = new HashMap<>();
    for (Object key : keys) {
      String text = codec.encode(type.cast(key));
      Object before = byText.put(text, key);
      assertThat(before == null || before.equals(key))
          .as("%s and %s have the text %s", before, key, text)
          .isTrue();
    }
  }

  private static Class<?> typeOf(Object key) {
    return key instanceof Enum<?> constant ? constant.getDeclaringClass() : key.getClass();
  }

  @Test
  void encode_records_arePlainToRead() {
    assertThat(textOf(new Two("a", "b"))).isEqualTo("a,b");
    assertThat(textOf(new Two("a,b", null))).isEqualTo("a\\,b,\\-");
    assertThat(textOf(new Nested(new Two("a", "b"), ""))).isEqualTo("a\\,b,");
    assertThat(textOf(new None())).isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static <K> String textOf(K key) {
    return KeyTexts.of("c", (Class<K>) key.getClass()).encode(key);
  }

  @Test
  void of_typesWithoutAText_areRefusedWithTheClassAndTheRemedy() {
    Map<Class<?>, String> because =
        Map.of(
            Object.class, "",
            Number.class, "",
            OffsetDateTime.class, "",
            int[].class, "",
            Generic.class, ", because of component 'value' of class java.lang.Object",
            Listing.class, ", because of component 'names' of interface java.util.List",
            Cyclic.class, ", because of component 'next' of " + Cyclic.class,
            Ping.class,
                ", because of component 'pong' of "
                    + Pong.class
                    + ", because of component 'ping' of "
                    + Ping.class,
            Outer.class,
                ", because of component 'listing' of "
                    + Listing.class
                    + ", because of component 'names' of interface java.util.List");
    Function<Class<?>, String> message =
        type ->
            "cache 'c': keys of %s have no text form of their own%s: give one by keyCodec(..)"
                .formatted(type, because.get(type));

    because
        .keySet()
        .forEach(
            type ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> KeyTexts.of("c", type))
                    .withMessage(message.apply(type)));
  }

  @Test
  void encode_componentThrows_saysWhich() {
    assertThatThrownBy(() -> textOf(new Refusing("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("component 'name' of a key of " + Refusing.class + " threw")
        .hasRootCauseMessage("no name");
  }
}
