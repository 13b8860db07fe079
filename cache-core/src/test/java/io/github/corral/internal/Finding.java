package io.github.corral.internal;

import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.internal.Simulation.Parts;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Verdict;
import io.github.corral.testing.InMemoryServer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Interleavings by which a model checker broke the protocol while a clause of it was missing, and
 * the mutants that lack that clause. Each gives what is wrong at its end, or null.
 */
enum Finding {
  /** Two writes overlap, and the later at the source is the earlier at the cache. */
  OVERLAPPING_WRITES(
      script -> {
        Node n0 = script.writer();
        Node n1 = script.writer();
        script.begin(n0, "3");
        script.begin(n1, "2");
        script.source = "2";
        script.source = "3";
        script.commit(n0);
        script.commit(n1);
        return script.wrong();
      },
      Map.of("contention forgotten", ServerMutants.parts(ServerMutants.NoContention::new))),

  /** An invalidation comes within a write's window. */
  INVALIDATION_IN_A_WINDOW(
      script -> {
        Node n0 = script.writer();
        Node n1 = script.writer();
        script.begin(n0, "2");
        script.source = "2";
        script.change(n1, "3");
        script.commit(n0);
        return script.wrong();
      },
      Map.of("contention forgotten", ServerMutants.parts(ServerMutants.NoContention::new))),

  /** Two writes overlap, one ends, somebody loads, and the other reaches the source and dies. */
  CRASH_IN_A_CONTENDED_WINDOW(
      script -> {
        Node n0 = script.writer();
        Node n1 = script.writer();
        script.begin(n1, "3");
        script.begin(n0, "2");
        script.source = "2";
        script.commit(n0);
        script.read(script.node());
        script.source = "3";
        script.pass(25);
        return script.wrong();
      },
      Map.of("contended window closed early", ServerMutants.parts(ServerMutants.EarlyClose::new))),

  /** A lease is older than a write, whose process dies; the load ends after the window. */
  LEASE_BEFORE_A_WRITE(
      script -> {
        Node n0 = script.writer();
        Node n1 = script.node();
        CompletableFuture<String> unused = n1.read(Script.KEY);
        script.begin(n0, "2");
        script.source = "2";
        script.pass(11);
        n1.last().gives("1");
        script.lab.passMoment();
        return script.wrong();
      },
      Map.of(
          "begin does not void the lease", ServerMutants.parts(ServerMutants.NoVoidOnBegin::new))),

  /** A lease is granted and committed within a write's window, whose process dies. */
  LEASE_IN_A_WINDOW(
      script -> {
        Node n0 = script.writer();
        script.begin(n0, "2");
        script.read(script.node());
        script.source = "2";
        script.pass(11);
        return script.wrong();
      },
      Map.of("only fresh clamped", ServerMutants.parts(ServerMutants.OnlyFresh::new))),

  /** A lease is granted within a write's window and committed after it; the writer dies. */
  COMMIT_AFTER_A_WINDOW(
      script -> {
        Node n0 = script.writer();
        Node n1 = script.node();
        script.begin(n0, "2");
        CompletableFuture<String> unused = n1.read(Script.KEY);
        script.source = "2";
        script.pass(11);
        n1.last().gives("1");
        script.lab.passMoment();
        return script.wrong();
      },
      Map.of("bound judged at commit", ServerMutants.parts(ServerMutants.NoMemory::new))),

  /** A lease is granted within a write's window and committed after the write's end. */
  COMMIT_AFTER_A_WRITE(
      script -> {
        Node n0 = script.writer();
        Node n1 = script.node();
        script.begin(n0, "2");
        CompletableFuture<String> unused = n1.read(Script.KEY);
        script.source = "2";
        script.commit(n0);
        n1.last().gives("1");
        script.lab.passMoment();
        return script.wrong();
      },
      Map.of(
          "neither the write's end drops the lease nor the grant remembers the window",
          ServerMutants.parts(ServerMutants.NoVoidAtAll::new))),

  /** A lease is granted within a hold-off, and its load, from a replica, ends after it. */
  COMMIT_AFTER_A_HOLD_OFF(
      script -> {
        Node n0 = script.holdingOff();
        script.change(n0, "2");
        CompletableFuture<String> unused = n0.read(Script.KEY);
        script.pass(6);
        script.lags(n0, "1");
        return script.wrong();
      },
      Map.of("bound judged at commit", ServerMutants.parts(ServerMutants.NoMemory::new))),

  /** A load from a replica ends within the hold-off, and its value is stale when that is over. */
  STALE_AFTER_A_HOLD_OFF(
      script -> {
        Node n0 = script.holdingOff();
        script.change(n0, "2");
        CompletableFuture<String> unused = n0.read(Script.KEY);
        script.lags(n0, "1");
        script.pass(6);
        return script.wrong();
      },
      Map.of("only fresh clamped", ServerMutants.parts(ServerMutants.OnlyFresh::new))),

  /** A value that was written is refreshed from a replica that has not heard of it. */
  REFRESH_AFTER_A_WRITE(
      script -> {
        Node n0 = script.holdingOff();
        script.begin(n0, "2");
        script.source = "2";
        script.commit(n0);
        n0.cache.expire(Script.KEY);
        CompletableFuture<String> unused = n0.read(Script.KEY);
        script.lags(n0, "1");
        script.pass(6);
        return script.wrong();
      },
      Map.of("puts set no hold-off", ServerMutants.parts(ServerMutants.NoHoldOff::new))),

  /** The slower of two writes comes to the cache after the later one's value was evicted. */
  OLDER_VERSION_AFTER_AN_EVICTION(
      script -> {
        Node n0 = script.versioned();
        Node n1 = script.versioned();
        script.begin(n0, "2");
        script.source = "2";
        script.lab.server.evict("c::" + Script.KEY);
        script.begin(n1, "3");
        script.source = "3";
        script.commit(n1);
        script.lab.server.evict("c::" + Script.KEY);
        script.commit(n0);
        return script.wrong();
      },
      Map.of("version without token", ServerMutants.parts(ServerMutants.NoWriteToken::new))),

  /** A process invalidates and looks up where the invalidation has not come yet. */
  LOOKUP_AT_A_REPLICA(
      script -> {
        Node n0 = script.node();
        Node n1 = script.node();
        script.read(n0);
        script.read(n1);
        script.change(n1, "2");
        return script.wrong(n1);
      },
      Map.of("reads at a replica", Mutants.tier(Mutants.ReplicaReads::new))),

  /** A read comes after the feed's message, while a lookup from before it has no reply yet. */
  FLIGHT_OVERTAKEN_BY_A_MESSAGE(
      script -> {
        Node n0 = script.node();
        Node n1 = script.node();
        script.read(n0);
        n1.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
        CompletableFuture<String> unused = n1.read(Script.KEY);
        script.change(n0, "2");
        n1.tier.all(Fate.PASS);
        CompletableFuture<String> later = n1.read(Script.KEY);
        n1.tier.letGo();
        n1.loads.forEach(load -> load.gives("2"));
        script.lab.passMoment();
        return later.isDone() && later.join().equals("2") ? null : "the later read joined";
      },
      Map.of("flight kept", Mutants.guards(Mutants.FlightKept::new))),

  /** A writer dies after it has reached the source, and another process holds the old value. */
  CRASH_OF_A_WRITER(
      script -> {
        Node n0 = script.writer();
        Node n1 = script.node();
        script.read(n1);
        script.begin(n0, "2");
        script.source = "2";
        script.pass(11);
        return script.wrong(n1);
      },
      Map.of("begin without publish", ServerMutants.parts(ServerMutants.NoPublishedBegin::new))),

  /** A write only invalidates, and its process hears nothing of the feed. */
  WRITE_BY_A_DEAF_PROCESS(
      script -> {
        Node n0 = script.node(setup -> setup.network = Deaf.to(script.lab.server));
        Node n1 = script.writer();
        script.read(n0);
        script.begin(n0, "2");
        script.begin(n1, "3");
        script.source = "3";
        script.commit(n0);
        return script.wrong(n0);
      },
      Map.of("put does not bump", Mutants.guards(Mutants.NoBump::new))),

  /** The server loses the window of a write while another write is begun and ends. */
  WINDOW_LOST(
      script -> {
        Node n0 = script.writer();
        Node n1 = script.writer();
        script.begin(n0, "2");
        script.source = "2";
        script.lab.server.evict("c::" + Script.KEY);
        script.begin(n1, "3");
        script.source = "3";
        script.commit(n1);
        script.commit(n0);
        return script.wrong();
      },
      Map.of("commit write without token", ServerMutants.parts(ServerMutants.NoWriteToken::new))),

  /** The first attempt of a lookup comes late, after the lease of the second was voided. */
  LATE_FIRST_ATTEMPT(
      script -> {
        RandomGenerator tokens = script.parts.tokens(1);
        long first = tokens.nextLong();
        long second = tokens.nextLong();
        InMemoryServer server = script.lab.server;
        server.lookup(new Lookup("c::1", Mode.READ, 0, second, first, 3_000, 1));
        server.invalidate("c::1", Change.HARD, 0);
        server.lookup(new Lookup("c::1", Mode.READ, 0, first, 0, 3_000, 1));
        Fill old = new Fill("c::1", second, null, 1_000, 0, 1, Fill.NO_VERSION, false, 1);
        Verdict verdict = server.commit(old).verdict();
        return verdict == Verdict.OVERTAKEN ? null : "a voided lease's commit was " + verdict;
      },
      Map.of("same token for a repeated attempt", Mutants.tokens())),

  /** A leader sleeps until after its value's time, and nobody overtakes it. */
  LEADER_SLEPT(
      script -> {
        Node n1 = script.node();
        CompletableFuture<String> unused = n1.read(Script.KEY);
        script.pass(130);
        n1.last().gives("1");
        script.lab.passMoment();
        script.source = "2";
        return script.wrong();
      },
      Map.of("fresh counted from the commit", ServerMutants.parts(ServerMutants.FromCommit::new)));

  private final Function<Script, @Nullable String> scenario;
  final Map<String, Parts> mutants;

  Finding(Function<Script, @Nullable String> scenario, Map<String, Parts> mutants) {
    this.scenario = scenario;
    this.mutants = mutants;
  }

  @Nullable String wrong(Parts parts) {
    return scenario.apply(new Script(parts));
  }
}
