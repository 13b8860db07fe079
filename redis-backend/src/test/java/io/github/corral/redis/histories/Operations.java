package io.github.corral.redis.histories;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.redis.histories.Source.Word;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One thread's operations on a fleet's caches, drawn from a seed, each noted in the history. */
final class Operations {

  private static final long DOOMED_MILLIS = 1_500;
  private static final AtomicLong CHANGES = new AtomicLong();

  private final WorkerSpec spec;
  private final int fleet;
  private final Source source;
  private final HistoryFile history;
  private final Corral corral;
  private final Map<Kind, ReadThroughCache<Integer, String>> caches;
  private final SplittableRandom random;
  private final Thread thread = new Thread(this::run, "operations");
  private volatile boolean over;
  private volatile String doing = "";

  Operations(
      WorkerSpec spec,
      int fleet,
      Source source,
      HistoryFile history,
      Corral corral,
      Map<Kind, ReadThroughCache<Integer, String>> caches,
      SplittableRandom random) {
    this.spec = spec;
    this.fleet = fleet;
    this.source = source;
    this.history = history;
    this.corral = corral;
    this.caches = caches;
    this.random = random;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  void askToStop() {
    over = true;
  }

  void awaitStop() {
    Waits.ended(thread);
    if (thread.isAlive()) {
      history.line("H", history.now(), doing);
    }
  }

  private void run() {
    while (!over) {
      if (source.takeBit(Word.TO_DOOM, spec.slot(), fleet)) {
        update(Kind.STEADY, quietKey(), true);
      } else if (source.takeBit(Word.TO_CHANGE, spec.slot(), fleet)) {
        int key = quietKey();
        change("invalidate", Kind.STEADY, key, () -> caches.get(Kind.STEADY).invalidate(key));
      } else if (random.nextInt(1_000) < spec.changesPerMille()) {
        change();
      } else {
        read();
      }
      Waits.nanos(TimeUnit.MICROSECONDS.toNanos(random.nextLong(2 * spec.thinkMicros() + 1)));
    }
  }

  private int quietKey() {
    return Kind.DOOMED + random.nextInt(Kind.STEADY.keys - Kind.DOOMED);
  }

  // ---------------------------------------------------------------- reads

  private void read() {
    int share = random.nextInt(100);
    Kind kind = share < 55 ? Kind.STEADY : share < 80 ? Kind.PULSE : Kind.LAGGING;
    int key = random.nextInt(kind.keys);
    int how = random.nextInt(100);
    if (how < 85) {
      readOne(kind, key);
    } else if (how < 97) {
      readMany(kind, key);
    } else {
      read("peek", kind, List.of(key), () -> one(key, caches.get(kind).getIfPresent(key)));
    }
  }

  private void readOne(Kind kind, int key) {
    read("get", kind, List.of(key), () -> one(key, caches.get(kind).get(key)));
  }

  private void readMany(Kind kind, int first) {
    List<Integer> keys = IntStream.range(0, 4).mapToObj(i -> (first + i) % kind.keys).toList();
    read("getAll", kind, keys, () -> caches.get(kind).getAll(keys));
  }

  private static Map<Integer, String> one(int key, String value) {
    return value == null ? Map.of() : Map.of(key, value);
  }

  private void read(
      String how, Kind kind, List<Integer> keys, Supplier<Map<Integer, String>> operation) {
    long begin = history.now();
    doing = how + " of " + kind + " " + keys + " since " + begin;
    Map<Integer, String> values;
    String failure = null;
    try {
      values = operation.get();
    } catch (RuntimeException e) {
      values = Map.of();
      failure = "!" + e.getClass().getSimpleName();
    }
    long end = history.now();
    for (int key : keys) {
      String outcome = failure != null ? failure : values.getOrDefault(key, "-");
      history.line("R", begin, end, how, kind, key, outcome);
    }
    source.add(Word.READS, spec.slot(), keys.size());
  }

  // ---------------------------------------------------------------- changes

  private void change() {
    int share = random.nextInt(1_000);
    if (share < 150) {
      int key = random.nextInt(Kind.LAGGING.keys);
      changed(Kind.LAGGING, key);
      return;
    }
    // Some keys are changed all the time, others seldom enough for reads long after.
    int key = random.nextInt(100) < 92 ? random.nextInt(3) : 3 + random.nextInt(Kind.DOOMED - 3);
    if (share < 155) {
      clear();
    } else if (share < 200) {
      invalidateTag(key);
    } else if (share < 250) {
      change("expire", Kind.STEADY, key, () -> caches.get(Kind.STEADY).expire(key));
    } else {
      changed(Kind.STEADY, key);
    }
  }

  private void changed(Kind kind, int key) {
    // One key is only written, by writers that overlap; two are only invalidated.
    boolean invalidatedOnly = kind == Kind.STEADY && (key == 1 || key == 2);
    boolean writtenOnly = kind == Kind.STEADY && key == 0;
    if (writtenOnly || (!invalidatedOnly && random.nextBoolean())) {
      update(kind, key, false);
    } else {
      change("invalidate", kind, key, () -> caches.get(kind).invalidate(key));
    }
    if (random.nextBoolean()) {
      readOne(kind, key);
    }
  }

  /** Writes the source, and then tells the cache. */
  private void change(String how, Kind kind, int key, Runnable operation) {
    String change = begins(how, kind, key);
    written(change, kind, key, source.write(fleet, kind, key));
    end(change, operation);
  }

  private void invalidateTag(int key) {
    Kind kind = Kind.STEADY;
    String change = begins("tag", kind, key);
    source.write(fleet, kind, key);
    for (int it = 0; it < kind.keys; it++) {
      if (Kind.tag(it) == Kind.tag(key)) {
        written(change, kind, it, source.version(fleet, kind, it));
      }
    }
    end(change, () -> corral.invalidateTags("t" + Kind.tag(key)));
  }

  private void clear() {
    Kind kind = Kind.STEADY;
    String change = begins("clear", kind, 0);
    for (int it = 0; it < kind.keys; it++) {
      written(change, kind, it, source.version(fleet, kind, it));
    }
    end(change, () -> caches.get(kind).clear());
  }

  private void update(Kind kind, int key, boolean doomed) {
    String change = begins("update", kind, key);
    end(change, () -> caches.get(kind).update(key, () -> write(change, kind, key, doomed)));
  }

  private String write(String change, Kind kind, int key, boolean doomed) {
    int most = kind == Kind.STEADY && key == 0 ? 60 : 4;
    Waits.millis(random.nextInt(most));
    long version = source.write(fleet, kind, key);
    written(change, kind, key, version);
    if (doomed) {
      source.add(Word.DOOMED, spec.slot(), 1);
    }
    Waits.millis(doomed ? DOOMED_MILLIS : random.nextInt(most));
    return key + "/" + version + "/u" + change;
  }

  private String begins(String how, Kind kind, int key) {
    String change = spec.process() + "." + CHANGES.incrementAndGet();
    long begin = history.now();
    doing = how + " of " + kind + " " + key + " since " + begin;
    history.line("c", begin, change, how, kind, key);
    return change;
  }

  private void written(String change, Kind kind, int key, long version) {
    history.line("w", history.now(), change, kind, key, version);
  }

  private void end(String change, Runnable operation) {
    String outcome = "ok";
    try {
      operation.run();
    } catch (RuntimeException e) {
      outcome = "!" + e.getClass().getSimpleName();
    }
    history.line("e", history.now(), change, outcome);
  }
}
