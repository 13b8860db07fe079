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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to callers, leases and threads when a process closes its caches. */
@Timeout(60)
class ClosingTest {

  private final Lab lab = new Lab();

  @Test
  void close_callersWaitForALoad_theyFailAndTheLeaseIsFree() {
    Node node = lab.node();
    CompletableFuture<String> leader = node.read(1);
    CompletableFuture<String> joined = node.read(1);

    node.fleet.close();

    assertThat(failureOf(leader))
        .isInstanceOf(LoadFailedException.class)
        .hasMessageContaining("clos");
    assertThat(failureOf(joined)).isInstanceOf(LoadFailedException.class);
    assertThat(failureOf(joined)).isNotSameAs(failureOf(leader));
    assertThat(lab.node().fill(1, "b")).isEqualTo("b");
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void close_aCallerLeadsAnOpenFlight_theLeaseIsFreeAndItsCommitIsIgnored() {
    Node node = lab.node();
    CompletableFuture<Flight<String>> open = node.cache.openAsync(1, (key, load) -> null);
    lab.passMoment();

    node.fleet.close();
    open.join().commit("late");

    assertThat(lab.node().fill(1, "b")).isEqualTo("b");
  }

  @Test
  void close_aCallerWaitsForAnotherProcess_itFails() {
    lab.node().read(1);
    Node node = lab.node();
    CompletableFuture<String> waiting = node.read(1);

    node.fleet.close();

    assertThat(failureOf(waiting)).isInstanceOf(LoadFailedException.class);
  }

  @Test
  void close_aFlightHasBeenOvertakenAndReplaced_theCallersOfBothFail() {
    Node node = lab.node();
    CompletableFuture<String> before = node.read(1);
    node.cache.invalidateAsync(1).join();
    CompletableFuture<String> after = node.read(1);
    assertThat(node.loads).hasSize(2);

    node.fleet.close();

    assertThat(failureOf(before)).isInstanceOf(LoadFailedException.class);
    assertThat(failureOf(after)).isInstanceOf(LoadFailedException.class);
  }

  @Test
  void close_aLookupIsOnItsWay_theCallerFailsAndTheLeaseIsFree() {
    Node node = lab.node();
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> read = node.read(1);

    node.fleet.close();
    node.tier.letGo();
    lab.passMoment();

    assertThat(failureOf(read)).isInstanceOf(LoadFailedException.class);
    assertThat(node.loads).isEmpty();
    assertThat(lab.node().fill(1, "b")).isEqualTo("b");
  }

  @Test
  void close_aLookupOfAStaleEntryIsOnItsWay_nothingIsLoaded() {
    Node node = lab.node();
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    assertThat(node.now(1)).isEqualTo("a");

    node.fleet.close();
    node.tier.letGo();
    lab.passMoment();

    assertThat(node.loads).hasSize(1);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void close_aCommitIsOnItsWay_whoeverWaitsForItEnds() {
    Node node = lab.node();
    CompletableFuture<String> first = node.read(1);
    node.tier.only(Op.COMMIT, Fate.HOLD_REPLY);
    node.last().gives("a");
    lab.passMoment();
    CompletableFuture<String> settling = node.read(1);
    assertThat(first).isCompletedWithValue("a");
    assertThat(settling).isNotDone();

    node.fleet.close();
    lab.passMoment();

    assertThat(failureOf(settling)).isInstanceOf(LoadFailedException.class);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void read_closedBetweenTheCheckAndTheFlight_fails() {
    Node node = lab.node();
    Caller.Getter<Integer, String> late =
        new Caller.Getter<>(
            1, (key, load) -> CompletableFuture.completedFuture("a"), Runnable::run, Runnable::run);

    node.fleet.close();
    node.engine.read(late);
    lab.passMoment();

    assertThat(failureOf(late.future)).isInstanceOf(LoadFailedException.class);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void read_realThreadsClosedBetweenTheCheckAndTheFlight_fails() {
    Host host = Host.threads();
    Fleet fleet = new Fleet(host, new LocalTier(host.nanoTime()), false, 3_000, n -> Recorder.NONE);
    Engine<Integer, String> engine = fleet.register(Settings.plain("c"));
    Caller.Getter<Integer, String> late =
        new Caller.Getter<>(
            1, (key, load) -> new CompletableFuture<>(), Runnable::run, Runnable::run);

    fleet.close();
    engine.read(late);

    assertThat(failureOf(late.future)).isInstanceOf(LoadFailedException.class);
  }

  @Test
  void close_twice_tierIsClosedOnce() {
    Node node = lab.node();

    node.fleet.close();
    node.fleet.close();

    assertThat(node.tier.calls(Op.CLOSE)).isEqualTo(1);
  }

  @Test
  void close_tierThrows_threadsEnd() {
    AtomicInteger ended = new AtomicInteger();
    Host virtual = lab.time.host(new SplitMix(9));
    Host host =
        new Host(
            virtual.nanoTime(),
            virtual.random(),
            virtual.executor(),
            virtual.timer(),
            ended::incrementAndGet);
    ScriptedTier tier = new ScriptedTier(new LocalTier(lab.time::nanos));
    tier.only(Op.CLOSE, Fate.THROW);
    Fleet fleet = new Fleet(host, tier, false, 3_000, name -> Recorder.NONE);

    assertThatThrownBy(fleet::close).hasMessage("scripted");

    assertThat(ended).hasValue(1);
  }

  @Test
  void timer_closed_dropsWhatIsScheduled() {
    Host host = Host.threads();
    host.close().run();

    host.timer().after(1, () -> {}).run();
  }

  @Test
  void close_tasksAreQueued_whatWaitsForThemEnds() throws Exception {
    Host host = Host.threads();
    CompletableFuture<Void> gate = new CompletableFuture<>();
    for (int i = 0; i < Math.max(8, 4 * Runtime.getRuntime().availableProcessors()); i++) {
      host.executor().execute(() -> gate.exceptionally(e -> null).join());
    }
    CompletableFuture<String> queued =
        CompletableFuture.completedFuture("a").thenApplyAsync(a -> a, host.executor());

    host.close().run();
    boolean ended = queued.isDone();
    gate.complete(null);

    assertThat(ended).isTrue();
  }
}
