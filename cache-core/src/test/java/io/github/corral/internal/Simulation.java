package io.github.corral.internal;

import io.github.corral.internal.Cycles.Load;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.InMemoryServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;

/**
 * A fleet of production engines over a model of the remote tier, in virtual time, one event after
 * the other in an order that the seed decides. A value is the identity of the load or the write
 * that brought it.
 *
 * <p>To add an operation of the cache: give it to {@link SimulatedProcess}, start it in {@link
 * #change}, tell the history, and add what it promises to the rules in {@link Versions}.
 */
final class Simulation {

  /** Kept here, so that it stays quiet: its lines are those of thousands of outages. */
  private static final Logger OUTBOX = Logger.getLogger("io.github.corral.outbox");

  static {
    OUTBOX.setLevel(Level.OFF);
  }

  /** For so long there are writes and faults; then nothing but a read now and then. */
  private static final long BUSY = TimeUnit.SECONDS.toNanos(8);

  private static final long END = TimeUnit.SECONDS.toNanos(20);
  private static final long ALL_DEADLINES = TimeUnit.SECONDS.toNanos(100);

  /** What a mutant replaces. */
  interface Parts {
    /** The faults, instead of those that the seed has drawn. */
    default Set<Fault> faults(Set<Fault> drawn) {
      return drawn;
    }

    default InMemoryServer server(LongSupplier millis) {
      return new InMemoryServer(millis);
    }

    /** The server's clock, when a process with a wall clock that is off asks something of it. */
    default long clock(long serverMillis, long clientOffMillis) {
      return serverMillis;
    }

    default Guards guards() {
      return new Guards();
    }

    default Outbox outbox(int most, Supplier<? extends Collection<String>> caches) {
      return new Outbox(most, caches);
    }

    default RandomGenerator tokens(long seed) {
      return new SplitMix(seed);
    }

    default RemoteTier tier(RemoteTier tier) {
      return tier;
    }

    default Engine<Integer, Long> engine(CacheSettings<Integer, Long> settings, Fleet fleet) {
      return new Engine<>(settings, fleet, Recorder.NONE);
    }

    /** Starts a read, and gives its caller's future. */
    default CompletableFuture<Long> get(CacheFront<Integer, Long> cache, int key) {
      return cache.getAsync(key);
    }
  }

  /** The production parts. */
  static final Parts PRODUCTION = new Parts() {};

  final Parts parts;
  final SplittableRandom random;
  final VirtualTime time;
  final Set<Fault> faults;
  final Profile profile;
  final boolean lagging;
  final History history;
  final SimulatedServer server;
  final Source source;
  final Chaos chaos;
  private final List<SimulatedProcess> processes = new ArrayList<>();
  private int started;

  Simulation(long seed, Parts parts) {
    this.parts = parts;
    random = new SplittableRandom(seed);
    time = new VirtualTime(random.split());
    faults = parts.faults(Fault.drawn(random));
    profile = Profile.drawn(random);
    lagging = faults.contains(Fault.LAGGING_REPLICA);
    history = new History(seed, faults, profile);
    server = new SimulatedServer(time, parts, () -> history.answered(time.nanos()));
    source = new Source(Profile.KEYS, lagging ? profile.nanos(Profile.LAG_MILLIS) : 0);
    chaos = new Chaos(this, random.split());
  }

  /** Runs a seed and gives its history, which has been checked. */
  static History run(long seed, Parts parts) {
    Simulation simulation = new Simulation(seed, parts);
    simulation.run();
    return simulation.history;
  }

  private void run() {
    for (int i = 0; i < profile.processes(); i++) {
      start();
    }
    chaos.start();
    changeLater();
    time.runUntil(END);
    for (SimulatedProcess process : processes) {
      history.left(process.number, process.fleet.flights(), process.fleet.outbox().size());
    }
    history.end(time.nanos());
    processes.forEach(process -> process.machine.kill());
    time.runUntil(END + ALL_DEADLINES);
    history.entriesLeft(server.size());
  }

  // ---------------------------------------------------------------- what befalls the fleet

  /** Starts a process. */
  void start() {
    SimulatedProcess process = new SimulatedProcess(this, started++);
    processes.add(process);
    readLater(process);
  }

  void kill(SimulatedProcess process) {
    if (process.machine.dead()) {
      return;
    }
    long now = time.nanos();
    for (int key = 0; key < Profile.KEYS; key++) {
      Load load = history.loadOf(process.number, key);
      if (load != null) {
        watchOrphan(load, now);
      }
    }
    process.machine.kill();
    process.tier.disconnect();
    processes.remove(process);
    history.killed(now, process.number);
  }

  private void watchOrphan(Load load, long now) {
    long leaseOverAt = now + profile.nanos(Profile.LEASE_MILLIS);
    // A wait, and the ways of two requests and of what brought the last renewal.
    long slack = profile.nanos(200) + 5 * Delays.MOST;
    int deaths = history.deaths() + 1;
    time.after(
        leaseOverAt + slack - now, () -> history.checkOrphan(load, now, leaseOverAt, deaths));
  }

  boolean busy() {
    return time.nanos() < BUSY;
  }

  List<SimulatedProcess> processes() {
    return processes;
  }

  static String text(int key) {
    return "c::" + key;
  }

  static int key(String text) {
    return Integer.parseInt(text.substring(3));
  }

  // ---------------------------------------------------------------- what applications do

  private void readLater(SimulatedProcess process) {
    long pause = busy() ? 80_000_000 : 1_500_000_000;
    time.after(
        process.machine,
        busy() && random.nextInt(4) == 0 ? 0 : random.nextLong(pause),
        () -> {
          if (time.nanos() < END - 2 * profile.nanos(Profile.TIMEOUT_MILLIS)) {
            if (random.nextInt(8) == 0) {
              process.readAll();
            } else {
              process.read(random.nextInt(Profile.KEYS));
            }
            readLater(process);
          }
        });
  }

  private void changeLater() {
    time.after(
        random.nextInt(4) == 0 ? random.nextLong(40_000_000) : random.nextLong(1_200_000_000),
        () -> {
          if (busy()) {
            List<SimulatedProcess> running =
                processes.stream().filter(process -> process.machine.runs()).toList();
            if (!running.isEmpty()) {
              change(running.get(random.nextInt(running.size())));
            }
            changeLater();
          }
        });
  }

  private void change(SimulatedProcess process) {
    int key = random.nextInt(Profile.KEYS);
    chaos.maybeKill(process);
    switch (random.nextInt(11)) {
      case 0, 1, 2, 3 -> process.writeAndInvalidate(key);
      case 4, 5, 6, 7 -> process.put(key);
      case 8 -> process.writeAndExpire(key);
      default -> changeMany(process, key);
    }
  }

  private void changeMany(SimulatedProcess process, int key) {
    if (random.nextInt(5) == 0) {
      process.writeAndClear();
    } else {
      process.writeAndInvalidateTag(key);
    }
  }

  /** How long half a load or a write to the source takes: sometimes longer than a lease. */
  long duration() {
    return random.nextInt(12) == 0 ? random.nextLong(900_000_000) : random.nextLong(40_000_000);
  }
}
