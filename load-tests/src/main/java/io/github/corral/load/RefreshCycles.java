package io.github.corral.load;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The refresh cycles of the hot key, seen from outside any cache: how many loads the fleet made in
 * each.
 *
 * <p>A cycle begins with a load; the loads after it belong to the same cycle, because the first
 * one's value could have served them. A new cycle begins with the first load that starts
 *
 * <ul>
 *   <li>after the key was invalidated within the cycle, for nothing loaded before may be served
 *       then; or
 *   <li>at least 0.4 times the fresh time after the cycle's first load, when a refresh is due or
 *       not far off.
 * </ul>
 *
 * <p>Why 0.4: a cache that refreshes early does so in the second half of the fresh time, which
 * jitter may shorten by a tenth: two of its loads are 0.45 times the fresh time apart at least. A
 * stampede that lasts longer than 0.4 times the fresh time counts as several cycles, which flatters
 * the stampeding cache and never the other.
 */
final class RefreshCycles {

  private static final double DUE = 0.4;

  private RefreshCycles() {}

  /**
   * The number of loads of each cycle, in order of time; empty when there was no load.
   *
   * @param loadStarts when each load of any process began, in any order
   * @param invalidations the instants from which the key counted as invalidated, in any order
   * @param freshFor how long a loaded value is fresh
   */
  static List<Integer> loadsPerCycle(
      Collection<Instant> loadStarts, Collection<Instant> invalidations, Duration freshFor) {
    Duration due = Duration.ofNanos(Math.round(freshFor.toNanos() * DUE));
    List<Integer> counts = new ArrayList<>();
    Instant cycleStart = Instant.MIN;
    for (Instant start : loadStarts.stream().sorted().toList()) {
      if (counts.isEmpty()
          || !start.isBefore(cycleStart.plus(due))
          || anyWithin(invalidations, cycleStart, start)) {
        cycleStart = start;
        counts.add(1);
      } else {
        counts.set(counts.size() - 1, counts.get(counts.size() - 1) + 1);
      }
    }
    return List.copyOf(counts);
  }

  private static boolean anyWithin(Collection<Instant> instants, Instant after, Instant until) {
    return instants.stream().anyMatch(i -> i.isAfter(after) && !i.isAfter(until));
  }
}
