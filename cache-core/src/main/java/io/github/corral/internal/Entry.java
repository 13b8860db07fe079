package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A value in this process. It counts while its stripe's counter is the one it was looked up under,
 * and no barrier of its tags is above its stamp. Immutable, but for a few notes.
 */
final class Entry<V> {

  static final long CORRELATED_MILLIS = 50;

  private static final long CORRELATED_NANOS = TimeUnit.MILLISECONDS.toNanos(CORRELATED_MILLIS);

  private final @Nullable V value;
  private final long id;
  private final int stripe;
  private final long count;
  private final Stamp stamp;
  private final List<String> tags;
  private final long refreshAt;
  private final long sweepAt;
  private final long freshUntil;
  private final long hardUntil;
  private final long costMillis;
  private final long loadedAt;

  /** When a read is to be reported next; racy, so that of two reads at once both may report. */
  private long nextReport = Long.MIN_VALUE;

  /** Racy on purpose: set once by whoever reads first, so that later reads write nothing. */
  private boolean read;

  /** Written before others find it. */
  private int weight;

  /** The count of the barriers under which it was found valid last; racy, as a memory aid. */
  private long admittedAt;

  /**
   * Makes an entry.
   *
   * @param value the value, or null if the source is known to have none
   * @param id what tells it from its predecessors in the remote tier
   * @param ticket of the lookup that brought it
   * @param stamp the tags' clock before its load
   * @param tags the tags that it carries
   * @param refreshAt when a read starts a refresh; after freshUntil only if one has just failed; in
   *     nanoseconds of the host's clock, as the rest
   * @param sweepAt when the schedule starts a refresh; never without one
   * @param freshUntil when it becomes stale
   * @param hardUntil when it expires
   * @param costMillis what its load cost
   * @param loadedAt when it was loaded, at the earliest; for people
   */
  Entry(
      @Nullable V value,
      long id,
      Ticket ticket,
      Stamp stamp,
      List<String> tags,
      long refreshAt,
      long sweepAt,
      long freshUntil,
      long hardUntil,
      long costMillis,
      long loadedAt) {
    this.value = value;
    this.id = id;
    this.stripe = ticket.stripe();
    this.count = ticket.count();
    this.admittedAt = ticket.barriers();
    this.stamp = stamp;
    this.tags = tags;
    this.refreshAt = refreshAt;
    this.sweepAt = sweepAt;
    this.freshUntil = freshUntil;
    this.hardUntil = hardUntil;
    this.costMillis = costMillis;
    this.loadedAt = loadedAt;
  }

  private Entry(Entry<V> from, long count, long refreshAt, long sweepAt, long freshUntil) {
    this.value = from.value;
    this.id = from.id;
    this.stripe = from.stripe;
    this.count = count;
    this.admittedAt = from.admittedAt;
    this.stamp = from.stamp;
    this.tags = from.tags;
    this.refreshAt = refreshAt;
    this.sweepAt = sweepAt;
    this.freshUntil = freshUntil;
    this.hardUntil = from.hardUntil;
    this.costMillis = from.costMillis;
    this.loadedAt = from.loadedAt;
    this.read = from.read;
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

  long refreshAt() {
    return refreshAt;
  }

  long freshUntil() {
    return freshUntil;
  }

  long hardUntil() {
    return hardUntil;
  }

  long loadedAt() {
    return loadedAt;
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

  /** Whether a read at this moment is to be reported to the policy of eviction; see {@link L1}. */
  boolean takeReport(long now) {
    if (now < nextReport) {
      return false;
    }
    nextReport = now + CORRELATED_NANOS;
    return true;
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

  /** Whether no barrier has been raised above its stamp; looked up only after one was raised. */
  boolean admitted(Barriers barriers, String cacheTag) {
    long now = barriers.count();
    if (admittedAt == now) {
      return true;
    }
    if (!barriers.admit(stamp, cacheTag, tags)) {
      return false;
    }
    admittedAt = now;
    return true;
  }

  /** This entry, due for neither kind of refresh before a time of its own. */
  Entry<V> refreshedNotBefore(long byRead, long bySweep) {
    return new Entry<>(
        this, count, Math.max(refreshAt, byRead), Math.max(sweepAt, bySweep), freshUntil);
  }

  /** This entry on another schedule. */
  Entry<V> sweptAt(long nanos) {
    return new Entry<>(this, count, refreshAt, nanos, freshUntil);
  }

  /** This entry, stale from now on, under the counter after its own. */
  Entry<V> expired(long now) {
    return new Entry<>(
        this, count + 1, Math.min(refreshAt, now), sweepAt, Math.min(freshUntil, now));
  }
}
