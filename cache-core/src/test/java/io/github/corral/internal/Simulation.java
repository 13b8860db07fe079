package io.github.corral.internal;

import io.github.corral.TypeRef;
import io.github.corral.internal.Caller.Getter;
import io.github.corral.internal.SimulatedTier.Faults;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Load;
import io.github.corral.spi.Recorder;
import io.github.corral.testing.InMemoryServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of production engines over a model of the remote tier, in virtual time, one event after
 * the other in an order that the seed decides. The source gives each key a version that grows with
 * each write; a value is the version read.
 */
final class Simulation {

  private static final int KEYS = 3;
  private static final long FRESH_MILLIS = 1_000;
  private static final long STALE_MILLIS = 1_500;
  private static final long RUN = TimeUnit.SECONDS.toNanos(12);
  private static final long LOAD_TIMEOUT = TimeUnit.SECONDS.toNanos(8);

  /** What a mutant replaces. */
  interface Parts {
    default InMemoryServer server(LongSupplier millis) {
      return new InMemoryServer(millis);
    }

    default Guards guards() {
      return new Guards();
    }

    default RandomGenerator tokens(long seed) {
      return new SplitMix(seed);
    }

    default boolean renewals() {
      return true;
    }
  }

  /** The production parts. */
  static final Parts PRODUCTION = new Parts() {};

  private final SplittableRandom random;
  private final VirtualTime time;
  private final Faults faults;
  private final History history;
  private final long[] source = new long[KEYS];
  private final List<Process> processes = new ArrayList<>();

  private record Process(int number, Fleet fleet, Engine<Integer, Long> engine) {}

  private Simulation(long seed, Parts parts) {
    random = new SplittableRandom(seed);
    time = new VirtualTime(random.split());
    faults = Faults.bySeed().apply(seed);
    InMemoryServer server = parts.server(time::millis);
    int size = 2 + random.nextInt(2);
    history = new History(seed, faults, size, KEYS, FRESH_MILLIS);
    for (int i = 0; i < size; i++) {
      Host host = time.host(parts.tokens(random.nextLong()));
      SimulatedTier tier =
          new SimulatedTier(server, time, random.split(), faults, parts.renewals());
      Fleet fleet = new Fleet(host, tier, true, 400, name -> Recorder.NONE, parts.guards());
      @SuppressWarnings("unchecked")
      Codec<Long> codec = (Codec<Long>) tier.codec(TypeRef.of(Long.class).type());
      CacheSettings<Integer, Long> settings = new CacheSettings<>("c", String::valueOf, codec);
      settings.maximumSize = 100;
      settings.expiry =
          CacheExpiry.freshFor(Duration.ofMillis(FRESH_MILLIS))
              .staleFor(Duration.ofMillis(STALE_MILLIS));
      settings.failure = Failure.loadTimeout(Duration.ofNanos(LOAD_TIMEOUT));
      processes.add(new Process(i, fleet, fleet.register(settings)));
    }
  }

  /** Runs a seed and gives its history, which has been checked. */
  static History run(long seed, Parts parts) {
    Simulation simulation = new Simulation(seed, parts);
    simulation.run();
    return simulation.history;
  }

  private void run() {
    processes.forEach(process -> readLater(process));
    writeLater();
    time.runUntil(RUN + 2 * LOAD_TIMEOUT);
    history.end(time.nanos());
  }

  private void readLater(Process process) {
    if (time.nanos() < RUN) {
      long pause = random.nextInt(4) == 0 ? 0 : random.nextLong(80_000_000);
      time.after(
          pause,
          () -> {
            read(process, random.nextInt(KEYS));
            readLater(process);
          });
    }
  }

  private void writeLater() {
    if (time.nanos() < RUN) {
      time.after(
          random.nextLong(1_200_000_000),
          () -> {
            write(processes.get(random.nextInt(processes.size())), random.nextInt(KEYS));
            writeLater();
          });
    }
  }

  private void read(Process process, int key) {
    long now = time.nanos();
    boolean cold =
        process.engine.quick(key) == null
            && process.fleet.flight("c::" + key) == null
            && process.engine.held(key) == null;
    History.Read read = history.readStarts(now, process.number, key, cold);
    Getter<Integer, Long> caller =
        new Getter<>(key, (k, load) -> load(process, k, load), time.executor(), time.executor());
    process.engine.read(caller);
    caller.future.whenComplete(
        (value, error) -> history.readEnds(time.nanos(), read, value, error));
  }

  private CompletionStage<Long> load(Process process, int key, Load<Long> load) throws Exception {
    History.Load mine = history.loadStarts(time.nanos(), process.number, key);
    if (random.nextDouble() < faults.failingLoads()) {
      history.loadEnds(time.nanos(), mine, null);
      throw new IllegalStateException("simulated");
    }
    CompletableFuture<Long> result = new CompletableFuture<>();
    time.after(
        duration(),
        () -> {
          long version = source[key];
          time.after(
              duration(),
              () -> {
                history.loadEnds(time.nanos(), mine, version);
                result.complete(version);
              });
        });
    return result;
  }

  /** Half a load: sometimes longer than a lease. */
  private long duration() {
    return random.nextInt(12) == 0 ? random.nextLong(900_000_000) : random.nextLong(40_000_000);
  }

  private void write(Process process, int key) {
    long version = ++source[key];
    history.writeStarts(time.nanos(), process.number, key, version);
    process
        .engine
        .writes()
        .invalidate(key)
        .whenComplete(
            (done, error) ->
                history.writeEnds(time.nanos(), process.number, key, version, error == null));
  }

  /** Runs seeds until one fails. */
  static @Nullable History firstFailure(long from, long count, LongFunction<History> run) {
    for (long seed = from; seed < from + count; seed++) {
      History history = run.apply(seed);
      if (history.violation() != null) {
        return history;
      }
    }
    return null;
  }
}
