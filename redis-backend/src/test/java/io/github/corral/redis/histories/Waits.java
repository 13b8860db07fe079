package io.github.corral.redis.histories;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits of the load and of the faults, in real time: what they are about are real processes, whose
 * time cannot be injected. No verdict depends on them.
 */
final class Waits {

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Waits() {}

  static void millis(long millis) {
    nanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  static void nanos(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Waits until something is so, at most for a time; whether it is so. */
  static boolean until(BooleanSupplier condition, long mostMillis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        return false;
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
    return true;
  }

  static void ended(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
