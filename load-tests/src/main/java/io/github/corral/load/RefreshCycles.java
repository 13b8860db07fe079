package io.github.corral.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The refresh cycles of the hot key, seen from outside any cache: how many loads the fleet made in
 * each.
 *
 * <p>A cycle begins with a load. The loads after it belong to the same cycle as long as its value
 * could have served them. A new cycle begins with the first load that
 *
 * <ul>
 *   <li>finds a newer version in the database, for then the key has been invalidated since; or
 *   <li>starts at least 0.4 times the fresh time after the cycle's first load, when a refresh is
 *       due or not far off; or
 *   <li>follows a cycle's first load that started while an invalidation was under way. That one may
 *       have found the new version and been voided all the same, because the invalidation follows
 *       the write. This is held in favour of one load per invalidation.
 * </ul>
 *
 * <p>Why the version and not the time of the invalidation: a write takes a while, and a load that
 * starts meanwhile may be on either side of it. What the load found is certain.
 *
 * <p>Why 0.4: a cache that refreshes early does so in the second half of the fresh time, which
 * jitter may shorten by a tenth: two of its loads are 0.45 times the fresh time apart at least. A
 * stampede that lasts longer than 0.4 times the fresh time counts as several cycles, which flatters
 * the stampeding cache and never the other.
 */
final class RefreshCycles {

  private static final double DUE = 0.4;

  private final Duration due;
  private final List<Invalidation> unused;
  private final List<Integer> counts = new ArrayList<>();
  private @Nullable HotLoad first;

  private RefreshCycles(Collection<Invalidation> invalidations, Duration freshFor) {
    unused = new ArrayList<>(invalidations);
    due = Duration.ofNanos(Math.round(freshFor.toNanos() * DUE));
  }

  /**
   * The number of loads of each cycle, in order of time; empty when there was no load.
   *
   * @param loads the loads of all processes, in any order
   * @param invalidations the invalidations of all processes, in any order
   * @param freshFor how long a loaded value is fresh
   */
  static List<Integer> loadsPerCycle(
      Collection<HotLoad> loads, Collection<Invalidation> invalidations, Duration freshFor) {
    RefreshCycles cycles = new RefreshCycles(invalidations, freshFor);
    loads.stream().sorted(Comparator.comparing(HotLoad::start)).forEach(cycles::next);
    return List.copyOf(cycles.counts);
  }

  private void next(HotLoad load) {
    if (first == null || beginsACycle(load, first)) {
      first = load;
      counts.add(1);
    } else {
      counts.set(counts.size() - 1, counts.get(counts.size() - 1) + 1);
    }
  }

  private boolean beginsACycle(HotLoad load, HotLoad after) {
    return load.version() > after.version()
        || load.startsLaterBy(due, after)
        || mayHaveBeenOvertaken(after);
  }

  private boolean mayHaveBeenOvertaken(HotLoad load) {
    for (Invalidation invalidation : unused) {
      if (invalidation.wasUnderWayAt(load.start())) {
        return unused.remove(invalidation);
      }
    }
    return false;
  }
}
