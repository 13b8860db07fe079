package io.github.corral.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.corral.TypeRef;
import io.github.corral.spi.Codec;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values as JSON. */
class JsonCodecTest {

  record Author(long id, String name, Optional<LocalDate> born, List<String> books) {}

  record Page<T>(List<T> items, int number) {}

  enum Colour {
    RED
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
  sealed interface Shape {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  interface Open {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface NamesClasses {}

  record Gadget(String command) {}

  record Carrier(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object cargo) {}

  static Stream<Arguments> values() {
    Author author = new Author(1, "Ada", Optional.of(LocalDate.of(1815, 12, 10)), List.of("a"));
    return Stream.of(
        Arguments.of(Author.class, author),
        Arguments.of(Author.class, new Author(-1, null, Optional.empty(), List.of())),
        Arguments.of(String.class, "h\u00e9\ud83d\ude00\"\n"),
        Arguments.of(Long.class, Long.MIN_VALUE),
        Arguments.of(Boolean.class, true),
        Arguments.of(BigDecimal.class, new BigDecimal("0.10")),
        Arguments.of(Instant.class, Instant.ofEpochSecond(1, 999_999_999)),
        Arguments.of(Duration.class, Duration.ofNanos(-1)),
        Arguments.of(Colour.class, Colour.RED),
        Arguments.of(long[].class, new long[] {1, 2}),
        Arguments.of(byte[].class, new byte[] {0, -1}),
        Arguments.of(Shape.class, new Square(3)),
        Arguments.of(type(new TypeRef<List<Author>>() {}), List.of(author)),
        Arguments.of(type(new TypeRef<Map<Long, Set<Integer>>>() {}), Map.of(1L, Set.of(2))),
        Arguments.of(type(new TypeRef<Optional<Author>>() {}), Optional.of(author)),
        Arguments.of(type(new TypeRef<Page<Author>>() {}), new Page<>(List.of(author), 1)),
        Arguments.of(type(new TypeRef<List<Author>[]>() {}), new List<?>[] {List.of(author)}));
  }

  @ParameterizedTest
  @MethodSource("values")
  void decode_whatWasEncoded_isEqual(Type type, Object value) {
    assertThat(roundTrip(JsonCodec.of(type), value)).isEqualTo(value);
  }

  static Stream<Arguments> openTypes() {
    return Stream.of(
        Arguments.of(Object.class, "java.lang.Object says nothing of what is in it"),
        Arguments.of(List.class, "java.util.List lacks its type arguments; use a TypeRef"),
        Arguments.of(Page.class, "Page lacks its type arguments; use a TypeRef"),
        Arguments.of(List[].class, "java.util.List lacks its type arguments; use a TypeRef"),
        Arguments.of(type(new TypeRef<List<Object>>() {}), "java.lang.Object says nothing"),
        Arguments.of(type(new TypeRef<List<?>>() {}), "? stands for any type"),
        Arguments.of(type(new TypeRef<Map<String, List<?>>>() {}), "stands for any type"),
        Arguments.of(Open.class, "Open is abstract and does not name its subtypes"),
        Arguments.of(NamesClasses.class, "is abstract and does not name its subtypes"));
  }

  @ParameterizedTest
  @MethodSource("openTypes")
  void of_typeThatSaysTooLittle_isRefusedWithTheRemedy(Type type, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonCodec.of(type))
        .withMessageStartingWith("value type " + type.getTypeName() + ": ")
        .withMessageContaining(reason)
        .withMessageEndingWith("; name a type that does, or set codec(..)");
  }

  @Test
  void decode_jsonNamesAClass_isRefused() {
    byte[] json =
        "{\"cargo\":{\"@class\":\"%s\",\"command\":\"x\"}}"
            .formatted(Gadget.class.getName())
            .getBytes(StandardCharsets.UTF_8);
    Codec<?> codec = JsonCodec.of(Carrier.class);

    assertThatThrownBy(() -> codec.decode(json)).hasMessageContaining("PolymorphicTypeValidator");
  }

  @Test
  void decode_fieldThatIsUnknown_isPassedOver() {
    Codec<?> codec = JsonCodec.of(Gadget.class);

    assertThat(codec.decode("{\"command\":\"a\",\"new\":2}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new Gadget("a"));
  }

  @Test
  void decode_otherBytes_throws() {
    Codec<?> codec = JsonCodec.of(Author.class);

    Stream.of("", "null", "[]", "{\"id\":", "\u0000")
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .forEach(
            bytes ->
                assertThatThrownBy(() -> codec.decode(bytes)).isInstanceOf(RuntimeException.class));
  }

  private static Type type(TypeRef<?> type) {
    return type.type();
  }

  @SuppressWarnings("unchecked")
  private static <V> Object roundTrip(Codec<V> codec, Object value) {
    return codec.decode(codec.encode((V) value));
  }
}
