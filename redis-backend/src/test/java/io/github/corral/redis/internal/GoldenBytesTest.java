package io.github.corral.redis.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.testing.InMemoryTags;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The bytes in Redis, which processes of several versions share: if one of these changes, the
 * format's number has to.
 */
class GoldenBytesTest {

  private static final String KEY = "posts::42";
  private static final long TOKEN = 0x1122334455667788L;
  private static final Stamp STAMP = new Stamp(0xFEDC, 0x0102_0304_0506L);

  private static VirtualRedis redis;

  private RemoteTier tier;

  @BeforeAll
  static void startRedis() {
    redis = new VirtualRedis();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void openTier() {
    redis.reset();
    tier = redis.tier();
  }

  @AfterEach
  void closeTier() {
    tier.close();
  }

  @Test
  void keys_ofAnEntryAndItsCounter_areInOneSlot() {
    get(tier.commitWrite(begun(fill(-1, "a")), 0));

    assertThat(keys()).containsExactly("{corral:230}:e:posts::42", "{corral:230}:f");
  }

  @Test
  void entry_atRest_has24BytesBeforeItsPayload() {
    get(tier.commitWrite(begun(fill(-1, "abc")), 0));

    assertEntry("01 0001 0007 018bcfe56800 0000010064 00000101f4 00000c 616263");
    assertRead(100, 500, "abc");
  }

  @Test
  void entry_atRestWithAVersion_has32BytesBeforeItsPayload() {
    get(tier.commitWrite(begun(fill(0x0102030405060708L, "abc")), 0));

    assertEntry("01 0005 0007 018bcfe56800 0000010064 00000101f4 00000c 0102030405060708 616263");
    assertRead(100, 500, "abc");
  }

  @Test
  void entry_atRestWithAStamp_has32BytesBeforeItsPayload() {
    get(tier.commitWrite(begun(stamped(-1, List.of())), 0));

    assertEntry("01 0009 0007 018bcfe56800 0000010064 00000101f4 00000c fedc010203040506 616263");
    assertRead(100, 500, "abc");
    assertThat(EntryLayout.read(packed()).stamp()).isEqualTo(STAMP);
    assertThat(EntryLayout.read(packed()).tags()).isEmpty();
  }

  @Test
  void entry_withTags_hasThemAfterTheStamp() {
    List<String> tags = List.of("a", "", "\ud800");
    get(tier.commitWrite(begun(stamped(5, tags)), 0));

    assertEntry(
        "01 080d 0007 018bcfe56800 0000010064 00000101f4 00000c 0000000000000005"
            + " fedc010203040506 00000a 0001 61 0000 0003 eda080 616263");
    assertRead(100, 500, "abc");
    assertThat(EntryLayout.read(packed()).stamp()).isEqualTo(STAMP);
    assertThat(EntryLayout.read(packed()).tags()).isEqualTo(tags);
  }

  @Test
  void entry_absentValue_hasNoPayload() {
    get(tier.commitWrite(begun(fill(-1, null)), 0));

    assertEntry("01 0003 0007 018bcfe56800 0000010064 00000101f4 00000c ");
    assertRead(100, 500, null);
  }

  @Test
  void entry_expiredSoftly_keepsHowLongItWasFreshInAll() {
    get(tier.commitWrite(begun(fill(-1, "abc")), 0));
    redis.advance(16);
    get(tier.invalidate(KEY, Change.SOFT, 0));

    assertEntry("01 0011 0007 018bcfe56800 0000010010 00000101f4 00000c 0000000064 616263");
    assertRead(16, 500, "abc");
  }

  @Test
  void entry_leasedAndAwaited_hasALeaseBlock() {
    get(tier.lookup(read(TOKEN)));
    get(tier.lookup(read(1)));

    assertEntry("01 0060 1122334455667788 018bcfe56800 018bcfe573b8 000000000000 000000000000 ");
    assertThat(EntryLayout.read(packed())).isNull();
  }

  @Test
  void entry_everythingInForce_hasEveryBlockBeforeThePayload() {
    get(tier.commitWrite(begun(stamped(5, List.of("x"))), 1_000));
    get(tier.lookup(new Lookup(KEY, Mode.REFRESH, redis.millis(), 2, 0, 3_000, 7)));
    get(tier.fail(KEY, 2, "E", 256, 256));
    get(tier.beginWrite(KEY, 3, 1_000, 500));
    get(tier.lookup(new Lookup(KEY, Mode.REFRESH, redis.millis(), 4, 0, 3_000, 7)));
    get(tier.fail(KEY, 4, "Err", 256, 256));
    redis.advance(256);
    get(tier.lookup(new Lookup(KEY, Mode.REFRESH, redis.millis() - 256, TOKEN, 0, 3_000, 7)));

    assertEntry(
        "01 0ead 0007 018bcfe56800 0000010064 00000101f4 00000c 0000000000000005"
            + " fedc010203040506 000003 0001 78"
            + " 1122334455667788 018bcfe56900 018bcfe574b8 018bcfe56be8 018bcfe56be8"
            + " 0000000000000003 018bcfe56be8 00000001f4"
            + " 018bcfe56be8 0000000000000005"
            + " 018bcfe56900 01 0003 457272"
            + " 616263");
    assertRead(100, 500, "abc");
  }

  @Test
  void counter_holdsEpochAndSequence() {
    get(tier.invalidate(KEY, Change.HARD, 0));
    get(tier.invalidate(KEY, Change.HARD, 0));

    byte[] counter = redis.redis().commands().get(new Keyspace("corral").counter(230));
    assertThat(HexFormat.of().formatHex(counter)).hasSize(32).endsWith("0000000000000002");
  }

  @Test
  void tags_holdClockAndBarriers() {
    Stamp raised = get(tier.invalidateTags(List.of("a"), 500));
    get(tier.invalidateTags(List.of("\ud800", ""), 0));

    Map<byte[], byte[]> hash = redis.redis().commands().hgetall("{corral}:t".getBytes(US_ASCII));
    String epoch = HexFormat.of().toHexDigits((short) raised.epoch());
    assertThat(
            hash.entrySet().stream()
                .map(it -> hex(it.getKey()) + " " + hex(it.getValue()))
                .sorted())
        .containsExactly(
            "6d " + epoch + "018bcfe56802018bcfe56800" + hex("1".getBytes(US_ASCII)),
            "74 018bcfe56802000000000000",
            "7461 018bcfe56801018bcfe569f4",
            "74eda080 018bcfe56802000000000000");
    assertThat(redis.redis().commands().ttl("{corral}:t".getBytes(US_ASCII))).isEqualTo(-1);
    assertThat(redis.redis().commands().zrangeWithScores("{corral}:o".getBytes(US_ASCII), 0, -1))
        .extracting(it -> hex(it.getValue()) + " " + (long) it.getScore())
        .containsExactly("7461 1700000000001", "74 1700000000002", "74eda080 1700000000002");
  }

  @Test
  void tags_theirOrderIsLost_areMadeAnew() {
    Stamp raised = get(tier.invalidateTags(List.of("a"), 0));
    redis.redis().commands().del("{corral}:o".getBytes(US_ASCII));

    RemoteTier.Barriers barriers = get(tier.barriers());

    assertThat(barriers.now().epoch()).isNotEqualTo(raised.epoch());
    assertThat(barriers.floor()).isGreaterThan(raised.clock());
    assertThat(barriers.byTag()).isEmpty();
  }

  @Test
  void tags_areKeptAsManyAsTheContractSays() {
    assertThat(Scripts.load().invalidateTags().text())
        .contains("local MOST = " + InMemoryTags.MOST + "\n");
  }

  @Test
  void inspect_writesNothing() {
    get(tier.commitWrite(begun(stamped(5, List.of("x"))), 1_000));
    get(tier.lookup(new Lookup(KEY, Mode.REFRESH, redis.millis(), 2, 0, 3_000, 7)));
    redis.advance(200);
    byte[] before = packed();
    long writes = writes();

    get(tier.inspect(KEY));
    get(tier.inspect("nothing"));

    assertThat(packed()).isEqualTo(before);
    assertThat(writes()).isEqualTo(writes);
  }

  @Test
  void read_cutShort_isNull() {
    get(tier.commitWrite(begun(stamped(5, List.of("x"))), 1_000));
    byte[] packed = packed();

    for (int length = 0; length < 46; length++) {
      assertThat(EntryLayout.read(java.util.Arrays.copyOf(packed, length))).isNull();
    }
  }

  @Test
  void read_anotherFormat_isNull() {
    assertThat(EntryLayout.read(HexFormat.of().parseHex("020001"))).isNull();
  }

  private void assertRead(long freshMillis, long hardMillis, String payload) {
    EntryLayout entry = EntryLayout.read(packed());
    long written = 1_700_000_000_000L;
    assertThat(entry.schema()).isEqualTo(7);
    assertThat(entry.id()).isEqualTo(written);
    assertThat(entry.freshUntil()).isEqualTo(written + freshMillis);
    assertThat(entry.hardUntil()).isEqualTo(written + hardMillis);
    assertThat(entry.lifeMillis()).isEqualTo(100);
    assertThat(entry.costMillis()).isEqualTo(12);
    assertThat(entry.payload())
        .isEqualTo(payload == null ? null : payload.getBytes(StandardCharsets.UTF_8));
  }

  /** Compares all bytes; the blanks are for readers. */
  private void assertEntry(String bytes) {
    assertThat(HexFormat.of().formatHex(packed())).isEqualTo(bytes.replace(" ", ""));
  }

  private static Fill fill(long version, String payload) {
    byte[] bytes = payload == null ? null : payload.getBytes(StandardCharsets.UTF_8);
    return new Fill(KEY, TOKEN, bytes, 100, 400, 12, version, false, 7);
  }

  private static Fill stamped(long version, List<String> tags) {
    byte[] bytes = "abc".getBytes(StandardCharsets.UTF_8);
    return new Fill(KEY, TOKEN, bytes, 100, 400, 12, version, false, 7, 0, STAMP, tags);
  }

  private Fill begun(Fill write) {
    get(tier.beginWrite(KEY, TOKEN, 1_000, 0));
    return write;
  }

  private static Lookup read(long token) {
    return new Lookup(KEY, Mode.READ, 0, token, 0, 3_000, 7);
  }

  /** How often the server has set or deleted a key, or changed its time to live. */
  private static long writes() {
    String stats = redis.redis().commands().info("commandstats");
    return Stream.of("set", "psetex", "pexpire", "del")
        .mapToLong(
            command ->
                stats
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_" + command + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                    .sum())
        .sum();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private byte[] packed() {
    return redis.redis().commands().get(new Keyspace("corral").entry(KEY));
  }

  private static List<String> keys() {
    return redis.redis().commands().keys("{*").stream()
        .map(key -> new String(key, StandardCharsets.UTF_8))
        .sorted()
        .toList();
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
