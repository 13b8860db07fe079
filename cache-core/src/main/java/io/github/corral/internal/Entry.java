package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value in this process. It counts while its stripe's counter is the one it was looked up under,
 * and no barrier of its tags is above its stamp. Points in time are nanoseconds of the host's
 * clock.
 */
final class Entry<V> {

  /** The value, or null if the source is known to have none. */
  final @Nullable V value;

  /** What tells it from its predecessors in the remote tier; 0 if it is not kept there. */
  final long id;

  final int stripe;

  /** The stripe's counter when the lookup began. */
  final long count;

  /** The tags' clock before its load. */
  final Stamp stamp;

  final List<String> tags;

  /** When a read starts a refresh; never after freshUntil. */
  final long refreshAt;

  final long freshUntil;
  final long hardUntil;
  final long costMillis;

  /** The count of the barriers under which it was found valid last; racy, as a memory aid. */
  private long admittedAt;

  Entry(
      @Nullable V value,
      long id,
      Ticket ticket,
      Stamp stamp,
      List<String> tags,
      long refreshAt,
      long freshUntil,
      long hardUntil,
      long costMillis) {
    this.value = value;
    this.id = id;
    this.stripe = ticket.stripe();
    this.count = ticket.count();
    this.admittedAt = ticket.barriers();
    this.stamp = stamp;
    this.tags = tags;
    this.refreshAt = refreshAt;
    this.freshUntil = freshUntil;
    this.hardUntil = hardUntil;
    this.costMillis = costMillis;
  }

  private Entry(Entry<V> from, long count, long refreshAt, long freshUntil) {
    this.value = from.value;
    this.id = from.id;
    this.stripe = from.stripe;
    this.count = count;
    this.admittedAt = from.admittedAt;
    this.stamp = from.stamp;
    this.tags = from.tags;
    this.refreshAt = refreshAt;
    this.freshUntil = freshUntil;
    this.hardUntil = from.hardUntil;
    this.costMillis = from.costMillis;
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

  /** Whether no barrier has been raised above its stamp; looked up only after one was raised. */
  boolean admitted(Barriers barriers, String cacheTag) {
    long count = barriers.count();
    if (admittedAt == count) {
      return true;
    }
    if (!barriers.admit(stamp, cacheTag, tags)) {
      return false;
    }
    admittedAt = count;
    return true;
  }

  Entry<V> refreshedNotBefore(long nanos) {
    return new Entry<>(this, count, nanos, freshUntil);
  }

  /** The same, stale from now on, under the counter after this one. */
  Entry<V> expired(long now) {
    return new Entry<>(this, count + 1, Math.min(refreshAt, now), Math.min(freshUntil, now));
  }
}
