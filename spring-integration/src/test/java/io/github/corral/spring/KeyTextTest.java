package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cache.interceptor.SimpleKey;

class KeyTextTest {

  private static final String UUID_TEXT = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";

  private final KeyText texts = new KeyText("books");

  enum Color {
    RED
  }

  record Point(int x, String label) {}

  static Stream<Arguments> forms() {
    String here = KeyTextTest.class.getName();
    return Stream.of(
        Arguments.of(42L, "42"),
        Arguments.of(42, "42"),
        Arguments.of((short) -42, "-42"),
        Arguments.of(new BigInteger("123456789012345678901"), "123456789012345678901"),
        Arguments.of("ada", "ada"),
        Arguments.of("", ""),
        Arguments.of("a, b [c]", "a, b [c]"),
        Arguments.of("42", "\"42\""),
        Arguments.of("-42", "\"-42\""),
        Arguments.of("42nd", "42nd"),
        Arguments.of("#x", "\"#x\""),
        Arguments.of("\"q\"", "\"\\\"q\\\"\""),
        Arguments.of(true, "true"),
        Arguments.of("true", "\"true\""),
        Arguments.of(UUID.fromString(UUID_TEXT), UUID_TEXT),
        Arguments.of(UUID_TEXT, UUID_TEXT),
        Arguments.of('a', "#Character:a"),
        Arguments.of(1.5, "#Double:1.5"),
        Arguments.of(LocalDate.of(2026, 1, 2), "#LocalDate:2026-01-02"),
        Arguments.of(ZoneId.of("Europe/Paris"), "#ZoneId:Europe/Paris"),
        Arguments.of(Color.RED, "#" + here + "$Color:RED"),
        Arguments.of(new Point(1, "a"), "#" + here + "$Point[1, a]"),
        Arguments.of(SimpleKey.EMPTY, "SimpleKey []"),
        Arguments.of(new SimpleKey(7, "ada"), "SimpleKey [7, ada]"),
        Arguments.of(new SimpleKey("a, b"), "SimpleKey [\"a, b\"]"),
        Arguments.of(new SimpleKey("a", "b"), "SimpleKey [a, b]"),
        Arguments.of(new SimpleKey(""), "SimpleKey [\"\"]"),
        Arguments.of(new SimpleKey(new Object[] {null}), "SimpleKey [null]"),
        Arguments.of(new SimpleKey("null"), "SimpleKey [\"null\"]"),
        Arguments.of("SimpleKey []", "\"SimpleKey []\""),
        Arguments.of(List.of(1, 2), "#List[1, 2]"),
        Arguments.of(Set.of(2, 1), "#Set[1, 2]"),
        Arguments.of(Map.of("k", 1), "#Map[k=1]"),
        Arguments.of(Optional.of("x"), "#Optional[x]"),
        Arguments.of(new SimpleKey((Object) new int[] {1, 2}), "SimpleKey [#array:int[1, 2]]"));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void of_knownType_hasThisText(Object key, String text) {
    assertThat(texts.of(key)).isEqualTo(text);
  }

  static Stream<Object> unknown() {
    return Stream.of(
        new Object(), Locale.ROOT, new StringBuilder("x"), new SimpleKey(1, new Object()));
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void of_typeWithoutText_isRefusedWithTheRemedy(Object key) {
    assertThatThrownBy(() -> texts.of(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cache 'books'")
        .hasMessageContaining("class java.")
        .hasMessageContaining("key = \"#parameter.id\"");
  }

  @Test
  void of_sameElementsInOtherOrder_isTheSameTextForSetsAndMaps() {
    assertThat(texts.of(new LinkedHashSet<>(List.of("b", "a"))))
        .isEqualTo(texts.of(new LinkedHashSet<>(List.of("a", "b"))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void of_randomKeys_sameTextOnlyIfTheSame(long seed) {
    Random random = new Random(seed);
    Map<String, Object> seen = new HashMap<>();
    for (int i = 0; i < 40_000; i++) {
      Object key = key(random, 3);
      Object other = seen.putIfAbsent(texts.of(key), canonical(key));
      if (other != null) {
        assertThat(canonical(key)).as(texts.of(key)).isEqualTo(other);
      }
    }
    assertThat(seen.size()).isGreaterThan(10_000);
  }

  /** Keys of few letters, most of which mean something in the texts. */
  private static Object key(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 5)) {
      case 0, 1 -> text(random);
      case 2 -> random.nextInt(100) - 50;
      case 3 -> random.nextBoolean();
      case 4 -> ", []\"#".charAt(random.nextInt(6));
      case 5 -> new SimpleKey(parts(random, depth));
      case 6 -> Arrays.asList(parts(random, depth));
      case 7 -> new Point(random.nextInt(3), text(random));
      default -> Map.of(key(random, 0), key(random, depth - 1));
    };
  }

  private static Object[] parts(Random random, int depth) {
    Object[] parts = new Object[random.nextInt(4)];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = random.nextInt(8) == 0 ? null : key(random, depth - 1);
    }
    return parts;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      text.append("a1, []\"\\#=:-".charAt(random.nextInt(12)));
    }
    return text.toString();
  }

  /** Keys are equal with equal classes: List.of(1) is not a SimpleKey of 1. */
  private static Object canonical(Object key) {
    return new ArrayList<>(Arrays.asList(key.getClass().getSimpleName(), key));
  }
}
