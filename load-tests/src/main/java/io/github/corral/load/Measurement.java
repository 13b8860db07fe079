package io.github.corral.load;

import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Counts and times answers while the simulation runs. Thread-safe. */
final class Measurement {

  private static final int DIGITS = 3;

  private final LongAdder requests = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final Histogram reads = new ConcurrentHistogram(DIGITS);
  private final Histogram hotReads = new ConcurrentHistogram(DIGITS);
  private volatile Instant start = Instant.EPOCH;
  private volatile Instant end = Instant.EPOCH;

  void started() {
    start = Instant.now();
  }

  boolean isStarted() {
    return start.isAfter(Instant.EPOCH);
  }

  /** One answer, or the lack of one. */
  void answered(boolean success) {
    requests.increment();
    if (!success) {
      errors.increment();
    }
    end = Instant.now();
  }

  /** The time of a read of the front page that succeeded. */
  void readHot(long millis) {
    hotReads.recordValue(millis);
    reads.recordValue(millis);
  }

  /** The time of any other read that succeeded. */
  void read(long millis) {
    reads.recordValue(millis);
  }

  long requests() {
    return requests.sum();
  }

  long errors() {
    return errors.sum();
  }

  /**
   * What was measured so far.
   *
   * @throws IllegalStateException if it has not started: the counts hold more than the traffic then
   */
  MeasuredTraffic result() {
    if (!isStarted()) {
      throw new IllegalStateException("nothing was measured: the counts never began anew");
    }
    return new MeasuredTraffic(
        start,
        end,
        requests(),
        errors(),
        hotReads.getTotalCount(),
        Percentiles.of(reads),
        Percentiles.of(hotReads));
  }
}
