package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.spi.Codec;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Raised;
import io.github.corral.testing.HeardFeed.Subscribed;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of {@link RemoteTier} as tests; every tier extends it. The rules of leases,
 * invalidations, writes, the feed, tags, kept payloads and inspection are inherited; here are keys,
 * payloads, numbers and the end.
 *
 * <p>A subclass gives {@link #newTier}, on a server that is empty when a test begins, {@link
 * #advance}, {@link #loseTags} and {@link #changePrimary}. The tests never sleep, and expect the
 * clock to stand still unless they advance it.
 */
public abstract class RemoteTierContract extends InspectRules {

  private static final int TEN_KILOBYTES = 10_240;

  @ParameterizedTest
  @MethodSource("hostileKeys")
  void everyOperation_hostileKey_works(String key) {
    RemoteTier tier = process();
    HeardFeed feed = new HeardFeed();
    tier.subscribe(feed);
    feed.await(Subscribed.class::isInstance);

    filled(tier, key, "value");

    assertValue(hit(get(tier.lookup(read(key, token())))).stored(), "value");
    get(tier.invalidate(key, Change.HARD, 0));
    feed.await(it -> it instanceof Changed changed && changed.key().equals(key));
    leased(tier, key);
  }

  @Test
  void lookup_hostileKeys_areAllDifferent() {
    RemoteTier tier = process();
    List<String> keys = hostileKeys().toList();
    for (int i = 0; i < keys.size(); i++) {
      filled(tier, keys.get(i), "value " + i);
    }

    for (int i = 0; i < keys.size(); i++) {
      assertValue(hit(get(tier.lookup(read(keys.get(i), token())))).stored(), "value " + i);
    }
  }

  static Stream<String> hostileKeys() {
    return Stream.of(
        "",
        " ",
        "{}",
        "{a}b",
        "}{",
        "a\nb\r\nc",
        "\0",
        "a\0b",
        "*?[a-z]^$",
        "c::d::e",
        "\u00e9",
        "e\u0301",
        "\u05d0\u202e\ufeff",
        "\ud83d\ude00",
        "?",
        "\ud800",
        "\udc00",
        "\ude00\ud83d",
        "a\ud83d",
        "\uffff",
        "x".repeat(TEN_KILOBYTES),
        "x".repeat(TEN_KILOBYTES - 1) + "\ud83d");
  }

  @Test
  void everyOperation_hostileTags_comeBackAsTheyWere() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    List<String> tags = hostileKeys().toList();
    get(
        tier.commit(
            stamped(fill(KEY, leased(tier, KEY), "a"), STAMP, tags.toArray(new String[0]))));

    assertThat(hit(get(tier.lookup(read(KEY, token())))).stored().tags()).isEqualTo(tags);
    assertThat(hit(get(tier.lookup(refresh(KEY, 1, token())))).stored().tags()).isEqualTo(tags);
    assertThat(get(tier.inspect(KEY)).stored().tags()).isEqualTo(tags);
    long clock = get(tier.invalidateTags(tags, 0)).clock();
    assertThat(get(tier.barriers()).byTag())
        .containsOnlyKeys(tags)
        .allSatisfy((tag, barrier) -> assertThat(barrier.clock()).isEqualTo(clock));
    feed.await(it -> it instanceof Raised raised && raised.tags().equals(tags));
  }

  @Test
  void commit_absentValue_isNotTheEmptyOne() {
    RemoteTier tier = process();
    long token = leased(tier, "absent");
    get(tier.commit(new Fill("absent", token, null, FRESH, STALE, 5, -1, false, SCHEMA)));
    filled(tier, "empty", "");

    Stored absent = hit(get(tier.lookup(read("absent", token())))).stored();
    Stored empty = hit(get(tier.lookup(read("empty", token())))).stored();

    assertThat(absent.payload()).isNull();
    assertThat(empty.payload()).isEmpty();
    pass(FRESH);
    assertThat(granted(get(tier.lookup(read("absent", token())))).stale().payload()).isNull();
    assertThat(granted(get(tier.lookup(read("empty", token())))).stale().payload()).isEmpty();
  }

  @Test
  void commitWrite_absentValue_isStored() {
    RemoteTier tier = process();
    long write = token();
    get(tier.beginWrite(KEY, write, 1_000, 0));
    get(tier.commitWrite(new Fill(KEY, write, null, FRESH, STALE, 0, -1, false, SCHEMA), 0));

    assertThat(hit(get(tier.lookup(read(KEY, token())))).stored().payload()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 65_536, 1_000_000})
  void commit_payloadOfAllBytes_comesBackAsItWas(int length) {
    RemoteTier tier = process();
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = (byte) i;
    }
    long token = leased(tier, KEY);
    get(tier.commit(new Fill(KEY, token, payload, FRESH, STALE, 5, -1, false, SCHEMA)));

    assertThat(hit(get(tier.lookup(read(KEY, token())))).stored().payload()).isEqualTo(payload);
    pass(FRESH);
    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale().payload()).isEqualTo(payload);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x0a0d_0000_2400_0a00L, 1L << 53})
  void commit_tokenOfAnyBits_isTheLeases(long token) {
    RemoteTier tier = process();
    granted(get(tier.lookup(read(KEY, token))));

    assertRefused(get(tier.commit(fill(KEY, token ^ 2, "a"))), RemoteTier.Verdict.OVERTAKEN);
    assertStored(get(tier.commit(fill(KEY, token, "b"))), FRESH, FRESH + STALE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 65_535})
  void lookup_anySchemaNumber_isTold(int schema) {
    RemoteTier tier = process();
    get(tier.commit(schema(fill(KEY, leased(tier, KEY), "a"), schema)));

    assertThat(
            get(
                tier.lookup(
                    new RemoteTier.Lookup(
                        KEY, RemoteTier.Mode.READ, 0, token(), 0, LEASE, schema))))
        .isInstanceOf(Hit.class);
  }

  @Test
  void commit_longestTimes_areKeptForYears() {
    RemoteTier tier = process();
    long years = 5L * 365 * 24 * 3_600_000;
    Fill fill = timed(fill(KEY, leased(tier, KEY), "a"), Long.MAX_VALUE, Long.MAX_VALUE);

    assertThat(get(tier.commit(fill)).freshMillis()).isGreaterThan(years);

    Stored stored = hit(get(tier.lookup(read(KEY, token())))).stored();
    assertThat(stored.freshMillis()).isGreaterThan(years);
    assertThat(stored.hardMillis()).isGreaterThanOrEqualTo(stored.freshMillis());
    assertThat(stored.lifeMillis()).isGreaterThan(years);
  }

  @Test
  void commit_longLoad_tellsItsCost() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    get(tier.commit(new Fill(KEY, token, null, FRESH, STALE, 3_600_000, -1, false, SCHEMA)));

    assertThat(hit(get(tier.lookup(read(KEY, token())))).stored().costMillis())
        .isEqualTo(3_600_000);
  }

  @Test
  void codec_knownType_comesBackAsItWas() {
    RemoteTier tier = process();

    assertComesBack(tier, String.class, "h\u00e9 \ud83d\ude00");
    assertComesBack(tier, String.class, "");
    assertComesBack(tier, Long.class, Long.MIN_VALUE);
    assertComesBack(tier, Integer.class, -1);
    assertComesBack(tier, byte[].class, new byte[] {0, -1, 10});
  }

  @Test
  void codec_typeThatSaysNothing_isRefusedWithTheRemedy() {
    RemoteTier tier = process();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> tier.codec(Object.class))
        .withMessageContaining("java.lang.Object")
        .withMessageContaining("codec(");
  }

  @Test
  void everyOperation_closed_completesExceptionally() {
    RemoteTier tier = process();
    tier.close();
    tier.close();

    Stream.of(
            tier.lookup(read(KEY, 1)),
            tier.lookup(peek(KEY)),
            tier.commit(fill(KEY, 1, "a")),
            tier.fail(KEY, 1, "E", 1, 1),
            tier.renew(KEY, 1, 1),
            tier.release(KEY, 1),
            tier.invalidate(KEY, Change.HARD, 0),
            tier.beginWrite(KEY, 1, 1, 0),
            tier.commitWrite(fill(KEY, 1, "a"), 0),
            tier.barriers(),
            tier.invalidateTags(List.of("a"), 0),
            tier.inspect(KEY))
        .forEach(stage -> assertThatThrownBy(() -> get(stage)).hasMessageContaining("closed"));
    tier.beat(new int[] {1});
  }

  @SuppressWarnings("unchecked")
  private static <V> void assertComesBack(RemoteTier tier, Class<V> type, V value) {
    Codec<V> codec = (Codec<V>) tier.codec(type);

    assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
  }
}
