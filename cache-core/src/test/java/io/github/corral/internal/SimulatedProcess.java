package io.github.corral.internal;

import io.github.corral.BulkLoadException;
import io.github.corral.TypeRef;
import io.github.corral.internal.Cycles.Load;
import io.github.corral.internal.Simulation.Parts;
import io.github.corral.internal.Versions.Origin;
import io.github.corral.internal.Versions.Reach;
import io.github.corral.internal.Waiting.Change;
import io.github.corral.internal.Waiting.Read;
import io.github.corral.spi.BulkLoad;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One process with one cache. */
final class SimulatedProcess implements SimulatedTier.Watch {

  private static final long NOT_BEGUN = -1;

  private final Simulation simulation;
  private final VirtualTime time;
  private final History history;
  final int number;
  final Machine machine;
  final SimulatedTier tier;
  final Fleet fleet;
  private final Engine<Integer, Long> engine;
  private final CacheFront<Integer, Long> cache;
  private final Codec<Long> codec;

  @SuppressWarnings("unchecked")
  SimulatedProcess(Simulation simulation, int number) {
    this.simulation = simulation;
    this.time = simulation.time;
    this.history = simulation.history;
    this.number = number;
    SplittableRandom random = simulation.random;
    Parts parts = simulation.parts;
    Set<Fault> faults = simulation.faults;
    machine = new Machine(time, random.split(), faults.contains(Fault.SKEW));
    tier = new SimulatedTier(simulation.server, machine, time, random.split(), faults, this);
    Host host = machine.host(parts.tokens(random.nextLong()));
    fleet =
        new Fleet(
            host,
            parts.tier(tier),
            true,
            Profile.LEASE_MILLIS,
            name -> Recorder.NONE,
            parts.guards());
    codec = (Codec<Long>) tier.codec(TypeRef.of(Long.class).type());
    CacheSettings<Integer, Long> settings = new CacheSettings<>("c", String::valueOf, codec);
    simulation.profile.applyTo(settings);
    if (simulation.lagging) {
      settings.holdOff = Duration.ofMillis(Profile.HOLD_OFF_MILLIS);
    }
    engine = parts.engine(settings, fleet);
    cache = new CacheFront<>(engine, this::load);
  }

  /** What changes with each invalidation that concerns a key's flight. */
  private long guard(int key) {
    long count = fleet.guards().count(Guards.stripe(Simulation.text(key)));
    return (fleet.barriers().count() << 32) + count;
  }

  void read(int key) {
    boolean held = engine.held(key) != null;
    Read read = readStarts(key, held);
    CompletableFuture<Long> future = simulation.parts.get(cache, key);
    future.whenComplete((value, error) -> history.readEnds(time.nanos(), read, value, error));
    if (held) {
      history.held(read);
    }
    boolean cancels = simulation.faults.contains(Fault.CANCELS);
    if (cancels && !future.isDone() && simulation.random.nextInt(8) == 0) {
      giveUpLater(List.of(read), future);
    }
  }

  private Read readStarts(int key, boolean held) {
    boolean cold = !held && fleet.flight(Simulation.text(key)) == null;
    return history.readStarts(time.nanos(), number, key, cold, guard(key));
  }

  /** Reads every key in one call; each counts as a read of its own. */
  void readAll() {
    List<Integer> keys = IntStream.range(0, Profile.KEYS).boxed().toList();
    List<Read> reads = keys.stream().map(key -> readStarts(key, engine.held(key) != null)).toList();
    reads.forEach(read -> read.bulk = true);
    CompletableFuture<Map<Integer, Long>> future = cache.getAllAsync(keys, this::loadAll);
    future.whenComplete(
        (values, error) -> reads.forEach(read -> bulkReadEnds(read, values, error)));
    boolean cancels = simulation.faults.contains(Fault.CANCELS);
    if (cancels && !future.isDone() && simulation.random.nextInt(8) == 0) {
      giveUpLater(reads, future);
    }
  }

  private void bulkReadEnds(
      Read read, @Nullable Map<Integer, Long> values, @Nullable Throwable error) {
    Throwable cause =
        error instanceof CompletionException e && e.getCause() != null ? e.getCause() : error;
    if (cause instanceof BulkLoadException some) {
      Long value = some.<Integer, Long>loaded().get(read.key);
      history.readEnds(time.nanos(), read, value, some.<Integer>failures().get(read.key));
    } else {
      Long value = values == null ? null : values.get(read.key);
      history.readEnds(time.nanos(), read, value, cause);
    }
  }

  private void giveUpLater(List<Read> reads, CompletableFuture<?> future) {
    time.after(
        machine,
        simulation.random.nextLong(30_000_000),
        () -> {
          if (!future.isDone()) {
            reads.forEach(read -> history.cancelled(time.nanos(), read));
            future.cancel(false);
          }
        });
  }

  private CompletionStage<Long> load(int key, io.github.corral.spi.Load<Long> by) {
    Load load = history.loadStarts(time.nanos(), number, key);
    by.tags(Profile.tag(key));
    simulation.chaos.maybeKill(this);
    CompletableFuture<Long> result = new CompletableFuture<>();
    if (simulation.chaos.hangs()) {
      history.fault(time.nanos(), number, "load %d hangs", load.origin.id);
      return result;
    }
    time.after(
        machine,
        simulation.duration(),
        () -> {
          boolean primary = simulation.random.nextBoolean() && by.fromPrimary();
          long version = simulation.source.read(key, time.nanos(), primary);
          history.loadReads(time.nanos(), load, version);
          time.after(machine, simulation.duration(), () -> loaded(load, result));
        });
    return result;
  }

  /** A load of some keys takes no time, because it has its thread until it ends. */
  private Map<Integer, Long> loadAll(Set<Integer> keys, BulkLoad<Integer, Long> by) {
    Map<Integer, Long> values = new TreeMap<>();
    List<Load> loads =
        keys.stream().map(key -> history.loadStarts(time.nanos(), number, key)).toList();
    boolean fails = simulation.chaos.loadFails();
    for (Load load : loads) {
      by.of(load.key).tags(Profile.tag(load.key));
      boolean primary = simulation.random.nextBoolean() && by.of(load.key).fromPrimary();
      long version = simulation.source.read(load.key, time.nanos(), primary);
      history.loadReads(time.nanos(), load, version);
      history.loadEnds(time.nanos(), load, fails);
      values.put(load.key, load.origin.id);
    }
    if (fails) {
      throw new IllegalStateException("simulated");
    }
    return values;
  }

  private void loaded(Load load, CompletableFuture<Long> result) {
    boolean fails = simulation.chaos.loadFails();
    history.loadEnds(time.nanos(), load, fails);
    if (fails) {
      result.completeExceptionally(new IllegalStateException("simulated"));
    } else {
      result.complete(load.origin.id);
    }
  }

  /** Cache-aside: the source first, and a moment later the cache. */
  void writeAndInvalidate(int key) {
    Change change =
        history.changeStarts(time.nanos(), number, key, "changes key %d and invalidates it");
    long version = simulation.source.write(key, time.nanos());
    history.sourceWritten(time.nanos(), number, key, version);
    time.after(
        machine,
        simulation.random.nextInt(3) == 0 ? simulation.random.nextLong(20_000_000) : 0,
        () ->
            cache
                .invalidateAsync(key)
                .whenComplete((done, e) -> history.changeEnds(time.nanos(), change, version, e)));
  }

  /** The source first, and a moment later the freshness of what is cached. */
  void writeAndExpire(int key) {
    Change change =
        history.changeStarts(time.nanos(), number, key, "changes key %d and expires it");
    long version = simulation.source.write(key, time.nanos());
    history.sourceWritten(time.nanos(), number, key, version);
    cache
        .expireAsync(key)
        .whenComplete((done, e) -> history.expired(time.nanos(), change, version, e));
  }

  /** The source of all keys of a tag, and a moment later the tag. */
  void writeAndInvalidateTag(int key) {
    String tag = Profile.tag(key);
    changeAll(
        IntStream.range(0, Profile.KEYS).filter(it -> Profile.tag(it).equals(tag)).boxed().toList(),
        Reach.TAG,
        "invalidates tag " + tag,
        () ->
            fleet.invalidateTags(
                Tags.named(List.of(tag)),
                simulation.lagging ? Profile.HOLD_OFF_MILLIS : 0,
                "invalidateTags"));
  }

  void writeAndClear() {
    List<Integer> keys = IntStream.range(0, Profile.KEYS).boxed().toList();
    changeAll(keys, Reach.CACHE, "clears the cache", cache::clearAsync);
  }

  private void changeAll(
      List<Integer> keys, Reach reach, String what, Supplier<CompletableFuture<Void>> barrier) {
    Change change = history.barrierStarts(time.nanos(), number, keys, what);
    Map<Integer, Long> versions = new TreeMap<>();
    for (int key : keys) {
      versions.put(key, simulation.source.write(key, time.nanos()));
    }
    time.after(
        machine,
        simulation.random.nextInt(3) == 0 ? simulation.random.nextLong(20_000_000) : 0,
        () ->
            barrier
                .get()
                .whenComplete(
                    (done, e) -> history.barrierEnds(time.nanos(), change, versions, reach, e)));
  }

  /** Write-through: the source while the write's window is open. */
  void put(int key) {
    Change change = history.changeStarts(time.nanos(), number, key, "puts key %d");
    Origin origin = history.writing(time.nanos(), key);
    AtomicLong begunAt = new AtomicLong(NOT_BEGUN);
    tier.begins(Simulation.text(key), begunAt::set);
    cache
        .updateAsync(key, () -> reachSource(origin, begunAt))
        .whenComplete((done, e) -> history.changeEnds(time.nanos(), change, origin.version, e));
  }

  private CompletionStage<Long> reachSource(Origin origin, AtomicLong begunAt) {
    CompletableFuture<Long> reached = new CompletableFuture<>();
    time.after(
        machine,
        simulation.duration(),
        () -> {
          long now = time.nanos();
          origin.version = simulation.source.write(origin.key, now);
          history.sourceWritten(now, number, origin.key, origin.version);
          if (begunAt.get() != NOT_BEGUN) {
            history.reachedSource(now, origin, begunAt.get());
          }
          time.after(machine, simulation.duration() / 2, () -> reached.complete(origin.id));
        });
    return reached;
  }

  // What its network does.

  @Override
  public void executed(RemoteTier.Lookup request, RemoteTier.Reply reply) {
    if (reply instanceof RemoteTier.Granted) {
      history.granted(time.nanos(), number, Simulation.key(request.key()), request.token());
    }
  }

  @Override
  public void replied(RemoteTier.Lookup request, long sentAt, RemoteTier.Reply reply) {
    RemoteTier.Stored stale = stale(reply);
    // A later lookup may be that of a flight which another has replaced.
    boolean first = request.previous() == 0;
    if (first && stale != null && stale.hardMillis() > 2 * Delays.MOST / 1_000_000) {
      int key = Simulation.key(request.key());
      long guard = guard(key);
      // A value below a barrier, or from a lost epoch of the tags' clock, is none to serve; nor is
      // one in the last moments of what is known of the barriers.
      long knownFor = fleet.host().nanoTime().getAsLong() - fleet.barriers().heardAt();
      boolean valid =
          fleet.barriers().admit(stale.stamp(), "c:c", stale.tags())
              && knownFor < Feed.SILENCE_NANOS - 2 * Delays.MOST;
      // The flight goes on a moment later, on an executor.
      time.after(
          machine,
          1_000_000,
          () -> {
            if (guard(key) == guard && valid) {
              history.told(number, key, sentAt, guard);
            }
          });
    }
  }

  private RemoteTier.@Nullable Stored stale(RemoteTier.Reply reply) {
    if (reply instanceof RemoteTier.Granted granted) {
      return granted.stale();
    }
    if (reply instanceof RemoteTier.Busy busy) {
      return busy.stale();
    }
    return reply instanceof RemoteTier.Failing failing ? failing.stale() : null;
  }

  @Override
  public void overtaken(String key) {
    history.overtaken(time.nanos(), number, Simulation.key(key));
  }

  @Override
  public void begun(String key) {
    history.begun(time.nanos(), number, Simulation.key(key));
  }

  @Override
  public void written(RemoteTier.Fill write) {
    byte[] payload = write.payload();
    if (payload != null) {
      history.written(time.nanos(), number, codec.decode(payload));
    }
  }
}
