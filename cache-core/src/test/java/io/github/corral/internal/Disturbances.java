package io.github.corral.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What befell processes and server: the preconditions of the rules. Times in nanoseconds. */
final class Disturbances {

  /** The longest way of a message that is not late: its delay, and a swap. */
  static final long ON_THE_WAY = 2 * Delays.MOST + SimulatedFeed.SWAP_NANOS;

  /**
   * How long after an outage a process may still not use the server: a call on its way that times
   * out, the pause before the next, and the steps by which what is kept is applied.
   */
  private static final long REJOINING = 5 * SimulatedTier.TIMEOUT;

  private static final long NEVER = Long.MIN_VALUE;
  private static final long SILENCE = (long) (Feed.SILENCE_NANOS * (1 + 2 * Machine.MOST_DRIFT));

  /** After how long a process at the latest has noticed that the feed tells it nothing. */
  private static final long CUT_OFF =
      SILENCE + SimulatedFeed.UNCERTAINTY_NANOS + TimeUnit.MILLISECONDS.toNanos(1);

  private final Set<Fault> faults;
  private final long way;
  private final Map<Integer, Long> pausedUntil = new HashMap<>();
  private final Map<Integer, Long> longestPause = new HashMap<>();
  private final Set<Integer> killed = new HashSet<>();
  private final long[] lostAt;
  private final long[] changedUntil;
  private long unreachableUntil = NEVER;
  private long tagsLostAt = NEVER;

  Disturbances(Set<Fault> faults, int keys) {
    this.faults = faults;
    this.way = ON_THE_WAY + (faults.contains(Fault.LATE_FEED) ? SimulatedFeed.LATE_NANOS : 0);
    this.lostAt = new long[keys];
    this.changedUntil = new long[keys];
    Arrays.fill(lostAt, NEVER);
    Arrays.fill(changedUntil, NEVER);
  }

  // What happens.

  void paused(int process, long now, long until) {
    pausedUntil.merge(process, until, Math::max);
    longestPause.merge(process, until - now, Math::max);
  }

  void killed(int process) {
    killed.add(process);
  }

  void lost(int key, long now) {
    lostAt[key] = now;
  }

  void lostAll(long now) {
    Arrays.fill(lostAt, now);
    tagsLost(now);
  }

  void tagsLost(long now) {
    tagsLostAt = now;
  }

  void unreachable(long until) {
    unreachableUntil = Math.max(unreachableUntil, until);
  }

  /** A change of a key, or a window of it, lasts until then. */
  void changed(int key, long until) {
    changedUntil[key] = Math.max(changedUntil[key], until);
  }

  /**
   * A barrier above a key's entries was raised or may be: processes that do not know it yet stamp
   * what they load with the clock before it.
   */
  void barrier(int key, long now) {
    changed(key, now + way + SILENCE);
  }

  // What the rules ask.

  boolean isKilled(int process) {
    return killed.contains(process);
  }

  boolean pausedSince(int process, long since) {
    return pausedUntil.getOrDefault(process, NEVER) >= since;
  }

  /** How many processes have died. */
  int deaths() {
    return killed.size();
  }

  boolean anyPausedSince(long since) {
    return pausedUntil.values().stream().anyMatch(until -> until >= since);
  }

  /** Whether the server has lost what it knew of a key, or was away. */
  boolean serverForgot(int key, long since) {
    return lostAt[key] >= since || unreachableUntil + REJOINING >= since;
  }

  /** Whether the tags' hold-offs were lost. */
  boolean tagsLostSince(long since) {
    return tagsLostAt >= since;
  }

  /**
   * Whether what was loaded then may bear a stamp of a tags' clock that was lost: until a beat
   * tells of the new clock, or the silence of the feed. It is then loaded once more.
   */
  boolean stampedInLostEpoch(long loadedAt) {
    return tagsLostAt != NEVER && loadedAt <= tagsLostAt + CUT_OFF;
  }

  /** Whether the key's lease may have been voided, or its value bounded. */
  boolean changedSince(int key, long since) {
    return changedUntil[key] >= since;
  }

  /** Whether every request is answered, but for {@link #serverForgot}. */
  boolean tierAnswers() {
    return !faults.contains(Fault.LOST_REQUESTS)
        && !faults.contains(Fault.LOST_REPLIES)
        && !faults.contains(Fault.LATE_REQUESTS);
  }

  /** Whether every message of the feed is heard in time. */
  boolean feedIsWhole() {
    return !faults.contains(Fault.LOST_MESSAGES)
        && !faults.contains(Fault.HELD_MESSAGES)
        && !faults.contains(Fault.DEAF_FEED)
        && !faults.contains(Fault.RESTARTS)
        && !faults.contains(Fault.FAILOVERS)
        && !faults.contains(Fault.OUTAGES);
  }

  /**
   * How long after its acknowledgement an invalidation may still be unknown to another process: the
   * way of its message, if none is lost, and no longer than the silence after which the process is
   * cut off. That counts from the publication of the last beat that it has heard.
   */
  long feedBound(int process, long now) {
    boolean paused = pausedSince(process, now - way);
    return feedIsWhole() && !paused
        ? Math.min(way + TimeUnit.MILLISECONDS.toNanos(1), CUT_OFF)
        : CUT_OFF;
  }
}
