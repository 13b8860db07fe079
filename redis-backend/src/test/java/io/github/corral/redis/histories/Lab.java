package io.github.corral.redis.histories;

import io.github.corral.redis.histories.Source.Word;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KillArgs;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A run: worker processes that use a real Redis while faults happen one after the other, and the
 * histories that they leave in a directory. Faults are drawn from the seed: decks of all kinds,
 * shuffled.
 */
final class Lab implements AutoCloseable {

  private static final long START_MILLIS = 60_000;
  private static final long END_MILLIS = 30_000;
  private static final long SLOW_LOAD_MILLIS = 400;
  private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONG_PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
  private static final long SCAN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Plan plan;
  private final Path directory;
  private final SplittableRandom random;
  private final Topology topology;
  private final Source source;
  private final HistoryFile history;
  private final Heartbeat heartbeat;
  private final WorkerProcess[] workers;
  private final Thread prober = new Thread(this::probe, "prober");
  private final long beginning = System.nanoTime();
  private int started;
  private int faults;
  private volatile boolean over;

  /**
   * What is to be run.
   *
   * @param reads how many reads there are to be at least
   * @param mostMillis how long it goes on at most, whatever was read
   */
  record Plan(
      long seed,
      List<Mutant> fleets,
      List<Fault> deck,
      int slots,
      int threads,
      long thinkMicros,
      int changesPerMille,
      long reads,
      long mostMillis) {}

  Lab(Plan plan, Path directory) throws IOException {
    this.plan = plan;
    this.directory = Files.createDirectories(directory);
    this.random = new SplittableRandom(plan.seed());
    this.topology = new Standalone(plan.slots());
    this.source = new Source(directory.resolve("source"), plan.fleets().size());
    this.history = new HistoryFile(directory.resolve("parent.log"), beginning);
    this.heartbeat = new Heartbeat(history);
    this.workers = new WorkerProcess[plan.slots()];
  }

  SplittableRandom random() {
    return random;
  }

  Topology topology() {
    return topology;
  }

  Source source() {
    return source;
  }

  int fleets() {
    return plan.fleets().size();
  }

  WorkerProcess worker(int slot) {
    return workers[slot];
  }

  int faults() {
    return faults;
  }

  /** Runs the plan; whether all workers started and ended as they should. */
  boolean run() {
    prober.setDaemon(true);
    prober.start();
    for (int slot = 0; slot < workers.length; slot++) {
      launch(slot);
    }
    boolean ready = true;
    for (int slot = 0; slot < workers.length; slot++) {
      ready &= awaitReady(slot);
    }
    Waits.millis(1_000);
    List<Fault> deck = new ArrayList<>();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.mostMillis());
    while (ready
        && System.nanoTime() < until
        && (!deck.isEmpty() || faults == 0 || reads() < plan.reads())) {
      if (deck.isEmpty()) {
        deck.addAll(plan.deck());
        Collections.shuffle(deck, new Random(random.nextLong()));
      }
      inject(deck.remove(deck.size() - 1));
      Waits.millis(random.nextLong(300, 1_000));
    }
    Waits.millis(4_000); // what the last fault has done would show by now
    return ready & end();
  }

  private long reads() {
    long reads = 0;
    for (int slot = 0; slot < workers.length; slot++) {
      reads += source.get(Word.READS, slot);
    }
    return reads;
  }

  private void inject(Fault fault) {
    int slot = random.nextInt(workers.length);
    long from = history.now();
    history.line("f", from, fault, slot);
    fault.inject(this, slot);
    history.line("F", from, history.now(), fault, slot);
    faults++;
  }

  // ---------------------------------------------------------------- what faults do

  /** Does something when a worker is in a load, which is slow then. */
  void whenLoading(int slot, Runnable action) {
    source.set(Word.SLOW_MILLIS, 0, SLOW_LOAD_MILLIS);
    boolean unused = Waits.until(() -> source.get(Word.LOADING, slot) > 0, 2_000);
    Waits.millis(random.nextLong(20));
    action.run();
    source.set(Word.SLOW_MILLIS, 0, 0);
  }

  /** Has another worker make a change that no other follows, in each fleet. */
  void changeElsewhere(int slot) {
    int other = (slot + 1) % workers.length;
    source.set(Word.TO_CHANGE, other, (1L << fleets()) - 1);
    boolean unused = Waits.until(() -> source.get(Word.TO_CHANGE, other) == 0, 1_000);
  }

  void kill(int slot) {
    long from = history.now();
    workers[slot].kill();
    history.line("K", from, history.now(), workers[slot].number);
  }

  void startWorker(int slot) {
    launch(slot);
    if (!awaitReady(slot)) {
      throw new IllegalStateException("worker " + workers[slot].number + " does not start");
    }
  }

  private void launch(int slot) {
    int number = started++ * WorkerSpec.SLOTS + slot;
    source.set(Word.LOADING, slot, 0);
    source.set(Word.TO_DOOM, slot, 0);
    source.set(Word.READY, slot, -1);
    workers[slot] =
        new WorkerProcess(
            new WorkerSpec(
                WorkerSpec.Client.LETTUCE,
                topology.proxy(slot).port(),
                number,
                plan.seed(),
                beginning,
                plan.threads(),
                plan.thinkMicros(),
                plan.changesPerMille(),
                directory,
                plan.fleets()));
  }

  private boolean awaitReady(int slot) {
    WorkerProcess worker = workers[slot];
    return Waits.until(
            () -> source.get(Word.READY, slot) == worker.number || !worker.isAlive(), START_MILLIS)
        && worker.isAlive();
  }

  long usedMemory() {
    return topology
        .commands()
        .info("memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .findFirst()
        .orElseThrow();
  }

  void killSubscribers() {
    topology.commands().clientKill(KillArgs.Builder.typePubsub());
  }

  // ---------------------------------------------------------------- what is looked at

  /** Notes when the server does not answer at once, and every entry without a time to live. */
  private void probe() {
    long scanAt = System.nanoTime();
    while (!over) {
      long from = history.now();
      try {
        topology.commands().ping();
        if (history.now() - from > LONG_PROBE_NANOS) {
          history.line("Q", from, history.now());
        }
        if (System.nanoTime() - scanAt > 0) {
          scan();
          scanAt = System.nanoTime() + SCAN_NANOS;
        }
      } catch (RuntimeException e) {
        history.line("Q", from, history.now());
      }
      LockSupport.parkNanos(PROBE_NANOS);
    }
  }

  private void scan() {
    ScanArgs entries = ScanArgs.Builder.matches("{fleet*}:e:*").limit(200);
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      KeyScanCursor<byte[]> found = topology.commands().scan(cursor, entries);
      for (byte[] key : found.getKeys()) {
        if (topology.commands().pttl(key) == -1) {
          history.line("T", history.now(), new String(key, StandardCharsets.UTF_8));
        }
      }
      cursor = found;
    } while (!cursor.isFinished());
  }

  // ---------------------------------------------------------------- the end

  private boolean end() {
    boolean wellEnded = true;
    for (WorkerProcess worker : workers) {
      if (worker.isAlive()) {
        worker.askToEnd();
      }
    }
    for (WorkerProcess worker : workers) {
      wellEnded &= worker.ended(END_MILLIS);
    }
    return wellEnded;
  }

  @Override
  public void close() {
    over = true;
    Arrays.stream(workers).filter(it -> it != null && it.isAlive()).forEach(WorkerProcess::kill);
    Waits.ended(prober);
    heartbeat.close();
    topology.close();
    history.close();
  }
}
