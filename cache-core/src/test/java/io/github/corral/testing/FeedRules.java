package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Ended;
import io.github.corral.testing.HeardFeed.Message;
import io.github.corral.testing.HeardFeed.Subscribed;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the feed tells. */
abstract class FeedRules extends WriteRules {

  private static final String FENCE = "fence";

  private static final AtomicInteger ROUNDS = new AtomicInteger();

  @Test
  void subscribe_isToldThatItIsSubscribedFirst() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);

    get(tier.invalidate(KEY, Change.HARD, 0));

    assertThat(heard(tier, feed)).first().isEqualTo(new Subscribed());
  }

  @Test
  void subscribe_twice_isRefused() {
    RemoteTier tier = process();
    listen(tier);

    assertThatIllegalStateException().isThrownBy(() -> tier.subscribe(new HeardFeed()));
  }

  @Test
  void changed_eachChange_isToldToEveryProcessWithTheNextNumber() {
    RemoteTier tier = process();
    HeardFeed own = listen(tier);
    HeardFeed other = listen(process());

    get(tier.invalidate(KEY, Change.HARD, 0));
    get(tier.invalidate(KEY, Change.SOFT, 0));
    long write = token();
    get(tier.beginWrite(KEY, write, 1_000, 0));
    get(tier.commitWrite(fill(KEY, write, "a"), 0));
    get(tier.commitWrite(fill(KEY, write, "a"), 0));

    List<Changed> changes = changes(heard(tier, own));
    assertThat(changes)
        .extracting(Changed::change)
        .containsExactly(Change.HARD, Change.SOFT, Change.WRITE, Change.HARD, Change.HARD);
    assertThat(changes).extracting(Changed::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(changes).extracting(Changed::epoch).doesNotContain(0L).containsOnly(epoch(changes));
    assertThat(changes)
        .allMatch(it -> it.key().equals(KEY) && it.partition() == RemoteTier.partition(KEY));
    assertThat(changes(heard(tier, other))).isEqualTo(changes);
  }

  @Test
  void changed_keysOfOnePartition_shareItsCounter() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    String sibling = keyIn(RemoteTier.partition(KEY), "sibling");
    String stranger = keyIn((RemoteTier.partition(KEY) + 1) % RemoteTier.PARTITIONS, "stranger");

    get(tier.invalidate(KEY, Change.HARD, 0));
    get(tier.invalidate(stranger, Change.HARD, 0));
    get(tier.invalidate(sibling, Change.HARD, 0));

    List<Changed> changes = changes(heard(tier, feed));
    assertThat(changes).hasSize(3);
    assertThat(changes)
        .filteredOn(it -> it.partition() == RemoteTier.partition(KEY))
        .extracting(Changed::key, Changed::sequence)
        .containsExactly(tuple(KEY, 1L), tuple(sibling, 2L));
    assertThat(changes)
        .filteredOn(it -> it.partition() == RemoteTier.partition(KEY))
        .extracting(Changed::epoch)
        .containsOnly(changes.get(0).epoch());
  }

  @Test
  void changed_loadsAndLeases_areNotTold() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);

    filled(tier, KEY, "a");
    long token = leased(tier, "b");
    get(tier.renew("b", token, LEASE));
    get(tier.fail("b", token, "E", 100, 100));
    get(tier.release("c", leased(tier, "c")));

    assertThat(heard(tier, feed)).containsExactly(new Subscribed());
  }

  @Test
  void changed_manyAtOnce_areToldInTheOrderOfTheirNumbers() {
    RemoteTier tier = process();
    RemoteTier another = process();
    HeardFeed feed = listen(tier);

    List<CompletionStage<Void>> all =
        IntStream.range(0, 200)
            .mapToObj(i -> (i % 2 == 0 ? tier : another).invalidate(KEY, Change.HARD, 0))
            .toList();
    all.forEach(TierHarness::get);

    assertThat(changes(heard(tier, feed)))
        .extracting(Changed::sequence)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 200).mapToObj(Long::valueOf).toList());
    assertThat(feed.overlapped()).isFalse();
  }

  @Test
  void ended_everyWayInWhichAnAwaitedLeaseEnds_isTold() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);

    get(tier.commit(fill("commit", awaited(tier, "commit"), "a")));
    get(tier.fail("fail", awaited(tier, "fail"), "E", 100, 100));
    get(tier.release("release", awaited(tier, "release")));
    awaited(tier, "invalidate");
    get(tier.invalidate("invalidate", Change.HARD, 0));
    awaited(tier, "begin");
    get(tier.beginWrite("begin", token(), 1_000, 0));
    long write = token();
    get(tier.beginWrite("write", write, 1_000, 0));
    awaited(tier, "write");
    get(tier.commitWrite(fill("write", write, "a"), 0));

    assertThat(ended(heard(tier, feed)))
        .containsExactlyInAnyOrder("commit", "fail", "release", "invalidate", "begin", "write");
  }

  @Test
  void ended_aRefusedCommit_isToldToo() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    long token = awaited(tier, KEY);
    pass(2_000);
    get(tier.commit(timed(fill(KEY, token, "late"), 1_000, 0)));

    assertThat(ended(heard(tier, feed))).containsExactly(KEY);
  }

  @Test
  void ended_nobodyWaits_isNotTold() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    long token = leased(tier, KEY);
    get(tier.lookup(peek(KEY)));
    get(tier.commit(fill(KEY, token, "a")));

    assertThat(ended(heard(tier, feed))).isEmpty();
  }

  @Test
  void ended_onceTold_isNotToldOfTheNextLease() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    get(tier.release(KEY, awaited(tier, KEY)));
    get(tier.release(KEY, leased(tier, KEY)));

    assertThat(ended(heard(tier, feed))).containsExactly(KEY);
  }

  @Test
  void ended_leaseRanOutAndAnotherTookIt_isToldWhenThatEnds() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    awaited(tier, KEY);
    pass(LEASE);
    get(tier.release(KEY, leased(tier, KEY)));

    assertThat(ended(heard(tier, feed))).containsExactly(KEY);
  }

  @Test
  void ended_anotherToken_isNotTold() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    long token = awaited(tier, KEY);
    get(tier.release(KEY, token + 1));
    get(tier.fail(KEY, token + 1, "E", 100, 100));
    get(tier.commit(fill(KEY, token + 1, "a")));

    assertThat(ended(heard(tier, feed))).isEmpty();
  }

  @Test
  void beat_tellsEveryCounterAsTheChangesBeforeItLeftIt() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    HeardFeed other = listen(process());
    get(tier.invalidate(KEY, Change.HARD, 0));
    get(tier.invalidate(KEY, Change.HARD, 0));
    int partition = RemoteTier.partition(KEY);

    Beat beat = beat(tier, feed, partition);

    assertThat(beat.primary()).isNotEmpty();
    assertThat(beat.partitions()).hasSameSizeAs(beat.epochs()).hasSameSizeAs(beat.sequences());
    assertThat(beat.partitions()).doesNotHaveDuplicates().contains(partition);
    int at = beat.partitions().indexOf(partition);
    assertThat(beat.sequences().get(at)).isEqualTo(2);
    assertThat(beat.epochs().get(at)).isEqualTo(epoch(feed.messages(Changed.class)));
    other.await(beat::equals);
  }

  @Test
  void beat_nothingCountedYet_tellsNoEpoch() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);

    Beat beat = beat(tier, feed, 3);

    int at = beat.partitions().indexOf(3);
    assertThat(beat.epochs().get(at)).isZero();
    assertThat(beat.sequences().get(at)).isZero();
  }

  @Test
  void beat_again_tellsTheSamePrimary() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    Beat first = beat(tier, feed, 3);
    get(tier.invalidate(KEY, Change.HARD, 0));

    tier.beat(new int[] {RemoteTier.partition(KEY)});

    feed.await(it -> it instanceof Beat next && !next.equals(first));
    assertThat(feed.messages(Beat.class)).extracting(Beat::primary).containsOnly(first.primary());
  }

  @Test
  void beat_ofNoPartition_isNone() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    tier.beat(new int[0]);

    assertThat(heard(tier, feed)).containsExactly(new Subscribed());
  }

  @Test
  void close_endsTheFeed() {
    RemoteTier tier = process();
    RemoteTier another = process();
    HeardFeed closed = listen(tier);
    HeardFeed open = listen(another);
    tier.close();
    get(another.invalidate(KEY, Change.HARD, 0));
    heard(another, open);

    assertThat(closed.messages()).containsExactly(new Subscribed());
  }

  static HeardFeed listen(RemoteTier tier) {
    HeardFeed feed = new HeardFeed();
    tier.subscribe(feed);
    feed.await(Subscribed.class::isInstance);
    return feed;
  }

  /** All that was heard before a change that is made now. */
  static List<Message> heard(RemoteTier tier, HeardFeed feed) {
    // One of each partition, as only those of one primary are told in order; and others each time,
    // as those of the last time may still be on their way to this feed.
    String round = FENCE + ROUNDS.incrementAndGet() + "-";
    IntStream.range(0, RemoteTier.PARTITIONS)
        .mapToObj(partition -> tier.invalidate(keyIn(partition, round), Change.HARD, 0))
        .toList()
        .forEach(TierHarness::get);
    feed.awaitAll(
        all -> all.stream().filter(it -> isFence(it, round)).count() == RemoteTier.PARTITIONS);
    return feed.messages().stream().filter(it -> !isFence(it, FENCE)).toList();
  }

  private static boolean isFence(Message message, String prefix) {
    return message instanceof Changed change && change.key().startsWith(prefix);
  }

  static Beat beat(RemoteTier tier, HeardFeed feed, int partition) {
    tier.beat(new int[] {partition});
    feed.await(Beat.class::isInstance);
    return feed.messages(Beat.class).get(0);
  }

  private static List<Changed> changes(List<Message> messages) {
    return messages.stream().filter(Changed.class::isInstance).map(Changed.class::cast).toList();
  }

  static List<String> ended(List<Message> messages) {
    return messages.stream()
        .filter(Ended.class::isInstance)
        .map(Ended.class::cast)
        .map(Ended::key)
        .toList();
  }

  private static long epoch(List<Changed> changes) {
    return changes.get(0).epoch();
  }

  private static String keyIn(int partition, String prefix) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> prefix + i)
        .filter(key -> RemoteTier.partition(key) == partition)
        .findFirst()
        .orElseThrow();
  }

  /** Has the lease granted and somebody wait for it. */
  final long awaited(RemoteTier tier, String key) {
    long token = leased(tier, key);
    busy(get(tier.lookup(read(key, token()))));
    return token;
  }
}
