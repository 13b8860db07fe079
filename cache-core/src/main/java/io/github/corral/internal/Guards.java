package io.github.corral.internal;

import io.github.corral.spi.RemoteTier;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters, one per stripe of keys, that every invalidation raises.
 *
 * <p>Whoever is about to look a key up first takes a {@link Ticket}. What it finds, and the flight
 * in which it looks, count only while the stripe's counter is still the ticket's. So an
 * invalidation needs no list of what it concerns: to raise the counter drops the entries in this
 * process, refuses those on their way, and keeps later callers from joining the flights in
 * progress, in one step. Other keys of the stripe are looked up again for nothing, which is
 * harmless.
 *
 * <p>A partition's stripes are adjacent, so that a partition is dropped by raising {@value
 * #STRIPES} counters.
 */
class Guards {

  private static final int STRIPES = 64;

  private final AtomicLongArray counters = new AtomicLongArray(RemoteTier.PARTITIONS * STRIPES);

  /** What a lookup took note of before it began. */
  record Ticket(int stripe, long count, long takenAt, boolean proven) {}

  static int stripe(String text) {
    long hash = RemoteTier.hash(text);
    int partition = (int) (hash & (RemoteTier.PARTITIONS - 1));
    return partition * STRIPES + (int) (hash >>> 8 & (STRIPES - 1));
  }

  static int partition(int stripe) {
    return stripe / STRIPES;
  }

  long count(int stripe) {
    return counters.get(stripe);
  }

  boolean holds(int stripe, long count) {
    return counters.get(stripe) == count;
  }

  boolean holds(Ticket ticket) {
    return holds(ticket.stripe, ticket.count);
  }

  void bump(int stripe) {
    counters.getAndIncrement(stripe);
  }

  /** Raises the counter by one if nobody has done so since. */
  boolean bump(Ticket ticket) {
    return counters.compareAndSet(ticket.stripe, ticket.count, ticket.count + 1);
  }

  void bumpPartition(int partition) {
    for (int i = 0; i < STRIPES; i++) {
      bump(partition * STRIPES + i);
    }
  }
}
