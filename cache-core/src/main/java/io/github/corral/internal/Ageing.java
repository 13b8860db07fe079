package io.github.corral.internal;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Draws how long a loaded value is fresh, and when an entry is refreshed. */
final class Ageing {

  private static final double LARGEST_WINDOW = 0.5;
  private static final double WEIGHT_OF_LATEST = 0.3;

  private final CacheExpiry expiry;
  private final double beta;
  private final long everyNanos;
  private final RandomGenerator random;

  Ageing(CacheExpiry expiry, Refresh refresh, RandomGenerator random) {
    this.expiry = expiry;
    this.beta = refresh.beta();
    this.everyNanos = refresh.every() == null ? 0 : refresh.every().toNanos();
    this.random = random;
  }

  /** The fresh time with jitter, at least 1 ms. */
  long jittered(long freshMillis) {
    return Math.max(1, Math.round(freshMillis * deviation()));
  }

  private double deviation() {
    return 1 + expiry.jitter() * (2 * random.nextDouble() - 1);
  }

  /** The moving average of a key's load cost, at least 1 ms: one slow load is not a slow loader. */
  static long cost(long previousMillis, long latestMillis) {
    double average =
        previousMillis <= 0
            ? latestMillis
            : previousMillis + WEIGHT_OF_LATEST * (latestMillis - previousMillis);
    return Math.max(1, Math.round(average));
  }

  /** One draw of early expiration, for an entry that is fresh for lifeMillis in all. */
  long refreshAt(long freshUntil, long costMillis, long lifeMillis) {
    if (beta == 0) {
      return freshUntil;
    }
    double window =
        Math.min(LARGEST_WINDOW * lifeMillis, costMillis * beta * random.nextExponential());
    return freshUntil - Math.round(window * TimeUnit.MILLISECONDS.toNanos(1));
  }

  /** When the schedule refreshes an entry that is fresh for lifeMillis in all. */
  long sweepAt(long freshUntil, long lifeMillis) {
    if (everyNanos == 0) {
      return Long.MAX_VALUE;
    }
    long filledAt = freshUntil - TimeUnit.MILLISECONDS.toNanos(lifeMillis);
    return filledAt + Math.round(everyNanos * deviation());
  }

  /** Brings an entry forward by up to half a period: others may have been filled with it. */
  <V> Entry<V> spread(Entry<V> entry) {
    return everyNanos == 0
        ? entry
        : entry.sweptAt(entry.sweepAt() - Math.round(everyNanos * random.nextDouble() / 2));
  }
}
