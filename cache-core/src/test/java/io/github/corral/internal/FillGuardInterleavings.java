package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * Fills and reads of L1 beside invalidations, for Lincheck: an operation that throws is a result
 * that no order of the operations one after the other has.
 */
public class FillGuardInterleavings {

  private static final int KEY = 1;

  private final Guards guards;
  private final Barriers barriers =
      new Barriers(
          CompletableFuture::new,
          () -> 0,
          Long.MAX_VALUE,
          () -> {}, // none is ever raised
          (delay, task) -> () -> {});
  private final L1<Integer, Long> l1;
  private final AtomicLong source = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();

  /** With the guards of production. */
  public FillGuardInterleavings() {
    this(new Guards());
  }

  FillGuardInterleavings(Guards guards) {
    this.guards = guards;
    CacheSettings<Integer, Long> settings = new CacheSettings<>("c", String::valueOf, null);
    this.l1 = new L1<>(settings, guards, barriers, Runnable::run, Recorder.NONE);
  }

  /** Looks the key up in the source, under a ticket, and keeps it. */
  @Operation
  public void fill() {
    Ticket ticket = new Ticket(KEY, guards.count(KEY), 0, true, barriers.count(), Stamp.NONE);
    long value = source.get();
    l1.put(KEY, new Entry<>(value, 1, ticket, Stamp.NONE, List.of(), 100, 100, 100, 100, 1, 0));
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
