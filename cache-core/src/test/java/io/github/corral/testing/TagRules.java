package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Barrier;
import io.github.corral.spi.RemoteTier.Barriers;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Clock;
import io.github.corral.testing.HeardFeed.Message;
import io.github.corral.testing.HeardFeed.Raised;
import io.github.corral.testing.HeardFeed.Subscribed;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The barriers of tags, and the stamps and tags that entries carry. */
abstract class TagRules extends FeedRules {

  /** A stamp all of whose bytes count. */
  static final Stamp STAMP = new Stamp(0xFEDC, 0x0102_0304_0506L);

  private static final long HOLD = 10_000;

  @Test
  void barriers_none_areANewTable() {
    Barriers barriers = get(process().barriers());

    assertThat(barriers.now().epoch()).isBetween(1L, 65_535L);
    assertThat(barriers.now().clock()).isPositive();
    assertThat(barriers.floor()).isEqualTo(barriers.now().clock());
    assertThat(barriers.byTag()).isEmpty();
  }

  @Test
  void barriers_readAgain_areTheSameInEveryProcess() {
    RemoteTier tier = process();
    get(tier.invalidateTags(List.of("a"), 0));
    Barriers barriers = get(tier.barriers());
    pass(5);

    assertThat(get(tier.barriers())).isEqualTo(barriers);
    assertThat(get(process().barriers())).isEqualTo(barriers);
  }

  @Test
  void invalidateTags_raisesTheBarriersOfTheseTagsToTheNewClock() {
    RemoteTier tier = process();
    Stamp first = get(tier.invalidateTags(List.of("a", "b"), 0));
    pass(5);
    Stamp second = get(tier.invalidateTags(List.of("b", "c"), 0));

    assertThat(second.epoch()).isEqualTo(first.epoch());
    assertThat(second.clock()).isGreaterThan(first.clock());
    Barriers barriers = get(tier.barriers());
    assertThat(barriers.now()).isEqualTo(second);
    assertThat(barriers.byTag())
        .hasSize(3)
        .containsEntry("a", new Barrier(first.clock(), 0))
        .containsEntry("b", new Barrier(second.clock(), 0))
        .containsEntry("c", new Barrier(second.clock(), 0));
  }

  @Test
  void invalidateTags_timeStandsStill_advancesTheClockByOne() {
    RemoteTier tier = process();
    Stamp before = get(tier.barriers()).now();

    assertThat(get(tier.invalidateTags(List.of("a"), 0)).clock()).isEqualTo(before.clock() + 1);
    assertThat(get(tier.invalidateTags(List.of("a"), 0)).clock()).isEqualTo(before.clock() + 2);
  }

  @Test
  void invalidateTags_timeHasPassed_advancesTheClockToIt() {
    RemoteTier tier = process();
    Stamp before = get(tier.barriers()).now();
    pass(1_000);

    assertThat(get(tier.invalidateTags(List.of("a"), 0)).clock()).isEqualTo(before.clock() + 1_000);
  }

  @Test
  void invalidateTags_moreOftenThanTimePasses_doesNotGoBackToTime() {
    RemoteTier tier = process();
    Stamp before = get(tier.barriers()).now();
    IntStream.range(0, 10).forEach(i -> get(tier.invalidateTags(List.of("a"), 0)));
    pass(5);

    assertThat(get(tier.invalidateTags(List.of("a"), 0)).clock()).isEqualTo(before.clock() + 11);
  }

  @Test
  void barriers_lost_haveAnotherEpochAndTheirMakingAsFloor() {
    RemoteTier tier = process();
    IntStream.range(0, 3).forEach(i -> get(tier.invalidateTags(List.of("a"), 0)));
    Stamp lost = get(tier.barriers()).now();
    pass(1_000);
    loseTags();

    Barriers barriers = get(tier.barriers());

    assertThat(barriers.now().epoch()).isBetween(1L, 65_535L).isNotEqualTo(lost.epoch());
    assertThat(barriers.floor()).isEqualTo(barriers.now().clock()).isGreaterThan(lost.clock());
    assertThat(barriers.byTag()).isEmpty();
  }

  @Test
  void invalidateTags_tableLost_raisesABarrierInANewOne() {
    RemoteTier tier = process();
    Stamp lost = get(tier.invalidateTags(List.of("a"), 0));
    loseTags();

    Stamp raised = get(tier.invalidateTags(List.of("b"), 0));

    Barriers barriers = get(tier.barriers());
    assertThat(raised.epoch()).isNotEqualTo(lost.epoch());
    assertThat(barriers.now()).isEqualTo(raised);
    assertThat(barriers.floor()).isEqualTo(raised.clock() - 1);
    assertThat(barriers.byTag()).containsOnlyKeys("b");
  }

  @Test
  void barriers_holdOff_lastsAsLongAsItWasAskedFor() {
    RemoteTier tier = process();
    long clock = get(tier.invalidateTags(List.of("a"), HOLD)).clock();
    get(tier.invalidateTags(List.of("b"), -1));
    pass(4_000);

    assertThat(get(tier.barriers()).byTag().get("b").holdOffMillis()).isZero();
    assertThat(get(tier.barriers()).byTag()).containsEntry("a", new Barrier(clock, HOLD - 4_000));
    pass(HOLD);
    assertThat(get(tier.barriers()).byTag()).containsEntry("a", new Barrier(clock, 0));
  }

  @Test
  void invalidateTags_shorterHoldOff_doesNotShortenTheOneInForce() {
    RemoteTier tier = process();
    get(tier.invalidateTags(List.of("a"), HOLD));
    get(tier.invalidateTags(List.of("a"), 100));
    long clock = get(tier.invalidateTags(List.of("a"), 0)).clock();

    assertThat(get(tier.barriers()).byTag()).containsEntry("a", new Barrier(clock, HOLD));
  }

  @Test
  void invalidateTags_asManyAsAreKept_areAllKept() {
    RemoteTier tier = process();
    long floor = get(tier.barriers()).floor();

    get(tier.invalidateTags(tags(0, mostTags()), 0));

    Barriers barriers = get(tier.barriers());
    assertThat(barriers.byTag()).hasSize(mostTags());
    assertThat(barriers.floor()).isEqualTo(floor);
  }

  @Test
  void invalidateTags_moreThanAreKept_dropsTheOldestAndRaisesTheFloor() {
    RemoteTier tier = process();
    int most = mostTags();
    get(tier.invalidateTags(List.of("0"), 0));
    long oldest = get(tier.invalidateTags(List.of("2", "1", "3"), 0)).clock();
    get(tier.invalidateTags(tags(4, most), 0));
    get(tier.invalidateTags(List.of("0"), 0));

    long latest = get(tier.invalidateTags(List.of("one more", "and another"), 0)).clock();

    Barriers barriers = get(tier.barriers());
    assertThat(barriers.floor()).isEqualTo(oldest);
    assertThat(barriers.byTag())
        .hasSize(most)
        .containsEntry("one more", new Barrier(latest, 0))
        .containsKeys("0", "3", "4")
        .doesNotContainKeys("1", "2");
  }

  @Test
  void invalidateTags_moreAtOnceThanAreKept_raisesTheFloorToTheirBarrier() {
    RemoteTier tier = process();

    long clock = get(tier.invalidateTags(tags(0, mostTags() + 1), 0)).clock();

    Barriers barriers = get(tier.barriers());
    assertThat(barriers.floor()).isEqualTo(clock);
    assertThat(barriers.byTag()).hasSize(mostTags()).doesNotContainKey("0");
    assertThat(barriers.now().clock()).isEqualTo(clock);
  }

  @Test
  void barriers_anotherPrimary_haveAnotherEpochAndALaterFloor() {
    RemoteTier tier = process();
    Stamp before = get(tier.invalidateTags(List.of("a"), HOLD));
    changePrimary();

    Barriers barriers = get(tier.barriers());

    assertThat(barriers.now().epoch()).isBetween(1L, 65_535L).isNotEqualTo(before.epoch());
    assertThat(barriers.floor()).isEqualTo(barriers.now().clock()).isEqualTo(before.clock() + 1);
    assertThat(barriers.byTag()).isEmpty();
    assertThat(get(process().barriers())).isEqualTo(barriers);
    pass(1_000);
    changePrimary();
    assertThat(get(tier.barriers())).isEqualTo(barriers);
  }

  @Test
  void invalidateTags_anotherPrimary_raisesABarrierInANewEpoch() {
    RemoteTier tier = process();
    Stamp before = get(tier.invalidateTags(List.of("a"), 0));
    changePrimary();
    HeardFeed feed = listen(tier);

    Stamp raised = get(tier.invalidateTags(List.of("b"), 0));

    Barriers barriers = get(tier.barriers());
    assertThat(raised.epoch()).isNotEqualTo(before.epoch());
    assertThat(barriers.now()).isEqualTo(raised);
    assertThat(barriers.byTag()).containsOnlyKeys("b");
    assertThat(heard(tier, feed))
        .contains(new Raised(raised.epoch(), raised.clock() - 1, raised.clock(), 0, List.of("b")));
  }

  @Test
  void beat_anotherPrimary_tellsItsIdentityAndTheClockOfANewEpoch() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    Stamp before = get(tier.invalidateTags(List.of("a"), 0));
    Beat old = beat(tier, feed, 3);
    changePrimary();

    tier.beat(IntStream.range(0, RemoteTier.PARTITIONS).toArray());

    feed.await(it -> it instanceof Beat beat && !beat.primary().equals(old.primary()));
    feed.await(it -> it instanceof Clock clock && clock.now().epoch() != before.epoch());
    List<Clock> clocks = feed.messages(Clock.class);
    Stamp told = clocks.get(clocks.size() - 1).now();
    assertThat(told.clock()).isGreaterThan(before.clock());
    Barriers barriers = get(tier.barriers());
    assertThat(barriers.now()).isEqualTo(told);
    assertThat(barriers.floor()).isEqualTo(told.clock());
  }

  @Test
  void barrier_isToldToEveryProcessWithTheClocksBeforeAndNow() {
    RemoteTier tier = process();
    HeardFeed own = listen(tier);
    HeardFeed other = listen(process());
    Stamp before = get(tier.barriers()).now();

    Stamp first = get(tier.invalidateTags(List.of("b", "a"), HOLD));
    pass(1_000);
    Stamp second = get(tier.invalidateTags(List.of("c"), -1));

    List<Message> messages = heard(tier, own);
    assertThat(messages)
        .containsExactly(
            new Subscribed(),
            new Raised(before.epoch(), before.clock(), first.clock(), HOLD, List.of("b", "a")),
            new Raised(before.epoch(), first.clock(), second.clock(), 0, List.of("c")));
    assertThat(heard(tier, other)).isEqualTo(messages);
  }

  @Test
  void barrier_onANewTable_isToldInItsEpoch() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);

    Stamp raised = get(tier.invalidateTags(List.of("a"), 0));

    assertThat(heard(tier, feed))
        .contains(new Raised(raised.epoch(), raised.clock() - 1, raised.clock(), 0, List.of("a")));
  }

  @Test
  void clock_noTags_isToldAsNoneBeforeTheBeat() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);

    assertThat(clockBeforeABeat(tier, feed)).isEqualTo(Stamp.NONE);
  }

  @Test
  void clock_isToldBeforeTheBeatAsTheBarriersBeforeItLeftIt() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    get(tier.barriers());
    Stamp raised = get(tier.invalidateTags(List.of("a"), 0));

    assertThat(clockBeforeABeat(tier, feed)).isEqualTo(raised);
    assertThat(feed.messages(Clock.class)).hasSize(1);
  }

  /** Beats for all partitions; one of the beats is that of the primary that keeps the tags. */
  private static Stamp clockBeforeABeat(RemoteTier tier, HeardFeed feed) {
    tier.beat(IntStream.range(0, RemoteTier.PARTITIONS).toArray());
    feed.awaitAll(all -> clockAt(all) >= 0 && clockAt(all) + 1 < all.size());
    List<Message> all = feed.messages();
    assertThat(all).element(clockAt(all) + 1).isInstanceOf(Beat.class);
    return ((Clock) all.get(clockAt(all))).now();
  }

  private static int clockAt(List<Message> messages) {
    return IntStream.range(0, messages.size())
        .filter(i -> messages.get(i) instanceof Clock)
        .findFirst()
        .orElse(-1);
  }

  @Test
  void commit_stampAndTags_comeBackFresh() {
    RemoteTier tier = process();
    get(tier.commit(stamped(fill(KEY, leased(tier, KEY), "a"), STAMP, "x", "", "y")));

    assertMarked(hit(get(tier.lookup(read(KEY, token())))).stored(), STAMP, "x", "", "y");
    assertMarked(hit(get(tier.lookup(refresh(KEY, 1, token())))).stored(), STAMP, "x", "", "y");
  }

  @Test
  void commit_stampAndTags_comeBackStale() {
    RemoteTier tier = process();
    get(tier.commit(stamped(fill(KEY, leased(tier, KEY), "a"), STAMP, "x", "y")));
    get(tier.invalidate(KEY, Change.SOFT, 0));
    long token = token();

    assertMarked(granted(get(tier.lookup(read(KEY, token)))).stale(), STAMP, "x", "y");
    assertMarked(busy(get(tier.lookup(read(KEY, token())))).stale(), STAMP, "x", "y");
    get(tier.fail(KEY, token, "E", 100, 100));
    assertMarked(failing(get(tier.lookup(read(KEY, token())))).stale(), STAMP, "x", "y");
    get(tier.beginWrite(KEY, token(), 1_000, 0));
    assertMarked(get(tier.inspect(KEY)).stored(), STAMP, "x", "y");
  }

  @Test
  void commit_again_replacesStampAndTags() {
    RemoteTier tier = process();
    long id = get(tier.commit(stamped(fill(KEY, leased(tier, KEY), "a"), STAMP, "x"))).id();
    long token = token();
    granted(get(tier.lookup(refresh(KEY, id, token))));

    get(tier.commit(fill(KEY, token, "b")));

    assertMarked(hit(get(tier.lookup(read(KEY, token())))).stored(), Stamp.NONE);
  }

  @Test
  void commitWrite_stampAndTags_comeBack() {
    RemoteTier tier = process();
    long write = token();
    get(tier.beginWrite(KEY, write, 1_000, 0));
    get(tier.commitWrite(stamped(fill(KEY, write, "a"), STAMP, "x"), 0));

    assertMarked(hit(get(tier.lookup(read(KEY, token())))).stored(), STAMP, "x");
  }

  @Test
  void lookup_belowABarrier_isLeftToTheReader() {
    RemoteTier tier = process();
    Stamp stamp = get(tier.barriers()).now();
    get(tier.commit(stamped(fill(KEY, leased(tier, KEY), "a"), stamp, "x")));
    get(tier.invalidateTags(List.of("x"), 0));

    assertMarked(hit(get(tier.lookup(read(KEY, token())))).stored(), stamp, "x");
  }

  static void assertMarked(Stored stored, Stamp stamp, String... tags) {
    assertThat(stored).isNotNull();
    assertThat(stored.stamp()).isEqualTo(stamp);
    assertThat(stored.tags()).containsExactly(tags);
  }

  private static List<String> tags(int from, int to) {
    return IntStream.range(from, to).mapToObj(String::valueOf).toList();
  }
}
