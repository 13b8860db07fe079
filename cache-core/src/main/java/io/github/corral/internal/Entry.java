package io.github.corral.internal;

import org.jspecify.annotations.Nullable;

/**
 * A value in this process. It counts while its stripe's counter is the one it was looked up under.
 * Immutable, but for the note that it was read.
 */
final class Entry<V> {

  private final @Nullable V value;
  private final long id;
  private final int stripe;
  private final long count;
  private final long refreshAt;
  private final long sweepAt;
  private final long freshUntil;
  private final long hardUntil;
  private final long costMillis;

  /** Racy on purpose: set once by whoever reads first, so that later reads write nothing. */
  private boolean read;

  /** Written before others find it. */
  private int weight;

  /**
   * Makes an entry.
   *
   * @param value the value, or null if the source is known to have none
   * @param id what tells it from its predecessors in the remote tier
   * @param stripe the key's stripe
   * @param count the stripe's counter when the lookup began
   * @param refreshAt when a read starts a refresh; never after freshUntil; in nanoseconds of the
   *     host's clock, as the rest
   * @param sweepAt when the schedule starts a refresh; never without one
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
      long sweepAt,
      long freshUntil,
      long hardUntil,
      long costMillis) {
    this.value = value;
    this.id = id;
    this.stripe = stripe;
    this.count = count;
    this.refreshAt = refreshAt;
    this.sweepAt = sweepAt;
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

  long sweepAt() {
    return sweepAt;
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

  /** Whether the schedule says that it is time. */
  boolean sweepDue(long now) {
    return now >= sweepAt;
  }

  /** Takes note that it was read. */
  void touch() {
    if (!read) {
      read = true;
    }
  }

  /** Whether it was read since it was filled; a read of this very moment may not show yet. */
  boolean wasRead() {
    return read;
  }

  int weight() {
    return weight;
  }

  /** Takes note of its weight. */
  void weighs(int units) {
    weight = units;
  }

  /** This entry, due for neither kind of refresh before a time of its own. */
  Entry<V> refreshedNotBefore(long byRead, long bySweep) {
    return with(Math.max(refreshAt, byRead), Math.max(sweepAt, bySweep));
  }

  /** This entry on another schedule. */
  Entry<V> sweptAt(long nanos) {
    return with(refreshAt, nanos);
  }

  private Entry<V> with(long newRefreshAt, long newSweepAt) {
    Entry<V> copy =
        new Entry<>(
            value, id, stripe, count, newRefreshAt, newSweepAt, freshUntil, hardUntil, costMillis);
    copy.read = read;
    return copy;
  }
}
