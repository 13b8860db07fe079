package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.Writer;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Wrong configuration fails at once, with the option's name, its value and what is allowed. */
class CacheBuilderTest {

  private final Corral corral = Corral.builder().build();

  @AfterEach
  void close() {
    corral.close();
  }

  private CacheBuilder<String, String> builder() {
    return corral.cache("c", String.class, String.class);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void options_outOfRange_nameValueAndRange() {
    refused(() -> builder().maximumSize(0), "maximumSize: 0 is not 1 or more");
    refused(
        () -> builder().maximumWeight(0, (key, value) -> 1), "maximumWeight: 0 is not 1 or more");
    refused(() -> builder().schema(0), "schema: 0 is not between 1 and 65535");
    refused(() -> builder().maximumPayload(0), "maximumPayload: 0 is not between 1 and 268435456");
    refused(
        () -> builder().maximumPayload((256 << 20) + 1),
        "maximumPayload: 268435457 is not between 1 and 268435456");
    refused(() -> builder().schema(65_536), "schema: 65536 is not between 1 and 65535");
    refused(
        () -> CacheExpiry.freshFor(Duration.ZERO),
        "freshFor: PT0S is not between PT0.001S and PT87600H");
    refused(
        () -> CacheExpiry.freshFor(Duration.ofDays(3651)),
        "freshFor: PT87624H is not between PT0.001S and PT87600H");
    CacheExpiry expiry = CacheExpiry.freshFor(Duration.ofSeconds(1));
    refused(
        () -> expiry.staleFor(Duration.ofMillis(-5)),
        "staleFor: PT-0.005S is not between PT0S and PT87600H");
    refused(
        () -> expiry.negativeFor(Duration.ofMillis(-5)),
        "negativeFor: PT-0.005S is not between PT0S and PT87600H");
    refused(
        () -> builder().slowLoads(Duration.ofMillis(-1)), "slowLoads: PT-0.001S is not 0 or more");
    refused(() -> expiry.jitter(0.51), "jitter: 0.51 is not between 0 and 0.5");
    refused(() -> expiry.jitter(-0.1), "jitter: -0.1 is not between 0 and 0.5");
    refused(() -> expiry.jitter(Double.NaN), "jitter: NaN is not between 0 and 0.5");
    refused(() -> Refresh.early(-1), "beta: -1.0 is not between 0 and 1000.0");
    refused(() -> Refresh.early(1001), "beta: 1001.0 is not between 0 and 1000.0");
    refused(() -> Refresh.early(Double.NaN), "beta: NaN is not between 0 and 1000.0");
    refused(
        () -> Failure.loadTimeout(Duration.ZERO),
        "loadTimeout: PT0S is not between PT0.001S and PT24H");
    refused(
        () -> Failure.defaults().backoff(Duration.ofMillis(-1), Duration.ZERO),
        "backoffMin: PT-0.001S is not between PT0S and PT1H");
    refused(
        () -> Failure.defaults().backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)),
        "backoffMax: PT1S is not between PT2S and PT1H");
    refused(
        () -> Failure.loadTimeout(Duration.ofSeconds(1)).softTimeout(Duration.ofMillis(1_001)),
        "softTimeout: PT1.001S is not between PT0S and PT1S");
    refused(
        () -> Failure.defaults().softTimeout(Duration.ofMillis(-1)),
        "softTimeout: PT-0.001S is not between PT0S and PT30S");
    refused(() -> Failure.defaults().maxLoads(0), "maxLoads: 0 is not 1 or more");
    refused(
        () -> Corral.builder().lease(Duration.ofMillis(99)),
        "lease: PT0.099S is not between PT0.1S and PT10M");
    refused(
        () -> Corral.builder().lease(Duration.ofMinutes(11)),
        "lease: PT11M is not between PT0.1S and PT10M");
  }

  @Test
  void options_atTheEndsOfTheirRange_areTaken() {
    builder().maximumSize(1).schema(65_535).slowLoads(Duration.ZERO);
    CacheExpiry.freshFor(Duration.ofMillis(1)).staleFor(Duration.ZERO).jitter(0.5);
    CacheExpiry.freshFor(Duration.ofDays(3650)).negativeFor(Duration.ZERO).jitter(0);
    Failure.loadTimeout(Duration.ofDays(1)).backoff(Duration.ZERO, Duration.ZERO);
    Failure every =
        Failure.loadTimeout(Duration.ofSeconds(2))
            .softTimeout(Duration.ofSeconds(2))
            .maxLoads(1)
            .ignore(SecurityException.class)
            .backoff(Duration.ofSeconds(3), Duration.ofHours(1));
    assertThat(every)
        .isEqualTo(
            new Failure(
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofHours(1),
                1,
                List.of(SecurityException.class)));
    assertThat(Failure.defaults().ignored()).isEmpty();
    assertThat(Failure.defaults().softTimeout()).isZero();
    assertThat(Failure.defaults().maxLoads()).isEqualTo(Integer.MAX_VALUE);
    assertThat(Refresh.early(1000).beta()).isEqualTo(1000);
    assertThat(Refresh.none().beta()).isZero();
  }

  @Test
  void options_setTwice_areRefused() {
    Codec<String> codec =
        new Codec<>() {
          @Override
          public byte[] encode(String value) {
            return new byte[0];
          }

          @Override
          public String decode(byte[] bytes) {
            return "";
          }
        };
    Writer<String, String> writer =
        new Writer<>() {
          @Override
          public void write(String key, String value) {}

          @Override
          public void delete(String key) {}
        };
    Map<String, UnaryOperator<CacheBuilder<String, String>>> options =
        Map.ofEntries(
            Map.entry("slowLoads", it -> it.slowLoads(Duration.ofSeconds(1))),
            Map.entry("holdOff", it -> it.holdOff(Duration.ofSeconds(1))),
            Map.entry("version", it -> it.version(value -> 1)),
            Map.entry("writer", it -> it.writer(writer)),
            Map.entry("maximumSize", it -> it.maximumSize(5)),
            Map.entry("expiry", it -> it.expiry(CacheExpiry.freshFor(Duration.ofSeconds(1)))),
            Map.entry("refresh", it -> it.refresh(Refresh.none())),
            Map.entry("refreshKeys", it -> it.refreshKeys(List::of)),
            Map.entry("failure", it -> it.failure(Failure.defaults())),
            Map.entry("schema", it -> it.schema(5)),
            Map.entry("maximumPayload", it -> it.maximumPayload(5)),
            Map.entry("codec", it -> it.codec(codec)),
            Map.entry("keyCodec", it -> it.keyCodec(key -> key)),
            Map.entry("loaderExecutor", it -> it.loaderExecutor(Runnable::run)),
            Map.entry("freshFor", it -> it.freshFor((key, value) -> null)),
            Map.entry("maximumWeight", it -> it.maximumWeight(5, (key, value) -> 1)));
    options.forEach(
        (name, option) ->
            assertThatThrownBy(() -> option.apply(option.apply(builder())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cache 'c': " + name + " is set twice"));
  }

  @Test
  void bounds_bySizeAndByWeight_areRefused() {
    assertThatThrownBy(() -> builder().maximumSize(5).maximumWeight(5, (key, value) -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache 'c': maximumWeight and maximumSize are both set: choose one");
    assertThatThrownBy(() -> builder().maximumWeight(5, (key, value) -> 1).maximumSize(5))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache 'c': maximumSize and maximumWeight are both set: choose one");
  }

  @Test
  void freshForAndMaximumWeight_built_areUsed() {
    ReadThroughCache<String, String> cache =
        builder()
            .freshFor((key, value) -> key.equals("k") ? Duration.ZERO : null)
            .maximumWeight(5, (key, value) -> value.length())
            .build(key -> "a".repeat(key.length()));
    assertThat(cache.get("k")).isEqualTo("a");
    assertThat(cache.get("two")).isEqualTo("aaa");
    assertThat(cache.get("toolong")).isEqualTo("aaaaaaa");

    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.getIfPresent("two")).isEqualTo("aaa");
    Awaitility.await("evictions are made behind the reads")
        .atMost(Duration.ofSeconds(10))
        .until(() -> cache.getIfPresent("toolong") == null);
  }

  @Test
  void optionsOfTheCorral_setTwice_areRefused() {
    InMemoryTier tier = new InMemoryTier(new InMemoryServer(() -> 1));
    Map<String, UnaryOperator<Corral.Builder>> options =
        Map.of(
            "remote", it -> it.remote(tier),
            "lease", it -> it.lease(Duration.ofSeconds(3)),
            "recorders", it -> it.recorders(name -> Recorder.NONE));
    options.forEach(
        (name, option) ->
            assertThatThrownBy(() -> option.apply(option.apply(Corral.builder())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(name + " is set twice"));
  }

  @Test
  void cache_wrongName_isRefused() {
    for (String name : List.of("", "a::b", "a:")) {
      assertThatThrownBy(() -> corral.cache(name, String.class, String.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cache name '" + name + "' is empty, contains '::' or ends in ':'");
    }
  }

  @Test
  void build_nameIsInUse_isRefused() {
    builder().build();

    assertThatThrownBy(() -> builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache 'c': there is a cache of this name already");
  }

  @Test
  void build_refused_leavesTheNameFree() {
    assertThatThrownBy(() -> corral.cache("c", URI.class, String.class).build())
        .isInstanceOf(IllegalArgumentException.class);

    builder().build();
  }

  @Test
  void build_recordersThrow_leavesTheNameFree() {
    int[] calls = new int[1];
    try (Corral own =
        Corral.builder()
            .recorders(
                name -> {
                  if (calls[0]++ == 0) {
                    throw new IllegalStateException("no recorder");
                  }
                  return Recorder.NONE;
                })
            .build()) {
      assertThatThrownBy(() -> own.cache("c", String.class, String.class).build())
          .hasMessage("no recorder");

      own.cache("c", String.class, String.class).build();
    }
  }

  @Test
  void build_closed_isRefused() {
    corral.close();

    assertThatThrownBy(() -> builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache 'c': this Corral is closed");
  }

  @Test
  void cache_primitiveOrRawTypes_areRefused() {
    refused(
        () -> corral.cache("c", long.class, String.class),
        "cache 'c': key type long is primitive: use its wrapper class");
    refused(
        () -> corral.cache("c", Long.class, long.class),
        "long has no null: use its wrapper class, for example Long.class");
    refused(
        () -> TypeRef.of((Type) int.class),
        "int has no null: use its wrapper class, for example Long.class");
    refused(RawRef::new, "a raw TypeRef captures no type: write new TypeRef<List<Post>>() {}");
    assertThat(new TypeRef<List<String>>() {}).hasToString("java.util.List<java.lang.String>");
  }

  @SuppressWarnings("rawtypes") // what is refused
  private static final class RawRef extends TypeRef {}

  private enum Colour {
    RED
  }

  private record Place(String name, int number) {}

  @Test
  void keys_typesWithATextForm_needNoCodec() {
    Map<Class<?>, Object> keys =
        Map.of(
            String.class,
            "k",
            Character.class,
            'k',
            Boolean.class,
            true,
            Byte.class,
            (byte) 1,
            Short.class,
            (short) 1,
            Integer.class,
            1,
            Long.class,
            1L,
            UUID.class,
            new UUID(1, 2),
            Colour.class,
            Colour.RED,
            Place.class,
            new Place("a", 1));
    keys.forEach(this::roundTrip);
  }

  @SuppressWarnings("unchecked") // the map pairs them
  private <K> void roundTrip(Class<K> type, Object key) {
    ReadThroughCache<K, String> cache =
        corral.cache(type.getSimpleName(), type, String.class).build(k -> "of " + k);

    assertThat(cache.get((K) key)).isEqualTo("of " + key);
  }

  @Test
  void keys_typesWithoutATextForm_areRefusedUnlessThereIsACodec() {
    refused(
        () -> corral.cache("c", URI.class, String.class).build(),
        "cache 'c': keys of class java.net.URI have no text form of their own: give one by"
            + " keyCodec(..)");
    ReadThroughCache<URI, String> cache =
        corral.cache("c", URI.class, String.class).keyCodec(URI::toString).build(key -> "a");
    assertThat(cache.get(URI.create("a:b"))).isEqualTo("a");
  }

  @Test
  void values_typeThatTheTierCannotEncode_isRefused() {
    try (Corral remote =
        Corral.builder().remote(new InMemoryTier(new InMemoryServer(() -> 1))).build()) {
      assertThatThrownBy(() -> remote.cache("c", String.class, BigDecimal.class).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("cache 'c': ")
          .hasMessageContaining("java.math.BigDecimal");
    }
  }

  @Test
  void get_noLoader_isRefused() {
    CacheBuilder<String, String> builder = builder();
    ReadThroughCache<String, String> cache = (ReadThroughCache<String, String>) builder.build();

    assertThatThrownBy(() -> cache.get("k"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache 'c' was built without a loader: bring one with each call");
    assertThat(cache.get("k", key -> "a")).isEqualTo("a");
    assertThat(cache.name()).isEqualTo("c");
  }

  @Test
  void get_hostileKey_isEscapedAndCutInMessages() {
    ReadThroughCache<String, String> cache =
        builder()
            .build(
                key -> {
                  throw new IllegalStateException("down");
                });
    String key = "a\nb\u0000" + "x".repeat(100);

    assertThatThrownBy(() -> cache.get(key))
        .hasMessage("cache 'c', key a\\u000ab\\u0000" + "x".repeat(60) + "...: its load failed");
  }

  @Test
  void expiry_defaults_followTheFreshTime() {
    CacheExpiry brief = CacheExpiry.freshFor(Duration.ofSeconds(5));
    CacheExpiry lasting = CacheExpiry.freshFor(Duration.ofHours(1));

    assertThat(brief.staleFor()).isEqualTo(Duration.ofSeconds(60));
    assertThat(brief.negativeFor()).isEqualTo(Duration.ofSeconds(5));
    assertThat(lasting.staleFor()).isEqualTo(Duration.ofHours(1));
    assertThat(lasting.negativeFor()).isEqualTo(Duration.ofSeconds(60));
    assertThat(brief.jitter()).isEqualTo(0.1);
  }
}
