package io.github.corral.load;

import java.util.Collections;
import java.util.List;

/**
 * What the database was asked for the hot key.
 *
 * @param queries as the database counted them
 * @param loadsPerCycle as the applications logged them, by {@link RefreshCycles}
 * @param forgiven how many of those cycles there are only because an invalidation was under way
 *     when the load before began; told, because a second load could hide there
 */
record HotKey(long queries, List<Integer> loadsPerCycle, int forgiven) {

  /** The number of refresh cycles. */
  int cycles() {
    return loadsPerCycle.size();
  }

  /**
   * The loads that the applications logged; the same number as {@link #queries} when all is well.
   */
  long loads() {
    return loadsPerCycle.stream().mapToLong(Integer::intValue).sum();
  }

  /** The database's queries over the cycles; 0 when there was no cycle. */
  double queriesPerCycle() {
    return loadsPerCycle.isEmpty() ? 0 : (double) queries / cycles();
  }

  /** The loads of the worst cycle; 0 when there was none. */
  int mostLoadsInACycle() {
    return loadsPerCycle.isEmpty() ? 0 : Collections.max(loadsPerCycle);
  }
}
