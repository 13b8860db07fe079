package io.github.corral.internal;

import io.github.corral.internal.SimulatedTier.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a simulation, checked while it happens.
 *
 * <ul>
 *   <li>I1: a read never gets a version older than one acknowledged before it started: on its own
 *       process, or anywhere if this process had nothing of the key; from another process's memory
 *       or flight, not beyond the feed's bound.
 *   <li>I3: loads of a key do not overlap, nor follow each other within half the fresh time, unless
 *       it was invalidated in between; checked where the remote tier answers, and no load failed.
 *   <li>I10: is I1 on one's own process: a read after a local invalidation does not join an earlier
 *       flight.
 *   <li>Liveness: every read ends.
 * </ul>
 */
final class History {

  private static final long MOST_ON_THE_WAY = TimeUnit.MILLISECONDS.toNanos(250);

  private final long seed;
  private final Faults faults;
  private final long freshNanos;
  private final long feedBound;
  private final List<String> timeline = new ArrayList<>();
  private final List<List<Ack>> acksAnywhere = new ArrayList<>();
  private final long[][] acksHere;
  private final List<List<Load>> loads = new ArrayList<>();
  private final long[] lastWriteStart;
  private long reads;
  private long openReads;
  private @Nullable String violation;

  private record Ack(long at, long version) {}

  /** A read under way. */
  record Read(int number, int process, int key, long floor, String why) {}

  /** A load. */
  static final class Load {
    final int process;
    final int key;
    final long startedAt;
    long endedAt = Long.MAX_VALUE;
    boolean failed;

    Load(int process, int key, long startedAt) {
      this.process = process;
      this.key = key;
      this.startedAt = startedAt;
    }
  }

  History(long seed, Faults faults, int processes, int keys, long freshMillis) {
    this.seed = seed;
    this.faults = faults;
    this.freshNanos = TimeUnit.MILLISECONDS.toNanos(freshMillis);
    this.feedBound = MOST_ON_THE_WAY + (faults.lostMessages() > 0 ? Feed.SILENCE_NANOS : 0);
    this.acksHere = new long[processes][keys];
    this.lastWriteStart = new long[keys];
    for (int key = 0; key < keys; key++) {
      acksAnywhere.add(new ArrayList<>());
      loads.add(new ArrayList<>());
      lastWriteStart[key] = -1;
    }
  }

  Read readStarts(long now, int process, int key, boolean cold) {
    long here = acksHere[process][key];
    long anywhere = floor(key, cold ? now : now - feedBound);
    reads++;
    openReads++;
    String why =
        here >= anywhere
            ? "acknowledged on this process"
            : cold
                ? "acknowledged, and nothing was held here"
                : "acknowledged before the feed's bound";
    Read read = new Read((int) reads, process, key, Math.max(here, anywhere), why);
    note(now, process, "read %d of key %d starts%s", read.number, key, cold ? ", cold" : "");
    return read;
  }

  void readEnds(long now, Read read, @Nullable Long value, @Nullable Throwable error) {
    openReads--;
    note(now, read.process, "read %d gets %s", read.number, error == null ? value : error);
    if (value != null && value < read.floor) {
      violated(
          "I1: read "
              + read.number
              + " got version "
              + value
              + ", but "
              + read.floor
              + " was "
              + read.why);
    }
  }

  Load loadStarts(long now, int process, int key) {
    note(now, process, "load of key %d starts", key);
    Load load = new Load(process, key, now);
    List<Load> ofKey = loads.get(key);
    if (!ofKey.isEmpty() && faults.tierAnswers()) {
      checkCycle(ofKey.get(ofKey.size() - 1), load);
    }
    ofKey.add(load);
    return load;
  }

  private void checkCycle(Load last, Load next) {
    boolean overtaken = lastWriteStart[next.key] >= last.startedAt - MOST_ON_THE_WAY;
    if (overtaken || last.failed) {
      return;
    }
    if (last.endedAt > next.startedAt) {
      violated("I3: two loads of key " + next.key + " at once, with no invalidation between them");
    } else if (next.startedAt - last.startedAt < 0.44 * freshNanos - MOST_ON_THE_WAY) {
      violated(
          "I3: key "
              + next.key
              + " is loaded again "
              + millis(next.startedAt - last.startedAt)
              + " ms after its last load, with no invalidation between them");
    }
  }

  void loadEnds(long now, Load load, @Nullable Long version) {
    load.endedAt = now;
    load.failed = version == null;
    note(now, load.process, "load of key %d ends with %s", load.key, version);
  }

  void writeStarts(long now, int process, int key, long version) {
    lastWriteStart[key] = now;
    note(now, process, "source of key %d := %d, invalidate", key, version);
  }

  void writeEnds(long now, int process, int key, long version, boolean acknowledged) {
    lastWriteStart[key] = now;
    note(
        now,
        process,
        "invalidation of key %d for %d %s",
        key,
        version,
        acknowledged ? "acknowledged" : "failed");
    if (acknowledged) {
      acksHere[process][key] = Math.max(acksHere[process][key], version);
      acksAnywhere.get(key).add(new Ack(now, version));
    }
  }

  void end(long now) {
    note(now, -1, "end after %d reads", reads);
    if (openReads > 0) {
      violated("liveness: " + openReads + " reads never ended");
    }
  }

  private long floor(int key, long at) {
    return acksAnywhere.get(key).stream()
        .filter(ack -> ack.at <= at)
        .mapToLong(Ack::version)
        .max()
        .orElse(0);
  }

  private void note(long now, int process, String what, @Nullable Object... details) {
    timeline.add(
        String.format(
            Locale.ROOT,
            "%10.3f ms  %s %s",
            now / 1e6,
            process < 0 ? "" : "p" + process,
            String.format(Locale.ROOT, what, details)));
  }

  private void violated(String what) {
    if (violation == null) {
      violation = what;
      timeline.add("           ^^^ " + what);
    }
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  long seed() {
    return seed;
  }

  long reads() {
    return reads;
  }

  long loads() {
    return loads.stream().mapToLong(List::size).sum();
  }

  @Nullable String violation() {
    return violation;
  }

  /** The violation, how to replay it, and what led to it. */
  String report() {
    int last = 0;
    for (int i = 0; i < timeline.size(); i++) {
      if (timeline.get(i).contains("^^^")) {
        last = i;
      }
    }
    return "seed "
        + seed
        + " ("
        + faults
        + "): "
        + violation
        + "\nreplay: mvn -B -ntp -pl cache-core test -Dtest=SimulationTest -Dcorral.simulation.seed="
        + seed
        + "\n"
        + String.join("\n", timeline.subList(Math.max(0, last - 60), last + 1));
  }
}
