package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A value in this process. It counts while its stripe's counter is the one it was looked up under,
 * and no barrier of its tags is above its stamp.
 *
 * <p>What a hit reads stands in few bytes of this object: the value, and until when, and under
 * which counts of changes, nothing else needs to be looked at. Those notes are racy on purpose, so
 * that of two reads at once both may look; they never say more than the {@link Facts} do.
 */
final class Entry<V> {

  static final long CORRELATED_MILLIS = 50;

  private static final long CORRELATED_NANOS = TimeUnit.MILLISECONDS.toNanos(CORRELATED_MILLIS);
  private static final long NEVER = Long.MIN_VALUE;

  private final @Nullable V value;
  private final Facts facts;

  /** Before this a read needs nothing but the value: no deadline passes, and no report is due. */
  private volatile long plainUntil = NEVER;

  /** The count of all invalidations under which its stripe's counter was found unchanged last. */
  private volatile long unchangedAt = NEVER;

  /** The count of the barriers under which it was found valid last. */
  private volatile long admittedAt;

  /** When a read is to be reported next. */
  private long nextReport = NEVER;

  /** Set once by whoever reads first, so that later reads write nothing. */
  private boolean read;

  /** Written before others find it. */
  private int weight;

  /** What is known of a value, and does not change. */
  private record Facts(
      long id,
      int stripe,
      long count,
      Stamp stamp,
      List<String> tags,
      long refreshAt,
      long sweepAt,
      long freshUntil,
      long hardUntil,
      long costMillis,
      long loadedAt) {

    long nextDeadline() {
      return Math.min(refreshAt, Math.min(freshUntil, hardUntil));
    }

    Facts with(long count, long refreshAt, long sweepAt, long freshUntil) {
      return new Facts(
          id,
          stripe,
          count,
          stamp,
          tags,
          refreshAt,
          sweepAt,
          freshUntil,
          hardUntil,
          costMillis,
          loadedAt);
    }
  }

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
    this.admittedAt = ticket.barriers();
    this.facts =
        new Facts(
            id,
            ticket.stripe(),
            ticket.count(),
            stamp,
            tags,
            refreshAt,
            sweepAt,
            freshUntil,
            hardUntil,
            costMillis,
            loadedAt);
  }

  private Entry(Entry<V> from, Facts facts) {
    this.value = from.value;
    this.facts = facts;
    this.admittedAt = from.admittedAt;
    this.read = from.read;
  }

  @Nullable V value() {
    return value;
  }

  long id() {
    return facts.id;
  }

  int stripe() {
    return facts.stripe;
  }

  long count() {
    return facts.count;
  }

  long refreshAt() {
    return facts.refreshAt;
  }

  long freshUntil() {
    return facts.freshUntil;
  }

  long hardUntil() {
    return facts.hardUntil;
  }

  long loadedAt() {
    return facts.loadedAt;
  }

  long sweepAt() {
    return facts.sweepAt;
  }

  long costMillis() {
    return facts.costMillis;
  }

  boolean servable(long now) {
    return now < facts.hardUntil;
  }

  boolean fresh(long now) {
    return now < plainUntil || now < facts.freshUntil;
  }

  boolean due(long now) {
    return now >= plainUntil && now >= facts.refreshAt;
  }

  /** Whether a read at this moment needs nothing but the value. */
  boolean plain(long now, Guards guards, Barriers barriers) {
    return now < plainUntil && unchangedAt == guards.changes() && admittedAt == barriers.count();
  }

  /** Whether a read at this moment is to be reported to the policy of eviction; see {@link L1}. */
  boolean takeReport(long now) {
    if (now < nextReport) {
      return false;
    }
    touch();
    nextReport = now + CORRELATED_NANOS;
    plainUntil = Math.min(nextReport, facts.nextDeadline());
    return true;
  }

  /** Whether the schedule says that it is time. */
  boolean sweepDue(long now) {
    return now >= facts.sweepAt;
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

  /** Whether no invalidation has concerned its stripe; looked up only after there was any. */
  boolean unchanged(Guards guards) {
    long now = guards.changes();
    if (unchangedAt == now) {
      return true;
    }
    if (!guards.holds(facts.stripe, facts.count)) {
      return false;
    }
    unchangedAt = now;
    return true;
  }

  /** Whether no barrier has been raised above its stamp; looked up only after one was raised. */
  boolean admitted(Barriers barriers, String cacheTag) {
    long now = barriers.count();
    if (admittedAt == now) {
      return true;
    }
    if (!barriers.admit(facts.stamp, cacheTag, facts.tags)) {
      return false;
    }
    admittedAt = now;
    return true;
  }

  /** This entry, due for neither kind of refresh before a time of its own. */
  Entry<V> refreshedNotBefore(long byRead, long bySweep) {
    long refreshAt = Math.max(facts.refreshAt, byRead);
    long sweepAt = Math.max(facts.sweepAt, bySweep);
    return new Entry<>(this, facts.with(facts.count, refreshAt, sweepAt, facts.freshUntil));
  }

  /** This entry on another schedule. */
  Entry<V> sweptAt(long nanos) {
    return new Entry<>(this, facts.with(facts.count, facts.refreshAt, nanos, facts.freshUntil));
  }

  /** This entry, stale from now on, under the counter after its own. */
  Entry<V> expired(long now) {
    long refreshAt = Math.min(facts.refreshAt, now);
    long freshUntil = Math.min(facts.freshUntil, now);
    return new Entry<>(this, facts.with(facts.count + 1, refreshAt, facts.sweepAt, freshUntil));
  }
}
