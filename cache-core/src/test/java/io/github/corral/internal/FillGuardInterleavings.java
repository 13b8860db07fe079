package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * Fills and reads of L1 beside invalidations, for Lincheck: an operation that throws is a result
 * that no order of the operations one after the other has.
 */
public class FillGuardInterleavings {

  private static final int KEY = 1;

  private final Guards guards;
  private final L1<Integer, Long> l1;
  private final AtomicLong source = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();

  /** With the guards of production. */
  public FillGuardInterleavings() {
    this(new Guards());
  }

  FillGuardInterleavings(Guards guards) {
    this.guards = guards;
    this.l1 = new L1<>(10, guards);
  }

  /** Looks the key up in the source, under a ticket, and keeps it. */
  @Operation
  public void fill() {
    Ticket ticket = new Ticket(KEY, guards.count(KEY), 0, true);
    long value = source.get();
    l1.put(KEY, new Entry<>(value, 1, KEY, ticket.count(), 100, 100, 100, 1));
  }

  /** Changes the source and invalidates. */
  @Operation
  public void change() {
    long version = source.incrementAndGet();
    guards.bump(KEY);
    acknowledged.accumulateAndGet(version, Math::max);
  }

  /** Reads, and must not get what was invalidated before. */
  @Operation
  public void read() {
    long floor = acknowledged.get();
    Entry<Long> entry = l1.find(KEY, 1);
    if (entry != null && entry.value() < floor) {
      throw new AssertionError("got " + entry.value() + ", but " + floor + " was acknowledged");
    }
  }

  /** With guards that never see a change. */
  public static final class Unguarded extends FillGuardInterleavings {
    /** Without a check. */
    public Unguarded() {
      super(
          new Guards() {
            @Override
            boolean holds(int stripe, long count) {
              return true;
            }
          });
    }
  }
}
