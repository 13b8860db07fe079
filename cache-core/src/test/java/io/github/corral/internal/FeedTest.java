package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the feed drops, what it leaves, and when it believes itself. */
class FeedTest {

  private static final int PARTITION = 7;
  private static final int STRIPE = PARTITION * 64 + 3;
  private static final int NEIGHBOUR = PARTITION * 64 + 4;
  private static final String KEY = keyOf(STRIPE);

  private final Lab lab = new Lab();
  private final Guards guards = new Guards();
  private final List<String> woken = new ArrayList<>();
  private final Barriers barriers =
      new Barriers(
          () ->
              CompletableFuture.completedFuture(
                  new RemoteTier.Barriers(new RemoteTier.Stamp(1, 1), 0, Map.of())),
          lab.time::nanos,
          Feed.SILENCE_NANOS,
          guards::bumpAll);
  private final List<String> gaps = new ArrayList<>();
  private final Feed feed =
      new Feed(
          guards,
          barriers,
          lab.time.host(new SplitMix(3)),
          woken::add,
          (why, partitions) -> gaps.add(why + " " + partitions));

  private static String keyOf(int stripe) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "k" + i)
        .filter(key -> Guards.stripe(key) == stripe)
        .findFirst()
        .orElseThrow();
  }

  private void beat(String primary, long epoch, long sequence) {
    feed.beat(primary, new int[] {PARTITION}, new long[] {epoch}, new long[] {sequence});
  }

  private void changed(long epoch, long sequence) {
    feed.changed(PARTITION, epoch, sequence, Change.HARD, KEY);
  }

  private boolean dropped(int stripe, Runnable event) {
    long before = guards.count(stripe);
    event.run();
    return guards.count(stripe) != before;
  }

  @Test
  void beat_first_provesAndDropsWhatCameBefore() {
    feed.subscribed();
    assertThat(feed.proven(PARTITION)).isFalse();

    assertThat(dropped(STRIPE, () -> beat("p", 5, 10))).isTrue();

    assertThat(feed.proven(PARTITION)).isTrue();
    assertThat(feed.proven(PARTITION + 1)).isFalse();
  }

  @Test
  void beat_sameCounter_dropsNothing() {
    beat("p", 5, 10);

    assertThat(dropped(STRIPE, () -> beat("p", 5, 10))).isFalse();
  }

  @Test
  void beat_lowerCounterOfTheSameEpoch_dropsNothingAndForgetsNothing() {
    beat("p", 5, 10);
    changed(5, 11);

    assertThat(dropped(STRIPE, () -> beat("p", 5, 10))).isFalse();
    assertThat(dropped(NEIGHBOUR, () -> changed(5, 12))).isFalse();
  }

  @Test
  void beat_countsMoreThanWasHeard_dropsThePartition() {
    beat("p", 5, 10);

    assertThat(dropped(NEIGHBOUR, () -> beat("p", 5, 11))).isTrue();
    assertThat(feed.proven(PARTITION)).isTrue();
    assertThat(dropped(NEIGHBOUR, () -> changed(5, 12))).isFalse();
  }

  @Test
  void beat_otherEpoch_dropsThePartition() {
    beat("p", 5, 10);

    assertThat(dropped(NEIGHBOUR, () -> beat("p", 6, 10))).isTrue();
  }

  @Test
  void beat_otherPrimary_dropsThePartition() {
    beat("p", 5, 10);

    assertThat(dropped(NEIGHBOUR, () -> beat("q", 5, 10))).isTrue();
  }

  @Test
  void changed_nextInTurn_dropsTheKeysStripeOnly() {
    beat("p", 5, 10);

    assertThat(dropped(NEIGHBOUR, () -> assertThat(dropped(STRIPE, () -> changed(5, 11))).isTrue()))
        .isFalse();
  }

  @Test
  void changed_gap_dropsThePartitionOnce() {
    beat("p", 5, 10);

    assertThat(dropped(NEIGHBOUR, () -> changed(5, 12))).isTrue();
    assertThat(dropped(NEIGHBOUR, () -> changed(5, 13))).isFalse();
  }

  @Test
  void changed_repeatedNumber_dropsThePartition() {
    beat("p", 5, 10);
    changed(5, 11);

    assertThat(dropped(NEIGHBOUR, () -> changed(5, 11))).isTrue();
  }

  @Test
  void changed_otherEpoch_dropsThePartition() {
    beat("p", 5, 10);

    assertThat(dropped(NEIGHBOUR, () -> changed(6, 11))).isTrue();
  }

  @Test
  void changed_unproven_dropsThePartitionAndProvesNothing() {
    feed.subscribed();
    changed(5, 10);

    assertThat(dropped(NEIGHBOUR, () -> changed(5, 11))).isTrue();
    assertThat(feed.proven(PARTITION)).isFalse();
  }

  @Test
  void subscribed_again_unprovenUntilTheNextBeat() {
    beat("p", 5, 10);

    assertThat(dropped(STRIPE, feed::subscribed)).isTrue();
    assertThat(feed.proven(PARTITION)).isFalse();
    beat("p", 5, 10);
    assertThat(feed.proven(PARTITION)).isTrue();
  }

  @Test
  void check_silentForThreeSeconds_dropsAndIsUnproven() {
    beat("p", 5, 10);
    lab.pass(Duration.ofNanos(Feed.SILENCE_NANOS - 1));
    assertThat(dropped(STRIPE, () -> feed.check(lab.time.nanos()))).isFalse();
    lab.pass(Duration.ofNanos(1));

    assertThat(dropped(STRIPE, () -> feed.check(lab.time.nanos()))).isTrue();
    assertThat(feed.proven(PARTITION)).isFalse();
  }

  @Test
  void check_onePrimaryOfTwoIsSilent_dropsItsPartitionsOnly() {
    beat("p", 5, 10);
    feed.beat("q", new int[] {PARTITION + 1}, new long[] {1}, new long[] {1});
    lab.pass(Duration.ofSeconds(2));
    feed.beat("q", new int[] {PARTITION + 1}, new long[] {1}, new long[] {1});
    lab.pass(Duration.ofSeconds(1));

    feed.check(lab.time.nanos());

    assertThat(feed.proven(PARTITION)).isFalse();
    assertThat(feed.proven(PARTITION + 1)).isTrue();
  }

  @Test
  void takeSilent_onePrimaryOfTwoBeats_takesThePartitionsOfTheOther() {
    feed.subscribed();
    feed.takeSilent(lab.time.nanos());
    lab.pass(Duration.ofSeconds(2));
    beat("p", 5, 10);

    assertThat(feed.takeSilent(lab.time.nanos())).hasSize(255).doesNotContain(PARTITION);
  }

  @Test
  void changed_lateAfterAPause_isNotBelieved() {
    beat("p", 5, 10);
    lab.pass(Duration.ofSeconds(10));

    assertThat(dropped(NEIGHBOUR, () -> changed(5, 11))).isTrue();
    assertThat(feed.proven(PARTITION)).isFalse();
  }

  @Test
  void beat_lateAfterAPause_dropsWhatWasHeldMeanwhile() {
    beat("p", 5, 10);
    lab.pass(Duration.ofSeconds(10));

    assertThat(dropped(STRIPE, () -> beat("p", 5, 10))).isTrue();
  }

  @Test
  void gaps_eachCause_isToldOnceWithItsPartitions() {
    feed.subscribed();
    assertThat(gaps).containsExactly("SUBSCRIPTION 256");
    beat("p", 5, 10);
    assertThat(takenGaps()).containsExactly("SUBSCRIPTION 256", "UNPROVEN 1");

    beat("p", 5, 10);
    changed(5, 11);
    assertThat(takenGaps()).isEmpty();
    changed(5, 13);
    beat("p", 5, 14);
    assertThat(takenGaps()).containsExactly("SEQUENCE 1", "SEQUENCE 1");
    changed(6, 15);
    beat("p", 7, 15);
    assertThat(takenGaps()).containsExactly("EPOCH 1", "EPOCH 1");
    beat("q", 7, 15);
    assertThat(takenGaps()).containsExactly("PRIMARY 1");
    lab.pass(Duration.ofSeconds(3));
    feed.check(lab.time.nanos());
    feed.check(lab.time.nanos());
    assertThat(takenGaps()).containsExactly("SILENCE 1");
    changed(7, 16);
    assertThat(takenGaps()).containsExactly("UNPROVEN 1");
  }

  @Test
  void gaps_listener_isCalledOutsideTheLock() {
    Feed[] own = new Feed[1];
    List<CompletableFuture<Void>> checks = new ArrayList<>();
    own[0] =
        new Feed(
            guards,
            barriers,
            lab.time.host(new SplitMix(3)),
            woken::add,
            (why, partitions) -> {
              CompletableFuture<Void> check =
                  CompletableFuture.runAsync(() -> own[0].takeSilent(lab.time.nanos()));
              assertThat(check).succeedsWithin(Duration.ofSeconds(30));
              checks.add(check);
            });

    own[0].subscribed();

    assertThat(checks).hasSize(1);
  }

  private List<String> takenGaps() {
    List<String> taken = List.copyOf(gaps);
    gaps.clear();
    return taken;
  }

  @Test
  void ended_anyKey_wakes() {
    feed.ended(KEY);

    assertThat(woken).containsExactly(KEY);
  }

  @Test
  void ticket_subscriptionIsRenewedWhileItIsTaken_isNotProven() {
    Runnable[] meanwhile = {() -> {}};
    Guards interrupted =
        new Guards() {
          @Override
          long count(int stripe) {
            meanwhile[0].run();
            return super.count(stripe);
          }
        };
    Lab.Node node = lab.node(setup -> setup.guards = interrupted);
    assertThat(node.fleet.ticket(STRIPE).proven()).isTrue();
    meanwhile[0] = () -> node.fleet.feed().subscribed();

    Ticket ticket = node.fleet.ticket(STRIPE);

    assertThat(interrupted.holds(ticket) && ticket.proven())
        .as("a ticket that counts and claims to be proven")
        .isFalse();
  }

  @Test
  void entries_feedIsProven_areServedForTheirTime() {
    Node node = lab.node();
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(50));
    long before = node.tier.calls(Op.LOOKUP);

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(before);
  }

  @Test
  void entries_feedIsUnproven_areServedForThreeSeconds() {
    Node node = lab.node(setup -> setup.network = Deaf.to(lab.server));
    node.fill(1, "a");
    lab.pass(Duration.ofMillis(2_900));
    long before = node.tier.calls(Op.LOOKUP);
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(before);
    lab.pass(Duration.ofMillis(100));

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(before + 1);
  }

  @Test
  void entries_feedFellSilentUnnoticed_areNotServedBeyondItsBound() {
    boolean[] cut = new boolean[1];
    Node node = lab.node(setup -> setup.network = cutWhen(() -> cut[0]));
    node.fill(1, "a");
    cut[0] = true;

    Node other = lab.node();
    other.cache.invalidateAsync(1).join();
    assertThat(other.fill(1, "b")).isEqualTo("b");
    assertThat(node.now(1))
        .as("the message was lost, and its loss is not noticed yet")
        .isEqualTo("a");
    lab.pass(Duration.ofSeconds(4));

    assertThat(node.now(1)).isEqualTo("b");
  }

  @Test
  void entries_oneMessageIsLost_areDroppedWithTheNextBeat() {
    boolean[] cut = new boolean[1];
    Node node = lab.node(setup -> setup.network = cutWhen(() -> cut[0]));
    node.fill(1, "a");
    Node other = lab.node();
    cut[0] = true;
    other.cache.invalidateAsync(1).join();
    cut[0] = false;
    assertThat(other.fill(1, "b")).isEqualTo("b");
    assertThat(node.now(1)).isEqualTo("a");

    lab.server.beat();

    assertThat(node.now(1)).isEqualTo("b");
  }

  @Test
  void flight_feedIsUnproven_isNotJoinedForLongerThanItsSilenceMayLast() {
    Node cutOff = lab.node(setup -> setup.network = Deaf.to(lab.server));
    cutOff.tier.all(Fate.FAIL);
    CompletableFuture<String> first = cutOff.read(1);
    CompletableFuture<String> joined = cutOff.read(1);
    assertThat(cutOff.loads).hasSize(1);
    lab.pass(Duration.ofSeconds(3));

    CompletableFuture<String> later = cutOff.read(1);

    assertThat(cutOff.loads).as("what began 3 s ago may have been invalidated unheard").hasSize(2);
    cutOff.loads.get(0).gives("old");
    cutOff.loads.get(1).gives("new");
    lab.passMoment();
    assertThat(first).isCompletedWithValue("old");
    assertThat(joined).isCompletedWithValue("old");
    assertThat(later).isCompletedWithValue("new");
  }

  @Test
  void beats_fleetOfFive_aboutOneASecondInAll() {
    List<Node> nodes = IntStream.range(0, 5).mapToObj(i -> lab.node()).toList();
    lab.pass(Duration.ofSeconds(2));
    long before = beats(nodes);

    lab.pass(Duration.ofSeconds(100));

    assertThat(beats(nodes) - before).isBetween(60L, 130L);
    assertThat(nodes).allMatch(node -> node.fleet.feed().proven(0));
  }

  @Test
  void beats_beatIsHeard_noneIsSent() {
    Node node = lab.node();
    lab.pass(Duration.ofSeconds(2));
    long before = node.tier.calls(Op.BEAT);
    for (int i = 0; i < 100; i++) {
      lab.server.beat();
      lab.pass(Duration.ofMillis(900));
    }

    assertThat(node.tier.calls(Op.BEAT)).isEqualTo(before);
  }

  @Test
  void beats_singleProcess_none() {
    Node alone = lab.node(setup -> setup.alone = true);

    lab.pass(Duration.ofSeconds(20));

    assertThat(alone.tier.calls(Op.BEAT)).isZero();
    assertThat(alone.fleet.feed().proven(0)).isTrue();
  }

  @Test
  void entries_singleProcess_areServedForTheirTime() {
    Node alone = lab.node(setup -> setup.alone = true);
    alone.fill(1, "a");
    lab.pass(Duration.ofSeconds(59));

    assertThat(alone.now(1)).isEqualTo("a");
    assertThat(alone.loads).hasSize(1);
  }

  private static long beats(List<Node> nodes) {
    return nodes.stream().mapToLong(node -> node.tier.calls(Op.BEAT)).sum();
  }

  /** A way to the server whose feed is lost while it is cut. */
  private ScriptedTier cutWhen(BooleanSupplier cut) {
    return new ScriptedTier(new InMemoryTier(lab.server)) {
      @Override
      public void subscribe(FeedListener to) {
        super.subscribe(
            new FeedListener() {
              @Override
              public void subscribed() {
                to.subscribed();
              }

              @Override
              public void changed(
                  int partition, long epoch, long sequence, Change change, String key) {
                if (!cut.getAsBoolean()) {
                  to.changed(partition, epoch, sequence, change, key);
                }
              }

              @Override
              public void beat(String primary, int[] partitions, long[] epochs, long[] sequences) {
                if (!cut.getAsBoolean()) {
                  to.beat(primary, partitions, epochs, sequences);
                }
              }

              @Override
              public void barrier(
                  long epoch, long before, long clock, long holdOffMillis, List<String> tags) {}

              @Override
              public void clock(RemoteTier.Stamp now) {}

              @Override
              public void ended(String key) {
                if (!cut.getAsBoolean()) {
                  to.ended(key);
                }
              }
            });
      }
    };
  }
}
