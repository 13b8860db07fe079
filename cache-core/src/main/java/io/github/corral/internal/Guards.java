package io.github.corral.internal;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.concurrent.atomic.AtomicLong;
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

  /** How many stripes there are in all. */
  static final int ALL_STRIPES = RemoteTier.PARTITIONS * STRIPES;

  private final AtomicLongArray counters = new AtomicLongArray(ALL_STRIPES);
  private final AtomicLong changes = new AtomicLong();

  /**
   * What a lookup took note of before it began.
   *
   * @param barriers the count of the tags' barriers
   * @param stamp the tags' clock, read after that count
   */
  record Ticket(int stripe, long count, long takenAt, boolean proven, long barriers, Stamp stamp) {

    /** That of an entry which is kept although the feed may be deaf. */
    Ticket unproven() {
      return new Ticket(stripe, count, takenAt, false, barriers, stamp);
    }

    /** That of the one who has just raised the counter. */
    Ticket raised() {
      return new Ticket(stripe, count + 1, takenAt, proven, barriers, stamp);
    }
  }

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

  /**
   * The count of all changes. It is raised after the counters are: who has seen a counter unchanged
   * under this count need not look again until the count is another one.
   */
  long changes() {
    return changes.get();
  }

  void bump(int stripe) {
    counters.getAndIncrement(stripe);
    changes.getAndIncrement();
  }

  /** Raises the counter by one if nobody has done so since. */
  boolean bump(Ticket ticket) {
    boolean raised = counters.compareAndSet(ticket.stripe, ticket.count, ticket.count + 1);
    if (raised) {
      changes.getAndIncrement();
    }
    return raised;
  }

  void bumpAll() {
    bump(0, ALL_STRIPES);
  }

  void bumpPartition(int partition) {
    bump(partition * STRIPES, STRIPES);
  }

  private void bump(int from, int stripes) {
    for (int i = from; i < from + stripes; i++) {
      counters.getAndIncrement(i);
    }
    changes.getAndIncrement();
  }
}
