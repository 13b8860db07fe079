package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.LoadFailedException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.spi.Flight;
import io.github.corral.spi.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One flight per key: who loads, who waits, and what each way to end it does. */
class FlightTest {

  private final Lab lab = new Lab();
  private final Node node = lab.node();

  private CompletableFuture<Flight<String>> open(Node by, int key) {
    CompletableFuture<Flight<String>> open =
        by.cache.openAsync(key, (k, load) -> new CompletableFuture<>());
    lab.passMoment();
    return open;
  }

  private Flight<String> led(int key) {
    Flight<String> flight = open(node, key).join();
    assertThat(flight.leads()).isTrue();
    return flight;
  }

  @Test
  void get_thousandsOfCallers_oneLoad() {
    List<CompletableFuture<String>> reads =
        IntStream.range(0, 5_000).mapToObj(i -> node.cache.getAsync(1)).toList();
    lab.passMoment();

    node.last().gives("a");
    lab.passMoment();

    assertThat(reads).allSatisfy(read -> assertThat(read).isCompletedWithValue("a"));
    assertThat(node.loads).hasSize(1);
    assertThat(node.counts.of("joined")).isEqualTo(4_999);
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(1);
  }

  @Test
  void get_manyProcesses_oneLoad() {
    List<Node> nodes = IntStream.range(0, 8).mapToObj(i -> lab.node()).toList();
    List<CompletableFuture<String>> reads =
        nodes.stream().map(each -> each.cache.getAsync(1)).toList();
    lab.passMoment();
    List<Node> leaders = nodes.stream().filter(each -> !each.loads.isEmpty()).toList();
    assertThat(leaders).hasSize(1);

    leaders.get(0).last().gives("a");
    lab.pass(Duration.ofMillis(300));

    assertThat(reads).allSatisfy(read -> assertThat(read).isCompletedWithValue("a"));
    assertThat(nodes.stream().mapToInt(each -> each.loads.size()).sum()).isEqualTo(1);
  }

  @Test
  void cancel_ofTheLeader_theOthersGetTheValue() {
    CompletableFuture<String> leader = node.read(1);
    CompletableFuture<String> joined = node.read(1);

    leader.cancel(true);
    node.last().gives("a");
    lab.passMoment();

    assertThat(leader).isCancelled();
    assertThat(joined).isCompletedWithValue("a");
    assertThat(node.now(1)).isEqualTo("a");
  }

  @Test
  void cancel_ofOneThatWaits_nobodyElseNotices() {
    CompletableFuture<String> leader = node.read(1);
    CompletableFuture<String> joined = node.read(1);

    joined.cancel(true);
    node.last().gives("a");
    lab.passMoment();

    assertThat(leader).isCompletedWithValue("a");
  }

  @Test
  void cancel_ofAllBeforeTheLease_nothingIsLoadedAndTheLeaseIsFree() {
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> one = node.read(1);
    CompletableFuture<String> two = node.read(1);
    one.cancel(true);
    two.cancel(true);

    node.tier.letGo();
    lab.passMoment();

    assertThat(node.loads).isEmpty();
    assertThat(node.fleet.flights()).isZero();
    assertThat(lab.node().fill(1, "a")).isEqualTo("a");
  }

  @Test
  void cancel_ofTheOpenersBeforeTheLease_theNextLeads() {
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> one = node.read(1);
    CompletableFuture<String> two = node.read(1);
    one.cancel(true);

    node.tier.letGo();
    lab.passMoment();
    node.last().gives("a");
    lab.passMoment();

    assertThat(two).isCompletedWithValue("a");
  }

  @Test
  void cancel_ofAllThatWaitForAnotherProcess_theFlightEnds() {
    lab.node().read(1);
    CompletableFuture<String> read = node.read(1);
    assertThat(node.fleet.flights()).isEqualTo(1);

    read.cancel(true);
    lab.pass(Duration.ofMillis(300));

    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void get_whileACommitIsOnItsWay_readsWhatWasCommitted() {
    node.read(1);
    node.tier.only(Op.COMMIT, Fate.HOLD_REPLY);
    node.last().gives("a");
    lab.passMoment();

    CompletableFuture<String> settling = node.read(1);
    assertThat(settling).isNotDone();
    node.tier.letGo();
    assertThat(settling).as("not on the thread that brings the reply").isNotDone();
    lab.passMoment();

    assertThat(settling).isCompletedWithValue("a");
    assertThat(node.loads).hasSize(1);
  }

  @Test
  void get_commitIsRefusedMeanwhile_loadsAgain() {
    node.read(1);
    node.tier.only(Op.COMMIT, Fate.HOLD_REQUEST);
    node.last().gives("old");
    lab.passMoment();
    CompletableFuture<String> settling = node.read(1);
    lab.server.invalidate("c::1", io.github.corral.spi.RemoteTier.Change.HARD, 0);

    node.tier.letGo();
    lab.passMoment();

    assertThat(settling).isNotDone();
    assertThat(node.loads).hasSize(2);
    node.last().gives("new");
    lab.passMoment();
    assertThat(settling).isCompletedWithValue("new");
  }

  @Test
  void open_valueIsThere_givesIt() {
    node.fill(1, "a");

    Flight<String> flight = open(node, 1).join();

    assertThat(flight.leads()).isFalse();
    assertThat(flight.value()).isEqualTo("a");
    flight.commit("ignored");
    flight.close();
    assertThat(node.now(1)).isEqualTo("a");
  }

  @Test
  void open_nothingThere_leads() {
    Flight<String> flight = led(1);

    assertThatThrownBy(flight::value).isInstanceOf(IllegalStateException.class);
    CompletableFuture<String> joined = node.read(1);
    CompletableFuture<Flight<String>> opened = open(node, 1);
    CompletableFuture<String> elsewhere = lab.node().read(1);
    assertThat(joined).isNotDone();

    flight.commit("a");
    lab.pass(Duration.ofMillis(300));

    assertThat(joined).isCompletedWithValue("a");
    assertThat(opened.join().leads()).isFalse();
    assertThat(opened.join().value()).isEqualTo("a");
    assertThat(elsewhere).isCompletedWithValue("a");
    assertThat(node.loads).isEmpty();
  }

  @Test
  void commit_twiceOrAfterFail_firstCounts() {
    Flight<String> flight = led(1);

    flight.commit("a");
    flight.commit("b");
    flight.fail(new IllegalStateException("late"));
    flight.close();
    lab.passMoment();

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.counts.of("load SUCCESS")).isEqualTo(1);
    assertThat(node.counts.of("load FAILURE")).isZero();
  }

  @Test
  void commitUnstored_waitersHaveItAndNobodyElse() {
    Flight<String> flight = led(1);
    CompletableFuture<String> joined = node.read(1);

    flight.commitUnstored("a");
    lab.passMoment();

    assertThat(joined).isCompletedWithValue("a");
    assertThat(node.tier.calls(Op.COMMIT)).isZero();
    assertThat(lab.node().fill(1, "b")).isEqualTo("b");
  }

  @Test
  void fail_waitersHaveItsCauseAndAnErrorWindowOpens() {
    Flight<String> flight = led(1);
    CompletableFuture<String> joined = node.read(1);
    IllegalStateException cause = new IllegalStateException("down");

    flight.fail(cause);
    lab.passMoment();

    assertThat(failureOf(joined)).isInstanceOf(LoadFailedException.class).hasCause(cause);
    assertThat(failureOf(open(node, 1))).isInstanceOf(LoadFailedException.class);
  }

  @Test
  void close_somebodyWaits_leadsNext() {
    Flight<String> flight = led(1);
    CompletableFuture<String> joined = node.read(1);
    assertThat(node.loads).isEmpty();

    flight.close();
    lab.passMoment();

    assertThat(node.loads).hasSize(1);
    node.last().gives("a");
    lab.passMoment();
    assertThat(joined).isCompletedWithValue("a");
    assertThat(node.counts.of("load ABANDONED")).isEqualTo(1);
    assertThat(node.counts.of("load SUCCESS")).isEqualTo(1);
  }

  @Test
  void close_nobodyWaits_anotherProcessLeadsAtOnce() {
    led(1).close();

    assertThat(node.fleet.flights()).isZero();
    assertThat(lab.node().fill(1, "a")).isEqualTo("a");
  }

  @Test
  void close_afterAHandOver_theFirstLeadersLateCommitIsIgnored() {
    Flight<String> flight = led(1);
    CompletableFuture<String> joined = node.read(1);
    flight.close();
    lab.passMoment();

    flight.commit("late");
    assertThat(joined).isNotDone();
    node.last().gives("a");
    lab.passMoment();

    assertThat(joined).isCompletedWithValue("a");
  }

  @Test
  void close_neverCalled_theKeyIsFreeAtTheLoadTimeout() {
    led(1);
    CompletableFuture<String> joined = node.read(1);

    lab.pass(Duration.ofSeconds(10));

    assertThat(joined).isCompletedExceptionally();
    assertThat(node.fleet.flights()).isZero();
    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void close_thousandsOfOpenersEachCloseAtOnce_noStackOverflows() {
    Flight<String> first = led(1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      all.add(
          node.cache
              .openAsync(1, (k, load) -> new CompletableFuture<>())
              .thenAccept(Flight::close));
    }
    lab.passMoment();

    first.close();
    lab.passMoment();

    assertThat(all).allSatisfy(each -> assertThat(each).isCompleted());
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void leave_theLeadHasJustCome_isHandedOn() {
    Caller.Opener<Integer, String> leaving =
        new Caller.Opener<>(1, (k, load) -> new CompletableFuture<>(), lab.time.executor());
    node.engine.read(leaving);
    lab.passMoment();
    assertThat(leaving.future.join().leads()).isTrue();
    CompletableFuture<String> joined = node.read(1);

    leaving.leave();
    lab.passMoment();

    node.last().gives("a");
    lab.passMoment();
    assertThat(joined).isCompletedWithValue("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_loaderIsInterrupted_theNextCallerLoadsAndNoErrorWindowOpens(boolean flagged) {
    CompletableFuture<String> leader = node.read(1);
    CompletableFuture<String> joined = node.read(1);
    if (flagged) {
      Thread.currentThread().interrupt();
      node.last().fails(new IllegalStateException("wrapped"));
      assertThat(Thread.interrupted()).isTrue();
    } else {
      node.last().fails(new InterruptedException());
    }
    lab.passMoment();

    assertThat(failureOf(leader))
        .isInstanceOf(LoadFailedException.class)
        .hasMessageContaining("interrupted");
    assertThat(node.loads).hasSize(2);
    node.last().gives("a");
    lab.passMoment();
    assertThat(joined).isCompletedWithValue("a");
    assertThat(node.tier.calls(Op.FAIL)).isZero();
  }

  @Test
  void join_whileTheStaleValueIsBeingServed_isServedItToo() {
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    List<Caller.Getter<Integer, String>> late = new ArrayList<>();
    Fleet[] fleet = new Fleet[1];
    Recorder recorder =
        new Recorder() {
          @Override
          public void staleServed(Stale why) {
            KeyFlight<?, ?> flight = fleet[0].flight("c::1");
            if (flight != null && late.isEmpty()) {
              late.add(getter());
              join(flight, late.get(0));
            }
          }
        };
    Host host = lab.time.host(new SplitMix(77));
    fleet[0] =
        new Fleet(
            host,
            new io.github.corral.testing.InMemoryTier(lab.server),
            true,
            3_000,
            name -> recorder);
    Engine<Integer, String> engine = fleet[0].register(Settings.coded("c"));
    Caller.Getter<Integer, String> first = getter();

    engine.read(first);
    lab.passMoment();

    assertThat(first.future).isCompletedWithValue("a");
    assertThat(late).hasSize(1);
    assertThat(late.get(0).future).isCompletedWithValue("a");
  }

  private Caller.Getter<Integer, String> getter() {
    return new Caller.Getter<>(
        1, (k, load) -> new CompletableFuture<>(), lab.time.executor(), lab.time.executor());
  }

  @SuppressWarnings("unchecked") // the only cache's
  private static void join(KeyFlight<?, ?> flight, Caller.Getter<Integer, String> caller) {
    ((KeyFlight<Integer, String>) flight).join(caller);
  }

  @Test
  void loads_loaderExecutorIsSet_runOnIt() {
    List<Runnable> tasks = new ArrayList<>();
    Node own = lab.node(setup -> setup.loaderExecutor = tasks::add);

    CompletableFuture<String> read = own.read(1);

    assertThat(own.loads).isEmpty();
    assertThat(tasks).hasSize(1);
    tasks.get(0).run();
    own.last().gives("a");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("a");
    lab.pass(Duration.ofSeconds(61));
    assertThat(own.now(1)).isEqualTo("a");
    assertThat(tasks).as("a refresh").hasSize(2);
  }

  @Test
  void loads_queuedUntilAfterTheLoadTimeout_doNotRun() {
    List<Runnable> tasks = new ArrayList<>();
    Node own = lab.node(setup -> setup.loaderExecutor = tasks::add);
    CompletableFuture<String> read = own.read(1);

    lab.pass(Duration.ofSeconds(10));
    tasks.forEach(Runnable::run);

    assertThat(read).isCompletedExceptionally();
    assertThat(own.loads).isEmpty();
  }

  @Test
  void refresh_queuedUntilAfterTheLoadTimeout_doesNotRun() {
    List<Runnable> tasks = new ArrayList<>();
    Node own = lab.node(setup -> setup.loaderExecutor = tasks::add);
    own.cache.putAsync(1, "a").join();
    lab.pass(Duration.ofSeconds(61));
    assertThat(own.now(1)).isEqualTo("a");
    assertThat(tasks).hasSize(1);

    lab.pass(Duration.ofSeconds(10));
    tasks.forEach(Runnable::run);

    assertThat(own.loads).isEmpty();
  }
}
