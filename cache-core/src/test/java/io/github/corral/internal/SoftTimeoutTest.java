package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Flight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who find only a stale value wait a little for a fresh one. */
class SoftTimeoutTest {

  private static final Duration MORE_THAN_HALF = Duration.ofMillis(110);

  private final Lab lab = new Lab();

  private Node node() {
    return node(false, setup -> {});
  }

  private Node node(boolean alone, Consumer<Lab.Setup> change) {
    return lab.node(
        setup -> {
          setup.alone = alone;
          setup.failure =
              Failure.loadTimeout(Duration.ofSeconds(10)).softTimeout(Duration.ofMillis(200));
          change.accept(setup);
        });
  }

  private void stale(Node node) {
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_staleHereAndTheLoadIsQuick_givesTheFreshValue(boolean alone) {
    Node node = node(alone, setup -> {});
    stale(node);
    CompletableFuture<String> read = node.read(1);
    assertThat(read).isNotDone();

    node.last().gives("b");
    lab.passMoment();

    assertThat(read).isCompletedWithValue("b");
    assertThat(node.counts.of("stale")).isZero();
    assertThat(node.counts.of("refresh")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_staleHereAndTheLoadIsSlow_givesTheStaleValueAndTheLoadGoesOn(boolean alone) {
    Node node = node(alone, setup -> {});
    stale(node);
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofMillis(190));
    assertThat(read).isNotDone();

    lab.pass(Duration.ofMillis(15));

    assertThat(read).isCompletedWithValue("a");
    assertThat(node.counts.of("stale")).isEqualTo(1);
    node.last().gives("b");
    lab.passMoment();
    assertThat(node.now(1)).isEqualTo("b");
    assertThat(node.loads).hasSize(2);
  }

  @Test
  void get_joinsLater_waitsFromItsOwnBeginning() {
    Node node = node();
    stale(node);
    CompletableFuture<String> first = node.read(1);
    lab.pass(MORE_THAN_HALF);
    CompletableFuture<String> second = node.read(1);

    lab.pass(MORE_THAN_HALF);

    assertThat(first).isCompletedWithValue("a");
    assertThat(second).isNotDone();
    lab.pass(MORE_THAN_HALF);
    assertThat(second).isCompletedWithValue("a");
    assertThat(node.loads).hasSize(2);
  }

  @Test
  void get_theLoadFails_givesTheStaleValueAtOnce() {
    Node node = node();
    stale(node);
    CompletableFuture<String> read = node.read(1);

    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(read).isCompletedWithValue("a");
    long lookups = node.tier.calls(Op.LOOKUP);
    assertThat(node.now(1)).as("within the error window nobody waits").isEqualTo("a");
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(lookups);
    assertThat(node.loads).hasSize(2);
  }

  @Test
  void get_staleInTheRemoteTier_waitsAndLoadsNotOnItsThread() {
    stale(node());
    List<String> threads = new ArrayList<>();
    Executor loads =
        task -> {
          threads.add("loads");
          task.run();
        };
    Node node = node(false, setup -> setup.loaderExecutor = loads);
    Executor own = task -> threads.add("caller");
    Caller.Getter<Integer, String> caller =
        new Caller.Getter<>(1, (key, load) -> new CompletableFuture<>(), lab.time.executor(), own);

    node.engine.read(caller);
    lab.passMoment();

    assertThat(threads).containsExactly("loads");
    assertThat(caller.future).isNotDone();
    lab.pass(Duration.ofMillis(200));
    assertThat(caller.future).isCompletedWithValue("a");
  }

  @Test
  void open_staleInTheRemoteTier_waitsAndIsServed() {
    stale(node());
    Node node = node();
    CompletableFuture<Flight<String>> opening =
        node.cache.openAsync(1, (key, load) -> new CompletableFuture<>());
    lab.passMoment();
    assertThat(opening).isNotDone();

    lab.pass(Duration.ofMillis(200));

    assertThat(opening).isCompleted();
    assertThat(opening.join().leads()).isFalse();
    assertThat(opening.join().value()).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_anotherProcessLoads_waitsForItsValueAndNoLonger(boolean heldHere) {
    Node leader = node();
    Node node = node();
    leader.fill(1, "a");
    if (heldHere) {
      assertThat(node.now(1)).isEqualTo("a");
    }
    lab.pass(Duration.ofSeconds(61));
    CompletableFuture<String> leading = leader.read(1);
    CompletableFuture<String> quick = node.read(1);
    assertThat(quick).isNotDone();
    leader.last().gives("b");
    lab.pass(Duration.ofMillis(50));
    assertThat(leading).isCompletedWithValue("b");
    assertThat(quick).isCompletedWithValue("b");
    lab.pass(Duration.ofSeconds(61));
    leader.read(1);

    CompletableFuture<String> slow = node.read(1);
    lab.pass(Duration.ofMillis(190));
    assertThat(slow).isNotDone();
    lab.pass(Duration.ofMillis(15));

    assertThat(slow).isCompletedWithValue("b");
    assertThat(node.loads).isEmpty();
    leader.last().gives("c");
    lab.pass(Duration.ofMillis(250));
    assertThat(node.now(1)).isEqualTo("c");
  }

  @Test
  void get_onlyTheCallerKnowsAStaleValue_isServedItInTimeAndOnFailure() {
    Node node = node();
    CompletableFuture<String> cold = node.read(1);
    Caller.Getter<Integer, String> knowing = getter();
    Caller.Getter<Integer, String> late = getter();
    for (Caller.Getter<Integer, String> caller : List.of(knowing, late)) {
      caller.beginsAt(lab.time.nanos());
      caller.stale =
          new Entry<>(
              "old",
              1,
              node.fleet.ticket(0),
              node.fleet.barriers().now(),
              List.of(),
              0,
              0,
              0,
              Long.MAX_VALUE,
              1,
              0);
    }
    join(node, knowing);
    lab.pass(Duration.ofMillis(201));
    assertThat(knowing.future).isCompletedWithValue("old");
    assertThat(cold).isNotDone();

    late.beginsAt(lab.time.nanos());
    join(node, late);
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(late.future).isCompletedWithValue("old");
    assertThat(cold).isCompletedExceptionally();
  }

  @Test
  void join_theReadBeganEarlier_waitsOnlyForTheRest() {
    Node node = node();
    stale(node);
    node.read(1);
    Caller.Getter<Integer, String> caller = getter();
    caller.beginsAt(lab.time.nanos() - MORE_THAN_HALF.toNanos());

    join(node, caller);
    lab.passMoment();
    assertThat(caller.future).isNotDone();
    lab.pass(Duration.ofMillis(95));

    assertThat(caller.future).isCompletedWithValue("a");
  }

  private Caller.Getter<Integer, String> getter() {
    return new Caller.Getter<>(
        1, (key, load) -> new CompletableFuture<>(), lab.time.executor(), lab.time.executor());
  }

  @SuppressWarnings("unchecked") // the only cache's
  private static void join(Node node, Caller.Getter<Integer, String> caller) {
    ((KeyFlight<Integer, String>) node.fleet.flight("c::1")).join(caller);
  }

  @Test
  void get_theTierDoesNotAnswer_givesTheStaleValueInTime() {
    Node node = node();
    stale(node);
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> read = node.read(1);

    lab.pass(Duration.ofMillis(200));

    assertThat(read).isCompletedWithValue("a");
    node.tier.letGo();
  }

  @Test
  void get_theStaleValueIsFoundTooLate_isServedAtOnce() {
    stale(node());
    Node node = node();
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofMillis(300));
    assertThat(read).isNotDone();

    node.tier.letGo();
    lab.passMoment();

    assertThat(read).isCompletedWithValue("a");
    assertThat(node.loads).hasSize(1);
  }

  @Test
  void get_theCommitIsOnItsWay_givesTheStaleValueInTime() {
    Node node = node();
    stale(node);
    node.read(1);
    node.tier.only(Op.COMMIT, Fate.HOLD_REPLY);
    node.last().gives("b");
    lab.passMoment();
    CompletableFuture<String> settling = node.read(1);
    assertThat(settling).isNotDone();

    lab.pass(Duration.ofMillis(200));

    assertThat(settling).isCompletedWithValue("a");
    node.tier.letGo();
  }

  @Test
  void get_theStaleValueExpiresMeanwhile_isNotServed() {
    Node node =
        node(
            false,
            setup ->
                setup.expiry =
                    CacheExpiry.freshFor(Duration.ofSeconds(60))
                        .staleFor(Duration.ofMillis(1_100))
                        .jitter(0));
    stale(node);
    CompletableFuture<String> read = node.read(1);

    lab.pass(Duration.ofMillis(500));

    assertThat(read).isNotDone();
    node.last().gives("b");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("b");
  }

  @Test
  void get_theStaleValueIsInvalidatedMeanwhile_laterReadsAreNotServedIt() {
    Node node = node();
    stale(node);
    node.read(1);
    node.cache.invalidateAsync(1).join();
    CompletableFuture<String> read = node.read(1);

    lab.pass(Duration.ofMillis(500));

    assertThat(read).isNotDone();
    node.last().gives("b");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("b");
  }

  @Test
  void get_freshButAgeing_isServedAtOnce() {
    Node node = node(false, setup -> setup.refresh = Refresh.early(1_000));
    node.read(1);
    lab.pass(Duration.ofSeconds(2));
    node.last().gives("a");
    lab.passMoment();
    lab.pass(Duration.ofSeconds(57));

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.loads).as("an early refresh behind it").hasSize(2);
  }

  @Test
  void cancel_whileItWaits_theRefreshGoesOn() {
    Node node = node();
    stale(node);
    node.read(1).cancel(false);

    lab.pass(Duration.ofMillis(250));

    node.last().gives("b");
    lab.passMoment();
    assertThat(node.now(1)).isEqualTo("b");
    assertThat(node.counts.of("stale")).isZero();
  }
}
