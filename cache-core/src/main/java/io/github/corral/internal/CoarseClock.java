package io.github.corral.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A clock that is a field: a thread sets it about every millisecond to what an exact clock says. To
 * read it costs a load from memory, where an exact clock costs more than the rest of a cache hit.
 *
 * <p>It is never ahead of the exact clock. It lags by what has passed since its thread last ran,
 * which after a pause of the process is the whole pause until that thread runs again.
 */
final class CoarseClock {

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final LongSupplier exact;
  private final Thread thread = new Thread(this::advanceUntilEnded, "corral-clock");
  private volatile long now;
  private volatile boolean ended;

  CoarseClock(LongSupplier exact) {
    this.exact = exact;
    this.now = exact.getAsLong();
    thread.setDaemon(true);
  }

  long now() {
    return now;
  }

  /** Called by one thread at a time: two could set it back. */
  void advance() {
    now = exact.getAsLong();
  }

  void start() {
    thread.start();
  }

  void end() {
    ended = true;
    LockSupport.unpark(thread);
  }

  private void advanceUntilEnded() {
    while (!ended) {
      LockSupport.parkNanos(this, STEP_NANOS);
      advance();
    }
  }
}
