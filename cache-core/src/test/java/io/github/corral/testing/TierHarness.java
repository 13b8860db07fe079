package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.spi.RemoteTier.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/**
 * What the tests of the contract are written with: a server of unknown make, its clock, and short
 * verbs.
 */
abstract class TierHarness {

  static final long LEASE = 3_000;
  static final long FRESH = 60_000;
  static final long STALE = 120_000;
  static final int SCHEMA = 7;
  static final String KEY = "posts::42";

  /** How much shorter than the exact one a remaining time may be told, in milliseconds. */
  private static final long SLACK = 50;

  private final List<RemoteTier> open = new ArrayList<>();
  private long lastToken = 0x8000_0000_0A0D_0000L;

  /**
   * Opens one more tier, as another process would, on the server of this test, which is empty at
   * its beginning.
   *
   * @return the tier; the test closes it
   */
  protected abstract RemoteTier newTier();

  /**
   * Lets the server's clock advance, without waiting.
   *
   * @param duration by how much, in whole milliseconds
   */
  protected abstract void advance(Duration duration);

  /** Lets the server lose the barriers of all tags, without a restart. */
  protected abstract void loseTags();

  /** Lets another primary take over that has all data. */
  protected abstract void changePrimary();

  /**
   * How many tags the server keeps: as many as the contract says, unless a subclass has set its
   * server to keep fewer, to save time.
   */
  protected int mostTags() {
    return InMemoryTags.MOST;
  }

  @AfterEach
  final void closeTiers() {
    open.forEach(RemoteTier::close);
  }

  final RemoteTier process() {
    RemoteTier tier = newTier();
    open.add(tier);
    return tier;
  }

  final void pass(long millis) {
    advance(Duration.ofMillis(millis));
  }

  /** A token that nobody had before; its bits are spread over all its bytes. */
  final long token() {
    lastToken += 0x0101_0000_0000_0001L;
    return lastToken;
  }

  static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  // Requests.

  static Lookup read(String key, long token) {
    return new Lookup(key, Mode.READ, 0, token, 0, LEASE, SCHEMA);
  }

  static Lookup peek(String key) {
    return new Lookup(key, Mode.PEEK, 0, 0, 0, 0, SCHEMA);
  }

  static Lookup refresh(String key, long held, long token) {
    return new Lookup(key, Mode.REFRESH, held, token, 0, LEASE, SCHEMA);
  }

  static Lookup again(String key, long token, long previous) {
    return new Lookup(key, Mode.READ, 0, token, previous, LEASE, SCHEMA);
  }

  static Fill fill(String key, long token, String value) {
    return new Fill(key, token, bytes(value), FRESH, STALE, 5, Fill.NO_VERSION, false, SCHEMA);
  }

  static Fill timed(Fill fill, long freshMillis, long staleMillis) {
    return new Fill(
        fill.key(),
        fill.token(),
        fill.payload(),
        freshMillis,
        staleMillis,
        fill.costMillis(),
        fill.version(),
        fill.fromPrimary(),
        fill.schema());
  }

  static Fill versioned(Fill fill, long version) {
    return new Fill(
        fill.key(),
        fill.token(),
        fill.payload(),
        fill.freshMillis(),
        fill.staleMillis(),
        fill.costMillis(),
        version,
        fill.fromPrimary(),
        fill.schema());
  }

  static Fill primary(Fill fill) {
    return new Fill(
        fill.key(),
        fill.token(),
        fill.payload(),
        fill.freshMillis(),
        fill.staleMillis(),
        fill.costMillis(),
        fill.version(),
        true,
        fill.schema());
  }

  static Fill schema(Fill fill, int schema) {
    return new Fill(
        fill.key(),
        fill.token(),
        fill.payload(),
        fill.freshMillis(),
        fill.staleMillis(),
        fill.costMillis(),
        fill.version(),
        fill.fromPrimary(),
        schema);
  }

  /** A value with a stamp and tags. */
  static Fill stamped(Fill fill, Stamp stamp, String... tags) {
    return new Fill(
        fill.key(),
        fill.token(),
        fill.payload(),
        fill.freshMillis(),
        fill.staleMillis(),
        fill.costMillis(),
        fill.version(),
        fill.fromPrimary(),
        fill.schema(),
        fill.keeps(),
        stamp,
        List.of(tags));
  }

  /** A value that keeps the payload of the entry with this id. */
  static Fill keeping(Fill fill, long id) {
    return new Fill(
        fill.key(),
        fill.token(),
        null,
        fill.freshMillis(),
        fill.staleMillis(),
        fill.costMillis(),
        fill.version(),
        fill.fromPrimary(),
        fill.schema(),
        id,
        fill.stamp(),
        fill.tags());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // What a test begins with.

  /** Has the lease granted to a new token. */
  final long leased(RemoteTier tier, String key) {
    long token = token();
    assertThat(get(tier.lookup(read(key, token)))).isInstanceOf(Granted.class);
    return token;
  }

  /** Has a value stored by a load. */
  final Committed filled(RemoteTier tier, String key, String value) {
    Committed committed = get(tier.commit(fill(key, leased(tier, key), value)));
    assertThat(committed.verdict()).isEqualTo(Verdict.STORED);
    return committed;
  }

  // What a test expects.

  static Hit hit(Reply reply) {
    assertThat(reply).isInstanceOf(Hit.class);
    return (Hit) reply;
  }

  static Granted granted(Reply reply) {
    assertThat(reply).isInstanceOf(Granted.class);
    return (Granted) reply;
  }

  static Busy busy(Reply reply) {
    assertThat(reply).isInstanceOf(Busy.class);
    return (Busy) reply;
  }

  static Failing failing(Reply reply) {
    assertThat(reply).isInstanceOf(Failing.class);
    return (Failing) reply;
  }

  static void assertRefused(Committed committed, Verdict verdict) {
    assertThat(committed).isEqualTo(new Committed(verdict, 0, 0, 0));
  }

  static void assertStored(Committed committed, long freshMillis, long hardMillis) {
    assertThat(committed.verdict()).isEqualTo(Verdict.STORED);
    assertRemaining(committed.freshMillis(), freshMillis);
    assertRemaining(committed.hardMillis(), hardMillis);
  }

  static void assertValue(@Nullable Stored stored, String value) {
    assertThat(stored).isNotNull();
    assertThat(stored.payload()).isEqualTo(bytes(value));
  }

  /** A remaining time is never told longer than it is. */
  static void assertRemaining(long actual, long exact) {
    assertThat(actual).isBetween(exact - SLACK, exact);
  }
}
