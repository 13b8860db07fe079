package io.github.corral.internal;

import org.jspecify.annotations.Nullable;

/**
 * A value in this process. It counts while its stripe's counter is the one it was looked up under.
 *
 * @param value the value, or null if the source is known to have none
 * @param id what tells it from its predecessors in the remote tier
 * @param stripe the key's stripe
 * @param count the stripe's counter when the lookup began
 * @param refreshAt when a read starts a refresh; never after freshUntil; in nanoseconds of the
 *     host's clock, as the rest
 * @param freshUntil when it becomes stale
 * @param hardUntil when it expires
 * @param costMillis what its load cost
 * @param loadedAt when it was loaded, at the earliest; for people
 */
record Entry<V>(
    @Nullable V value,
    long id,
    int stripe,
    long count,
    long refreshAt,
    long freshUntil,
    long hardUntil,
    long costMillis,
    long loadedAt) {

  boolean servable(long now) {
    return now < hardUntil;
  }

  boolean fresh(long now) {
    return now < freshUntil;
  }

  boolean due(long now) {
    return now >= refreshAt;
  }

  Entry<V> refreshedNotBefore(long nanos) {
    return new Entry<>(
        value, id, stripe, count, nanos, freshUntil, hardUntil, costMillis, loadedAt);
  }
}
