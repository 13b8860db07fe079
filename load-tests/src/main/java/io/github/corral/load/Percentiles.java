package io.github.corral.load;

import org.HdrHistogram.Histogram;

/**
 * Response times, in milliseconds.
 *
 * @param p50 half of the answers took no longer
 * @param p99 all but one in a hundred
 * @param p999 all but one in a thousand
 */
record Percentiles(long p50, long p99, long p999) {

  static Percentiles of(Histogram millis) {
    return new Percentiles(
        millis.getValueAtPercentile(50),
        millis.getValueAtPercentile(99),
        millis.getValueAtPercentile(99.9));
  }
}
