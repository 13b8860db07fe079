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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values as JSON and as CBOR. */
class JacksonCodecTest {

  private static final Map<String, Function<Type, Codec<?>>> FORMATS =
      Map.of("json", JsonCodec::of, "cbor", CborCodec::of);

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
    FORMATS.forEach(
        (name, format) ->
            assertThat(roundTrip(format.apply(type), value)).as(name).isEqualTo(value));
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
    FORMATS.forEach(
        (name, format) ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> format.apply(type))
                .withMessageStartingWith("value type " + type.getTypeName() + ": ")
                .withMessageContaining(reason)
                .withMessageEndingWith("; name a type that does, or set codec(..)"));
  }

  @Test
  void decode_bytesNameAClass_isRefused() {
    Map<String, Map<String, String>> hostile =
        Map.of("cargo", Map.of("@class", Gadget.class.getName(), "command", "x"));
    Type shape = type(new TypeRef<Map<String, Map<String, String>>>() {});
    FORMATS.forEach(
        (name, format) ->
            assertThatThrownBy(
                    () -> format.apply(Carrier.class).decode(encode(format.apply(shape), hostile)))
                .as(name)
                .hasMessageContaining("PolymorphicTypeValidator"));
  }

  @Test
  void decode_fieldThatIsUnknown_isPassedOver() {
    Type shape = type(new TypeRef<Map<String, String>>() {});
    FORMATS.forEach(
        (name, format) ->
            assertThat(
                    format
                        .apply(Gadget.class)
                        .decode(encode(format.apply(shape), Map.of("command", "a", "new", "2"))))
                .as(name)
                .isEqualTo(new Gadget("a")));
  }

  static Stream<byte[]> hostile() {
    return Stream.of(
        text(""),
        text("null"),
        text("[]"),
        text("{\"id\":"),
        text("\u0000"),
        text("{\"books\":" + "[".repeat(100_000)),
        text("{\"id\":" + "9".repeat(100_000) + "}"),
        HexFormat.of().parseHex("d9d9f7f6"),
        HexFormat.of().parseHex("d9d9f7bf626964"),
        HexFormat.of().parseHex("d9d9f7bf646e616d657b7fffffffffffffff61"),
        HexFormat.of().parseHex("d9d9f7bf646e616d655b000000007fffffff61"),
        HexFormat.of().parseHex("d9d9f7bf65626f6f6b73" + "81".repeat(100_000)),
        HexFormat.of().parseHex("aced0005737200116a6176612e7574696c2e486173684d6170"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void decode_hostileBytes_throws(byte[] bytes) {
    FORMATS.forEach(
        (name, format) ->
            assertThatThrownBy(() -> format.apply(Author.class).decode(bytes))
                .as(name)
                .isInstanceOf(RuntimeException.class));
  }

  /** Without a mark, -18 in CBOR is 1 in JSON. */
  @Test
  void decode_bytesOfTheOtherFormat_throws() {
    Codec<Long> json = JsonCodec.of(Long.class);
    Codec<Long> cbor = CborCodec.of(Long.class);
    for (long value = -300; value < 300; value++) {
      byte[] asJson = json.encode(value);
      byte[] asCbor = cbor.encode(value);
      assertThatThrownBy(() -> cbor.decode(asJson)).isInstanceOf(RuntimeException.class);
      assertThatThrownBy(() -> json.decode(asCbor)).isInstanceOf(RuntimeException.class);
    }
    assertThat(HexFormat.of().formatHex(cbor.encode(-18L))).isEqualTo("d9d9f731");
  }

  @Test
  void of_classOrTypeRef_isACodecOfThatType() {
    Codec<Gadget> json = JsonCodec.of(Gadget.class);
    Codec<Gadget> cbor = CborCodec.of(Gadget.class);
    Codec<List<Gadget>> list = CborCodec.of(new TypeRef<List<Gadget>>() {});

    Gadget gadget = new Gadget("a command that is longer");
    assertThat(cbor.decode(cbor.encode(gadget))).isEqualTo(json.decode(json.encode(gadget)));
    assertThat(roundTrip(list, List.of(new Gadget("a")))).isEqualTo(List.of(new Gadget("a")));
    assertThat(roundTrip(JsonCodec.of(new TypeRef<List<Gadget>>() {}), List.of()))
        .asList()
        .isEmpty();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Type type(TypeRef<?> type) {
    return type.type();
  }

  @SuppressWarnings("unchecked")
  private static <V> byte[] encode(Codec<V> codec, Object value) {
    return codec.encode((V) value);
  }

  private static <V> Object roundTrip(Codec<V> codec, Object value) {
    return codec.decode(encode(codec, value));
  }
}
