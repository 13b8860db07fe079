package io.github.corral.internal;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A value in this process. It counts while its stripe's counter is the one it was looked up under.
 * All but its last report is final. Times are in nanoseconds of the host's clock.
 */
final class Entry<V> {

  static final long CORRELATED_MILLIS = 50;

  private static final long CORRELATED_NANOS = TimeUnit.MILLISECONDS.toNanos(CORRELATED_MILLIS);

  private final @Nullable V value;
  private final long id;
  private final int stripe;
  private final long count;
  private final long refreshAt;
  private final long freshUntil;
  private final long hardUntil;
  private final long costMillis;

  /** Racy: of two reads at once both may report. */
  private long nextReport = Long.MIN_VALUE;

  /**
   * Makes an entry.
   *
   * @param value the value, or null if the source is known to have none
   * @param id what tells it from its predecessors in the remote tier
   * @param stripe the key's stripe
   * @param count the stripe's counter when the lookup began
   * @param refreshAt when a read starts a refresh; after freshUntil only if one has just failed
   * @param freshUntil when it becomes stale
   * @param hardUntil when it expires
   * @param costMillis what its load cost
   */
  Entry(
      @Nullable V value,
      long id,
      int stripe,
      long count,
      long refreshAt,
      long freshUntil,
      long hardUntil,
      long costMillis) {
    this.value = value;
    this.id = id;
    this.stripe = stripe;
    this.count = count;
    this.refreshAt = refreshAt;
    this.freshUntil = freshUntil;
    this.hardUntil = hardUntil;
    this.costMillis = costMillis;
  }

  @Nullable V value() {
    return value;
  }

  long id() {
    return id;
  }

  int stripe() {
    return stripe;
  }

  long count() {
    return count;
  }

  long costMillis() {
    return costMillis;
  }

  boolean servable(long now) {
    return now < hardUntil;
  }

  boolean fresh(long now) {
    return now < freshUntil;
  }

  boolean due(long now) {
    return now >= refreshAt;
  }

  /** Whether a read at this moment is to be reported to the policy of eviction; see {@link L1}. */
  boolean takeReport(long now) {
    if (now < nextReport) {
      return false;
    }
    nextReport = now + CORRELATED_NANOS;
    return true;
  }

  Entry<V> refreshedNotBefore(long nanos) {
    return new Entry<>(value, id, stripe, count, nanos, freshUntil, hardUntil, costMillis);
  }
}
