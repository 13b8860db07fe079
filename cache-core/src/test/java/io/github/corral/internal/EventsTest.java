package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Recorder.FeedGap;
import io.github.corral.spi.Recorder.LoadEnd;
import io.github.corral.spi.Recorder.Outcome;
import io.github.corral.spi.RemoteTier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of loads, refreshes, stale values, waits, detached flights and gaps: each once. */
class EventsTest {

  private static final Duration FRESH = Duration.ofSeconds(60);

  private final Lab lab = new Lab();
  private final Node node = lab.node();

  private static void assertCount(Node of, String event, int times) {
    assertThat(of.counts.of(event)).as(event).isEqualTo(times);
  }

  // ---------------------------------------------------------------- loads

  @Test
  void load_callersJoinedAndOneLeft_tellsKeyDurationAndWhoWaits() {
    node.read(42);
    node.read(42);
    node.read(42);
    node.read(42).cancel(false);
    lab.pass(Duration.ofMillis(500).minus(Lab.MOMENT.multipliedBy(4)));
    node.last().gives("a");
    lab.passMoment();

    assertThat(node.counts.loads()).hasSize(1);
    LoadEnd end = node.counts.loads().get(0);
    assertThat(end.key()).isEqualTo("42");
    assertThat(end.outcome()).isEqualTo(Outcome.SUCCESS);
    assertThat(end.took()).isBetween(Duration.ofMillis(490), Duration.ofMillis(500));
    assertThat(end.waiters()).as("neither the leader nor the one that left").isEqualTo(2);
    assertCount(node, "joined", 3);
  }

  @Test
  void load_handedOver_tellsBothWithThoseWhoWaited() {
    var flight = node.cache.openAsync(1, (key, load) -> new CompletableFuture<>());
    lab.passMoment();
    node.read(1);
    node.read(1);
    flight.join().close();
    lab.passMoment();
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(node.counts.loads()).extracting(LoadEnd::waiters).containsExactly(2, 1);
    assertThat(node.counts.loads())
        .extracting(LoadEnd::outcome)
        .containsExactly(Outcome.ABANDONED, Outcome.FAILURE);
  }

  @Test
  void load_hangsThenEnds_toldOnce() {
    node.read(1);
    lab.pass(Duration.ofSeconds(10));
    node.last().gives("late");
    lab.passMoment();

    assertThat(node.counts.loads()).extracting(LoadEnd::outcome).containsExactly(Outcome.TIMEOUT);
  }

  @Test
  void load_ofARefresh_nobodyWaits() {
    node.fill(1, "a");
    lab.pass(FRESH);
    node.now(1);
    node.now(1);
    node.last().gives("b");
    lab.passMoment();

    assertThat(node.counts.loads()).extracting(LoadEnd::waiters).containsExactly(0, 0);
  }

  // ---------------------------------------------------------------- refreshes and stale values

  @Test
  void refresh_whileFresh_isEarly() {
    Node eager = lab.node(setup -> setup.refresh = Refresh.early(1000));
    eager.read(1);
    lab.pass(Duration.ofSeconds(1));
    eager.last().gives("a");
    lab.pass(FRESH.dividedBy(2).plusMillis(100));
    eager.now(1);
    eager.now(1);

    assertCount(eager, "refresh EARLY", 1);
    assertCount(eager, "refresh", 1);
    assertCount(eager, "stale", 0);
  }

  @Test
  void refresh_ofAStaleValue_isToldOnceForAllReads() {
    node.fill(1, "a");
    assertCount(node, "refresh", 0);
    lab.pass(FRESH);
    node.now(1);
    node.now(1);
    node.now(1);

    assertCount(node, "refresh STALE", 1);
    assertCount(node, "refresh", 1);
    assertCount(node, "stale REFRESHING", 3);
    assertCount(node, "stale", 3);
  }

  @Test
  void refresh_ofAStaleValueOfTheRemoteTier_isToldToo() {
    node.fill(1, "a");
    lab.pass(FRESH);
    Node cold = lab.node();
    cold.now(1);

    assertCount(cold, "refresh STALE", 1);
    assertCount(cold, "stale REFRESHING", 1);
    assertCount(cold, "stale", 1);
  }

  @Test
  void refresh_anotherProcessHasTheLease_isNotToldHere() {
    node.fill(1, "a");
    Node other = lab.node();
    other.now(1);
    lab.pass(FRESH);
    other.now(1);
    node.now(1);
    lab.pass(Duration.ofMillis(500));

    assertCount(other, "refresh", 1);
    assertCount(node, "refresh", 0);
  }

  @Test
  void stale_anotherProcessLoads_isLeased() {
    node.fill(1, "a");
    lab.pass(FRESH);
    node.now(1);
    Node cold = lab.node();
    cold.now(1);

    assertCount(cold, "stale LEASED", 1);
    assertCount(cold, "stale", 1);
  }

  @Test
  void stale_loadFailed_isFailingUntilItIsTriedAgain() {
    Node failing =
        lab.node(
            setup ->
                setup.failure =
                    Failure.defaults().backoff(Duration.ofSeconds(5), Duration.ofSeconds(5)));
    failing.fill(1, "a");
    lab.pass(FRESH);
    failing.now(1);
    failing.last().fails(new IllegalStateException("down"));
    lab.passMoment();
    assertCount(failing, "stale REFRESHING", 1);

    failing.now(1);
    failing.now(1);
    assertCount(failing, "stale FAILING", 2);

    Node cold = lab.node();
    cold.now(1);
    assertCount(cold, "stale FAILING", 1);
    assertCount(cold, "stale", 1);
  }

  @Test
  void stale_readThatDoesNotLoad_isPeeked() {
    node.fill(1, "a");
    lab.pass(FRESH);
    assertThat(node.cache.getIfPresentAsync(1)).isCompletedWithValue("a");
    Node cold = lab.node();
    CompletableFuture<String> peeked = cold.cache.getIfPresentAsync(1);
    lab.passMoment();
    assertThat(peeked).isCompletedWithValue("a");

    assertCount(node, "stale PEEKED", 1);
    assertCount(cold, "stale PEEKED", 1);
    assertCount(cold, "hit L2", 1);
  }

  // ---------------------------------------------------------------- waits

  @Test
  void leaseWait_leaderDies_endsWithTheLease() {
    Node dead = lab.node();
    dead.read(1);
    dead.tier.all(Fate.FAIL);
    node.read(1);
    lab.pass(Duration.ofMillis(3_300));
    assertThat(node.loads).hasSize(1);

    node.last().gives("a");
    lab.passMoment();
    assertCount(node, "leaseWait", 1);
  }

  @Test
  void leaseWait_beyondTheLoadTimeout_endsWithIt() {
    Node slow = lab.node(setup -> setup.failure = Failure.loadTimeout(Duration.ofSeconds(60)));
    slow.read(1);
    CompletableFuture<String> read = node.read(1);
    node.read(1);
    lab.pass(Duration.ofSeconds(9));
    CompletableFuture<String> late = node.read(1);
    lab.pass(Duration.ofSeconds(3));

    assertThat(read).isCompletedExceptionally();
    assertThat(failureOf(late)).hasMessageContaining("another process's load");
    assertCount(node, "leaseWait", 1);
  }

  @Test
  void leaseWait_staleValueIsServed_nobodyWaited() {
    node.fill(1, "a");
    lab.pass(FRESH);
    node.now(1);
    Node cold = lab.node();
    cold.now(1);
    lab.pass(Duration.ofMillis(500));
    node.last().gives("b");
    lab.pass(Duration.ofMillis(500));

    assertThat(cold.now(1)).isEqualTo("b");
    assertCount(cold, "leaseWait", 0);
  }

  // ---------------------------------------------------------------- detached flights

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void detached_invalidatedDuringTheLoad_toldOnceHoweverManyCome(boolean othersCome) {
    node.read(1);
    node.cache.invalidateAsync(1);
    lab.passMoment();
    if (othersCome) {
      node.read(1);
      node.read(1);
      assertCount(node, "detached", 1);
    }
    node.loads.get(0).gives("old");
    lab.passMoment();

    assertCount(node, "detached", 1);
    assertCount(node, "overtaken", 1);
  }

  @Test
  void detached_invalidatedBehindARefresh_toldByTheNextRead() {
    node.fill(1, "a");
    lab.pass(FRESH);
    node.now(1);
    node.cache.invalidateAsync(1);
    lab.passMoment();
    node.read(1);

    assertCount(node, "detached", 1);
  }

  @Test
  void detached_leaseOvertakenUnheard_toldWhenTheRenewalIsRefused() {
    Node deaf = lab.node(setup -> setup.network = Deaf.to(lab.server));
    deaf.read(1);
    node.cache.invalidateAsync(1);
    lab.pass(Duration.ofMillis(1_200));
    assertCount(deaf, "detached", 1);

    deaf.last().gives("old");
    lab.passMoment();
    assertCount(deaf, "detached", 1);
  }

  @Test
  void detached_nothingOvertook_isNotTold() {
    node.fill(1, "a");
    node.read(2);
    node.last().fails(new IllegalStateException("down"));
    lab.pass(FRESH);
    node.now(1);

    assertCount(node, "detached", 0);
  }

  @Test
  void detached_invalidatedWhileTheCommitIsOnItsWay_nobodyCouldHaveJoined() {
    node.tier.only(Op.COMMIT, Fate.HOLD_REQUEST);
    node.read(1);
    node.last().gives("a");
    lab.passMoment();
    node.cache.invalidateAsync(1);
    lab.passMoment();
    node.tier.letGo();
    lab.passMoment();

    assertCount(node, "overtaken", 1);
    assertCount(node, "detached", 0);
  }

  // ---------------------------------------------------------------- the feed

  @Test
  void partitionsDropped_everyCacheOfTheProcess_hearsIt() {
    node.fleet.register(Settings.coded("d"));
    int before = node.counts.of("gap SUBSCRIPTION");

    node.fleet.feed().subscribed();

    assertThat(node.counts.of("gap SUBSCRIPTION") - before).isEqualTo(2);
    assertThat(node.counts.of("dropped SUBSCRIPTION")).isEqualTo(2 * RemoteTier.PARTITIONS);
  }

  @Test
  void partitionsDropped_feedIsWhole_isNotTold() {
    node.cache.invalidateAsync(1);
    lab.pass(Duration.ofSeconds(2));
    List<Integer> before = gaps();
    node.fill(1, "a");
    lab.node().cache.invalidateAsync(1);
    lab.pass(Duration.ofSeconds(30));

    assertThat(gaps()).isEqualTo(before);
  }

  private List<Integer> gaps() {
    return Arrays.stream(FeedGap.values()).map(gap -> node.counts.of("gap " + gap)).toList();
  }

  // ---------------------------------------------------------------- what a cache holds

  @Test
  void made_cacheIsBuilt_toldOnceWithWhatItHolds() {
    Holding holding = new Holding();
    Host host = lab.time.host(new SplitMix(9));
    LocalTier tier = new LocalTier(lab.time::nanos);
    Fleet fleet = new Fleet(host, tier, false, 3_000, name -> holding);
    CacheSettings<Integer, String> settings = Settings.plain("c");
    settings.maximumSize = 10;
    Engine<Integer, String> engine = fleet.register(settings);
    for (int key = 0; key < 25; key++) {
      engine.writes().put(key, "a");
      lab.passMoment();
    }

    assertThat(holding.times).isEqualTo(1);
    assertThat(engine.held()).isEqualTo(10);
    assertThat(holding.contents.entries()).isEqualTo(10);
    assertThat(holding.contents.evictions()).isEqualTo(15);
  }

  private static final class Holding implements io.github.corral.spi.Recorder {
    private int times;
    private Contents contents;

    @Override
    public void made(Contents inThisProcess) {
      times++;
      contents = inThisProcess;
    }
  }
}
