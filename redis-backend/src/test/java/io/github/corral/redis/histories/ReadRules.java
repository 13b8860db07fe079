package io.github.corral.redis.histories;

import io.github.corral.redis.histories.Floors.Floor;
import io.github.corral.redis.histories.Floors.Reach;
import io.github.corral.redis.histories.Histories.Change;
import io.github.corral.redis.histories.Histories.Load;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What reads may get, and how long they may take.
 *
 * <ul>
 *   <li>I1: no version older than one whose change was acknowledged before the read began: at the
 *       same process, or anywhere if this process never had to do with the key. From another
 *       process's memory not beyond the way of a message, where the feed was whole, or else the
 *       feed's bound.
 *   <li>I20: the same for tags and whole caches, but for the bound, which then holds for all other
 *       processes.
 *   <li>I12: the same a lag and a hold-off later, where the source lags.
 *   <li>I22: the same after the server lost its data.
 *   <li>I26: the same of written values; and a write that was never acknowledged ends the old value
 *       with its window.
 *   <li>I11: nothing is given to who begins to read after its hard deadline.
 *   <li>I5: no read takes longer than the lease of a leader that died or stands still, and a load,
 *       unless its process stood still or had no answers.
 *   <li>liveness: no read takes longer than the load timeout, whatever happens.
 *   <li>errors: a read fails only if the source does, or its process stood still until the load
 *       timeout.
 * </ul>
 */
final class ReadRules {

  private static final long ROUNDING = Nanos.of(20);
  private static final long LOAD_TIMEOUT = Nanos.of(Kind.LOAD_TIMEOUT_MILLIS);
  private static final long REDIS_TIMEOUT = Nanos.of(Kind.REDIS_TIMEOUT_MILLIS);
  private static final long LITTLE = Nanos.of(300);

  /** A slow load of the longest kind. */
  private static final long LONGEST_LOAD = Nanos.of(800);

  /** The longest wait between two looks for a lease. */
  private static final long WAIT = Nanos.of(250);

  private static final long DEAD_LEADER =
      Nanos.of(Kind.LEASE_MILLIS) + WAIT + LONGEST_LOAD + LITTLE;

  private final Histories histories;
  private final Disturbances disturbances;
  private final Floors floors;
  private final Consumer<Violation> violations;

  /** What may end a read when its process stood still for so long, but was in time before. */
  private static final Set<String> TIMEOUTS = Set.of("!LoadTimeoutException", "!BulkLoadException");

  private static final long LONG_STAND = LOAD_TIMEOUT - DEAD_LEADER;

  ReadRules(
      Histories histories,
      Disturbances disturbances,
      Floors floors,
      Consumer<Violation> violations) {
    this.histories = histories;
    this.disturbances = disturbances;
    this.floors = floors;
    this.violations = violations;
  }

  /** A read. */
  private record Read(int process, long begin, long end, String how, Kind kind, int key) {

    @Override
    public String toString() {
      return "%s of %s %d at process %d from %s to %s"
          .formatted(how, kind.text(), key, process, Nanos.text(begin), Nanos.text(end));
    }
  }

  /** What a read got. */
  private record Value(int key, long version, String origin) {

    static Value of(String text) {
      String[] parts = text.split("/", 3);
      return new Value(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), parts[2]);
    }

    boolean isWritten() {
      return origin.startsWith("u");
    }
  }

  void check(int process, String[] line) {
    Read read =
        new Read(
            process,
            Long.parseLong(line[1]),
            Long.parseLong(line[2]),
            line[3],
            Kind.of(line[4]),
            Integer.parseInt(line[5]));
    String outcome = line[6];
    checkTime(read);
    if (outcome.startsWith("!")) {
      checkFailure(read, outcome);
    } else if (!outcome.equals("-")) {
      checkValue(read, Value.of(outcome));
    } else if (!read.how.equals("peek")) {
      violated("defect", read, "got nothing");
    }
  }

  private void checkTime(Read read) {
    long took = read.end - read.begin;
    if (took <= DEAD_LEADER) {
      return;
    }
    long stood = disturbances.stopNanos(read.process, read.begin, read.end);
    if (took - stood > LOAD_TIMEOUT + REDIS_TIMEOUT + LITTLE) {
      violated("liveness", read, "took longer than the load timeout");
    } else if (!disturbances.answers(read.process, read.begin - REDIS_TIMEOUT, read.end)) {
      violated("I5", read, "took longer than the lease of a dead leader and a load");
    }
  }

  private void checkFailure(Read read, String failure) {
    long since = read.begin - Nanos.of(Kind.LONGEST_BACKOFF_MILLIS) - LITTLE;
    boolean down = read.kind == Kind.PULSE && disturbances.sourceDown(since, read.end);
    boolean stood = disturbances.stopNanos(read.process, read.begin, read.end) > LONG_STAND;
    if (!down && !(stood && TIMEOUTS.contains(failure))) {
      violated(
          "errors", read, "failed with " + failure.substring(1) + " though the source did not");
    }
  }

  private void checkValue(Read read, Value value) {
    Load load = value.isWritten() ? null : histories.load(value.origin);
    Change write = value.isWritten() ? histories.change(value.origin.substring(1)) : null;
    if (value.key != read.key || (load == null && write == null)) {
      violated("defect", read, "got what was never a value of its key: " + value);
      return;
    }
    if (load != null) {
      checkAge(read, value, load);
    }
    boolean joined = read.kind == Kind.LAGGING && load != null && read.begin <= load.end;
    Floor floor =
        joined ? null : floors.highest(read.process, read.kind, read.key, read.begin, load != null);
    if (floor != null && value.version < floor.version()) {
      violated(
          invariant(read, value, floor),
          read,
          "got version %d (%s), but not below %d since %s: %s"
              .formatted(
                  value.version,
                  value.origin,
                  floor.version(),
                  Nanos.text(floor.from()),
                  floor.why()));
    }
  }

  private void checkAge(Read read, Value value, Load load) {
    long life = Nanos.of(read.kind.lifeMillis()) + ROUNDING;
    if (read.begin > Math.max(load.begin + life, load.end)) {
      violated(
          "I11",
          read,
          "got a value of load %s, which began at %s and was over"
              .formatted(value.origin, Nanos.text(load.begin)));
    }
  }

  private String invariant(Read read, Value value, Floor floor) {
    if (read.kind == Kind.LAGGING) {
      return "I12";
    }
    if (floor.reach() != Reach.KEY) {
      return "I20";
    }
    if (value.isWritten() || floor.why().contains("window")) {
      return "I26";
    }
    return disturbances.lostData(0, read.begin) ? "I22" : "I1";
  }

  private void violated(String invariant, Read read, @Nullable String what) {
    violations.accept(new Violation(invariant, read.end, read.kind, read.key, read + " " + what));
  }
}
