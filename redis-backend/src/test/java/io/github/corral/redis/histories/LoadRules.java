package io.github.corral.redis.histories;

import io.github.corral.redis.histories.Histories.Change;
import io.github.corral.redis.histories.Histories.Load;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How often the source may be asked, where all requests were answered, the server lost nothing, and
 * nobody stood still or died.
 *
 * <ul>
 *   <li>I3: loads of a key neither overlap nor follow each other within half the fresh time, unless
 *       the key was changed in between.
 *   <li>I14: a load does not follow a failed one within the error window.
 * </ul>
 */
final class LoadRules {

  private static final double SHORTEST_CYCLE = 0.44;
  private static final long TIMEOUT = Nanos.of(Kind.REDIS_TIMEOUT_MILLIS);
  private static final long LITTLE = Nanos.of(250);
  private static final long HOLD_OFF = Nanos.of(Kind.HOLD_OFF_MILLIS);
  private static final long UNACKNOWLEDGED = Nanos.of(4 * Kind.REDIS_TIMEOUT_MILLIS);

  private final Histories histories;
  private final Disturbances disturbances;
  private final Windows windows;
  private final Consumer<Violation> violations;
  private final Map<Integer, List<Interval>> changed = new HashMap<>();
  private final List<Interval> barriers = new ArrayList<>();
  private int compared;

  LoadRules(
      Histories histories,
      Disturbances disturbances,
      Windows windows,
      Consumer<Violation> violations) {
    this.histories = histories;
    this.disturbances = disturbances;
    this.windows = windows;
    this.violations = violations;
    histories.changes().forEach(this::change);
    Map<Integer, List<Load>> byKey = new HashMap<>();
    histories
        .loads()
        .forEach(
            it -> byKey.computeIfAbsent(it.kind.index(it.key), k -> new ArrayList<>()).add(it));
    byKey.values().forEach(this::check);
  }

  /** How many pairs of loads the rules were applied to. */
  int compared() {
    return compared;
  }

  private void change(Change change) {
    long end = change.end >= 0 ? change.end : change.begin + UNACKNOWLEDGED;
    if (change.isUpdate()) {
      end = Math.max(end, windows.end(change));
    }
    if (change.how.equals("tag") || change.how.equals("clear")) {
      end += Disturbances.SILENCE + Disturbances.WAY;
      barriers.add(new Interval(change.begin, end + HOLD_OFF));
    }
    Interval during = new Interval(change.begin, end + holdOff(change.kind));
    note(change.kind, change.key, during);
    change.written.forEach(it -> note(it.kind(), it.key(), during));
  }

  private static long holdOff(Kind kind) {
    return Nanos.of(2 * kind.holdOffMillis());
  }

  private void note(Kind kind, int key, Interval during) {
    changed.computeIfAbsent(kind.index(key), it -> new ArrayList<>()).add(during);
  }

  private void check(List<Load> ofKey) {
    ofKey.sort(Comparator.comparingLong(it -> it.begin));
    for (int i = 1; i < ofKey.size(); i++) {
      if (comparable(ofKey.get(i - 1), ofKey.get(i))) {
        compared++;
        check(ofKey.get(i - 1), ofKey.get(i));
      }
    }
  }

  private boolean comparable(Load last, Load next) {
    long since = last.begin - TIMEOUT;
    long until = next.begin;
    List<Interval> ofKey = changed.getOrDefault(next.kind.index(next.key), List.of());
    return !Interval.any(ofKey, since, until)
        && !missesBarrier(last, since, until)
        && !missesBarrier(next, since, until)
        && answered(last, since, until)
        && answered(next, since, until)
        && !disturbances.kills(since, until)
        && !disturbances.lostData(since - Disturbances.SILENCE - Disturbances.WAY, until);
  }

  /** Who has missed a barrier lets its hold-off bound all loads, whatever their tags. */
  private boolean missesBarrier(Load load, long since, long until) {
    return disturbances.feedDisturbedUntil(load.process, until) >= since - HOLD_OFF
        && Interval.any(barriers, since, until);
  }

  /** A commit that was on its way at the end is known to be lost a timeout later. */
  private boolean answered(Load load, long since, long until) {
    return !disturbances.requests(load.process, since, until)
        && !histories.unanswered(
            load.process, load.kind, load.key, since, until + TIMEOUT + LITTLE);
  }

  private void check(Load last, Load next) {
    long after = next.begin - last.begin;
    if (last.failed) {
      if (next.begin < last.end + Nanos.of(Kind.BACKOFF_MILLIS) - Nanos.of(1)) {
        violated("I14", next, "again after one that failed", next.begin - last.end);
      }
    } else if (last.end > next.begin) {
      violated("I3", next, "while another load of it is under way since", after);
    } else if (after < SHORTEST_CYCLE * Nanos.of(next.kind.freshMillis) - LITTLE) {
      violated("I3", next, "again, though not changed, after", after);
    }
  }

  private void violated(String invariant, Load load, String what, long nanos) {
    violations.accept(
        new Violation(
            invariant,
            load.begin,
            load.kind,
            load.key,
            "%s %d is loaded at %s by process %d %s %s"
                .formatted(
                    load.kind.text(),
                    load.key,
                    Nanos.text(load.begin),
                    load.process,
                    what,
                    Nanos.text(nanos))));
  }
}
