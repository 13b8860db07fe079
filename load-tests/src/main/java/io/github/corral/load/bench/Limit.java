package io.github.corral.load.bench;

import io.github.corral.load.bench.Pairs.Interval;
import java.util.Locale;

/**
 * What a ratio is held to.
 *
 * @param atLeast whether the ratio must not be below the value; else it must not be above it
 * @param value the value
 */
record Limit(boolean atLeast, double value) {

  /** The farthest that an end may be from the ratio, as a part of it, for the figure to count. */
  static final double WIDEST = 0.25;

  static Limit atLeast(double value) {
    return new Limit(true, value);
  }

  static Limit atMost(double value) {
    return new Limit(false, value);
  }

  /** Missed only if the whole interval lies beyond the limit; an interval too wide says nothing. */
  Verdict judge(double ratio, Interval interval) {
    double farthest = Math.max(interval.high() - ratio, ratio - interval.low());
    if (farthest > WIDEST * ratio) {
      return Verdict.NOT_MEASURABLE;
    }
    boolean beyond = atLeast ? interval.high() < value : interval.low() > value;
    return beyond ? Verdict.MISSED : Verdict.MET;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.2f", atLeast ? ">=" : "<=", value);
  }
}
