package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.LoadFailedException;
import io.github.corral.LoadTimeoutException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads that fail or hang, and a remote tier that is gone. */
class FailureTest {

  private final Lab lab = new Lab();

  private Node node(boolean alone) {
    return lab.node(
        setup -> {
          setup.alone = alone;
          setup.failure =
              Failure.loadTimeout(Duration.ofSeconds(10))
                  .backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
        });
  }

  private void failedLoad(Node node) {
    CompletableFuture<String> read = node.read(1);
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();
    assertThat(read).isCompletedExceptionally();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_loaderFails_allWhoWaitedHaveTheCauseInExceptionsOfTheirOwn(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> one = node.read(1);
    CompletableFuture<String> two = node.read(1);
    IllegalStateException cause = new IllegalStateException("down");

    node.last().fails(cause);
    lab.passMoment();

    assertThat(failureOf(one))
        .isExactlyInstanceOf(LoadFailedException.class)
        .hasCause(cause)
        .hasMessage("cache 'c', key 1: its load failed");
    assertThat(failureOf(two)).hasCause(cause).isNotSameAs(failureOf(one));
    assertThat(node.loads).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_withinTheErrorWindow_failsWithoutALoad(boolean alone) {
    Node node = node(alone);
    failedLoad(node);
    lab.pass(Duration.ofMillis(80));

    assertThat(failureOf(node.read(1)))
        .isExactlyInstanceOf(LoadFailedException.class)
        .hasMessageContaining(
            "cache 'c', key 1: its load failed with java.lang.IllegalStateException")
        .hasMessageContaining("ms");
    assertThat(node.loads).hasSize(1);
    lab.pass(Duration.ofMillis(30));
    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void get_withinTheErrorWindowElsewhere_failsWithTheClassNameAlone() {
    failedLoad(node(false));
    Node other = node(false);

    assertThat(failureOf(other.read(1)))
        .hasMessageContaining("java.lang.IllegalStateException")
        .hasNoCause();
    assertThat(other.loads).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_failuresInARow_doubleTheWindowUpToItsLongest(boolean alone) {
    Node node = node(alone);
    for (long window : new long[] {100, 200, 400, 800, 1_000, 1_000}) {
      failedLoad(node);
      int loads = node.loads.size();
      lab.pass(Duration.ofMillis(window - 15));
      assertThat(node.read(1)).as("%d ms after", window - 15).isCompletedExceptionally();
      assertThat(node.loads).as("loads within a window of %d ms", window).hasSize(loads);
      lab.pass(Duration.ofMillis(20));
    }
    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void invalidate_withinTheErrorWindow_endsIt(boolean alone) {
    Node node = node(alone);
    failedLoad(node);

    node.cache.invalidateAsync(1).join();

    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_refreshFails_staleIsServedAndNotRefreshedWithinTheWindow(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    assertThat(node.now(1)).isEqualTo("a");
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();
    long lookups = node.tier.calls(Op.LOOKUP);
    lab.pass(Duration.ofMillis(80));

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.loads).hasSize(2);
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(lookups);
    lab.pass(Duration.ofMillis(30));
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).hasSize(3);
  }

  @Test
  void get_loadTakesTooLong_callersLeaveAndItsValueIsFenced() {
    Node node = node(false);
    CompletableFuture<String> one = node.read(1);
    CompletableFuture<String> two = node.read(1);
    Lab.Pending late = node.last();

    lab.pass(Duration.ofSeconds(10));

    assertThat(failureOf(one))
        .isInstanceOf(LoadTimeoutException.class)
        .hasMessageContaining("cache 'c', key 1: no value after 10000 ms");
    assertThat(failureOf(two)).isInstanceOf(LoadTimeoutException.class);
    assertThat(node.fleet.flights()).isZero();
    assertThat(node.counts.of("load TIMEOUT")).isEqualTo(1);
    CompletableFuture<String> next = node.read(1);
    late.gives("late");
    lab.passMoment();
    assertThat(next).isNotDone();
    assertThat(node.tier.calls(Op.COMMIT)).isZero();
    node.last().gives("b");
    lab.passMoment();
    assertThat(next).isCompletedWithValue("b");
    assertThat(lab.node().now(1)).isEqualTo("b");
  }

  @Test
  void get_loaderNeverReturnsAlone_theKeyIsFreeAtTheDeadline() {
    Node node = node(true);
    assertThat(node.read(1)).isNotDone();

    lab.pass(Duration.ofSeconds(10));

    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void get_refreshTakesTooLong_staleIsServedOn() {
    Node node = node(false);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    assertThat(node.now(1)).isEqualTo("a");

    lab.pass(Duration.ofSeconds(11));

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).hasSize(3);
  }

  @Test
  void get_anotherProcessLoadsTooLong_timesOutWithItsCause() {
    Node leader = lab.node(setup -> setup.failure = Failure.loadTimeout(Duration.ofSeconds(60)));
    assertThat(leader.read(1)).isNotDone();
    Node node = node(false);
    CompletableFuture<String> read = node.read(1);

    lab.pass(Duration.ofSeconds(11));

    assertThat(failureOf(read))
        .isInstanceOf(LoadTimeoutException.class)
        .hasMessageContaining("cache 'c', key 1: no value after 10000 ms");
    assertThat(node.fleet.flights()).isZero();
    assertThat(node.loads).isEmpty();
  }

  @Test
  void get_leadersProcessDies_waitsNoLongerThanItsLease() {
    Node dead = node(false);
    assertThat(dead.read(1)).isNotDone();
    dead.tier.all(Fate.FAIL);
    Node node = node(false);
    assertThat(node.read(1)).isNotDone();

    lab.pass(Duration.ofMillis(3_100));

    assertThat(node.loads).hasSize(1);
  }

  @Test
  void get_leaderLivesLongerThanItsLease_renewsIt() {
    Node leader = node(false);
    assertThat(leader.read(1)).isNotDone();
    Node node = node(false);
    CompletableFuture<String> read = node.read(1);

    lab.pass(Duration.ofSeconds(9));
    leader.last().gives("a");
    lab.pass(Duration.ofMillis(300));

    assertThat(node.loads).isEmpty();
    assertThat(read).isCompletedWithValue("a");
    assertThat(node.counts.of("leaseWait")).isEqualTo(1);
  }

  @Test
  void get_wakeUpsAreLost_theTimerFindsTheValue() {
    Node leader = node(false);
    assertThat(leader.read(1)).isNotDone();
    Node node = lab.node(setup -> setup.network = Deaf.to(lab.server));
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofMillis(700));
    leader.last().gives("a");
    lab.passMoment();
    assertThat(read).isNotDone();

    lab.pass(Duration.ofMillis(200));

    assertThat(read).isCompletedWithValue("a");
  }

  @Test
  void get_wakeUpComes_noTimerIsNeeded() {
    Node leader = node(false);
    assertThat(leader.read(1)).isNotDone();
    Node node = node(false);
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofMillis(700));

    leader.last().gives("a");
    lab.pass(Duration.ofMillis(2));

    assertThat(read).isCompletedWithValue("a");
  }

  @Test
  void get_wakeUpComesWhileItLooks_itLooksAgain() {
    Node leader = node(false);
    assertThat(leader.read(1)).isNotDone();
    Node node = node(false);
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> read = node.read(1);
    node.tier.all(Fate.PASS);
    leader.last().gives("a");
    lab.passMoment();

    node.tier.letGo();
    lab.pass(Duration.ofMillis(2));

    assertThat(read)
        .as("the reply said busy, but the load ended meanwhile")
        .isCompletedWithValue("a");
  }

  @Test
  void get_tierIsGone_oneLoadPerKeyKeptForThreeSeconds() {
    Node node = node(false);
    node.tier.all(Fate.FAIL);
    CompletableFuture<String> one = node.read(1);
    CompletableFuture<String> two = node.read(1);
    assertThat(node.loads).hasSize(1);
    node.last().gives("a");
    lab.passMoment();
    assertThat(one).isCompletedWithValue("a");
    assertThat(two).isCompletedWithValue("a");
    lab.pass(Duration.ofMillis(2_900));
    assertThat(node.now(1)).isEqualTo("a");
    lab.pass(Duration.ofMillis(200));

    assertThat(node.read(1)).isNotDone();

    assertThat(node.loads).hasSize(2);
  }

  @Test
  void get_tierIsBack_itIsUsedAgain() {
    Node node = node(false);
    node.tier.all(Fate.FAIL);
    node.fill(1, "a");
    node.tier.all(Fate.PASS);
    lab.pass(Duration.ofSeconds(4));

    assertThat(node.fill(1, "b")).isEqualTo("b");

    assertThat(lab.node().now(1)).isEqualTo("b");
  }

  @Test
  void get_tierIsGoneAndAValueIsStale_itIsServed() {
    Node node = node(false);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    node.tier.only(Op.LOOKUP, Fate.FAIL);

    assertThat(node.now(1)).isEqualTo("a");
    node.last().gives("b");
    lab.passMoment();
    assertThat(node.now(1)).isEqualTo("b");
  }

  @Test
  void get_commitGetsNoAnswer_valueIsKeptForThreeSeconds() {
    Node node = node(false);
    node.tier.only(Op.COMMIT, Fate.LOSE_REPLY);

    assertThat(node.fill(1, "a")).isEqualTo("a");
    assertThat(node.now(1)).isEqualTo("a");

    assertThat(lab.node().now(1)).isEqualTo("a");
    assertThat(node.counts.of("remoteFailure")).isEqualTo(1);
  }
}
