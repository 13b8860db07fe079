package io.github.corral.internal;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How the cache of a simulation is configured. Short lives show refreshes; long ones outlive the
 * bounds of the feed and of write windows, so that a value which is kept by mistake is seen.
 */
record Profile(int processes, long freshMillis, long staleMillis, double beta) {

  static final int KEYS = 3;

  /** So few that an outage is often too long for it. */
  static final int MOST_KEPT = 2;

  static final long LEASE_MILLIS = 400;
  static final long TIMEOUT_MILLIS = 2_000;

  /** How far a lagging replica is behind the source, and the hold-off that is set for it. */
  static final long LAG_MILLIS = 200;

  static final long HOLD_OFF_MILLIS = 250;

  static final long BACKOFF_MILLIS = 100;
  static final double JITTER = 0.1;

  /** The tag that every load gives to the value of a key; the first two keys share one. */
  static String tag(int key) {
    return "t" + key / 2;
  }

  static Profile drawn(RandomGenerator random) {
    int processes = 2 + random.nextInt(2);
    double beta = random.nextInt(4) == 0 ? 0 : 1;
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Profile(processes, 1_000, 1_500, beta);
      case 2 -> new Profile(processes, 1_000, 0, beta);
      default -> new Profile(processes, 30_000, 30_000, beta);
    };
  }

  void applyTo(CacheSettings<Integer, Long> settings) {
    settings.maximumSize = 100;
    settings.expiry =
        CacheExpiry.freshFor(Duration.ofMillis(freshMillis))
            .staleFor(Duration.ofMillis(staleMillis))
            .jitter(JITTER);
    settings.refresh = Refresh.early(beta);
    settings.failure =
        Failure.loadTimeout(Duration.ofMillis(TIMEOUT_MILLIS))
            .backoff(Duration.ofMillis(BACKOFF_MILLIS), Duration.ofSeconds(2));
  }

  /** The most time from the lease or the write to the hard deadline. */
  long longestLifeMillis() {
    return Math.round(freshMillis * (1 + JITTER)) + staleMillis;
  }

  long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
