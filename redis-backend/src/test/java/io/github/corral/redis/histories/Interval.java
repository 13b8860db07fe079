package io.github.corral.redis.histories;

import java.util.List;

/** From a moment to another, in nanoseconds from the beginning of a run. */
record Interval(long from, long to) {

  boolean overlaps(long begin, long end) {
    return from <= end && to >= begin;
  }

  /** How much of it lies between two moments. */
  long within(long begin, long end) {
    return Math.max(0, Math.min(to, end) - Math.max(from, begin));
  }

  static boolean any(List<Interval> all, long begin, long end) {
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).overlaps(begin, end)) {
        return true;
      }
    }
    return false;
  }
}
