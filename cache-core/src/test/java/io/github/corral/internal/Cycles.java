package io.github.corral.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How often the source may be asked. Everything here is checked where each request is answered, and
 * for keys of which the server has lost nothing meanwhile.
 *
 * <ul>
 *   <li>I2: a token is granted once.
 *   <li>I3, I21: loads of a key do not overlap, nor follow each other within half the fresh time,
 *       unless the key was changed in between, a process stood still or died, or the former load
 *       had reached the load timeout.
 *   <li>I5: while somebody waits, and not for a load of its own process, the load of a leader that
 *       died is begun anew once the rest of its lease is over.
 *   <li>I14: a load does not follow a failed one within the error window.
 * </ul>
 */
final class Cycles {

  private static final double SHORTEST_CYCLE = 0.44;

  /** The server counts whole milliseconds: a window that is opened late in one is shorter. */
  private static final long SERVERS_TICK = TimeUnit.MILLISECONDS.toNanos(1);

  private final Disturbances disturbances;
  private final Timeline timeline;
  private final long freshNanos;
  private final long backoffNanos;
  private final long timeoutNanos;
  private final List<List<Load>> loads = new ArrayList<>();
  private final Set<Long> granted = new HashSet<>();

  /** A load. */
  static final class Load {
    final int process;
    final int key;
    final long startedAt;
    final Versions.Origin origin;
    long endedAt = Long.MAX_VALUE;
    boolean failed;

    Load(int process, int key, long startedAt, Versions.Origin origin) {
      this.process = process;
      this.key = key;
      this.startedAt = startedAt;
      this.origin = origin;
    }
  }

  Cycles(
      Disturbances disturbances,
      Timeline timeline,
      int keys,
      long freshNanos,
      long backoffNanos,
      long timeoutNanos) {
    this.disturbances = disturbances;
    this.timeline = timeline;
    this.freshNanos = freshNanos;
    this.backoffNanos = backoffNanos;
    this.timeoutNanos = (long) (timeoutNanos * (1 - 2 * Machine.MOST_DRIFT)); // on a fast clock
    for (int key = 0; key < keys; key++) {
      loads.add(new ArrayList<>());
    }
  }

  void granted(long token, int key) {
    if (!granted.add(token)) {
      timeline.violated("I2: the token " + token + " was granted twice, now for key " + key);
    }
  }

  void starts(Load load) {
    List<Load> ofKey = loads.get(load.key);
    if (!ofKey.isEmpty()) {
      check(ofKey.get(ofKey.size() - 1), load);
    }
    ofKey.add(load);
  }

  private void check(Load last, Load next) {
    if (!comparable(last, next)) {
      return;
    }
    long after = next.startedAt - last.startedAt;
    if (last.failed) {
      if (next.startedAt < last.endedAt + backoffNanos - SERVERS_TICK) {
        violated("I14", next, "%d ms after a load that failed", next.startedAt - last.endedAt);
      }
    } else if (last.endedAt > next.startedAt) {
      if (after < timeoutNanos) {
        violated("I3", next, "%d ms after the start of a load under way", after);
      }
    } else if (after < SHORTEST_CYCLE * freshNanos - SimulatedTier.TIMEOUT) {
      violated("I3", next, "again %d ms after its last load", after);
    }
  }

  private boolean comparable(Load last, Load next) {
    long since = last.startedAt - SimulatedTier.TIMEOUT;
    return disturbances.tierAnswers()
        && !disturbances.changedSince(next.key, since)
        && !disturbances.serverForgot(next.key, since)
        && !disturbances.stampedInLostEpoch(last.startedAt)
        && !disturbances.isKilled(last.process)
        && !disturbances.pausedSince(last.process, since)
        && !disturbances.pausedSince(next.process, since);
  }

  private void violated(String invariant, Load load, String how, long nanos) {
    timeline.violated(
        invariant
            + ": key "
            + load.key
            + " is loaded "
            + String.format(java.util.Locale.ROOT, how, TimeUnit.NANOSECONDS.toMillis(nanos))
            + ", with no change between them");
  }

  void ends(Load load, long now, boolean failed) {
    load.endedAt = now;
    load.origin.awaitedUntil = now;
    load.failed = failed;
  }

  /** The load of a key that a process was in, if it is the latest. */
  @Nullable Load under(int process, int key) {
    List<Load> ofKey = loads.get(key);
    Load last = ofKey.isEmpty() ? null : ofKey.get(ofKey.size() - 1);
    return last != null && last.process == process && last.endedAt == Long.MAX_VALUE ? last : null;
  }

  /** Whether a process is in a load of a key, which an overtaken flight may still wait for. */
  boolean loading(int process, int key) {
    return loads.get(key).stream()
        .anyMatch(load -> load.process == process && load.endedAt == Long.MAX_VALUE);
  }

  /** Whether nobody has loaded a key since a load whose leader died. */
  boolean orphaned(Load load) {
    List<Load> ofKey = loads.get(load.key);
    return disturbances.tierAnswers()
        && !disturbances.serverForgot(load.key, load.startedAt - SimulatedTier.TIMEOUT)
        && ofKey.get(ofKey.size() - 1) == load;
  }

  long loads() {
    return loads.stream().mapToLong(List::size).sum();
  }
}
