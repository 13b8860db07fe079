package io.github.corral.internal;

import io.github.corral.policy.CacheExpiry;
import java.time.Duration;

/** Whether a background refresh can do what it is there for. */
public final class Schedule {

  private Schedule() {}

  /** Refuses settings under which keys would expire between two refreshes, or none would be. */
  public static void check(CacheSettings<?, ?> settings, boolean hasLoader) {
    Duration every = settings.refresh.every();
    if (every == null) {
      if (settings.refreshKeys != null) {
        throw new IllegalStateException(
            subject(settings) + "refreshKeys is of no use without refresh(Refresh.every(..))");
      }
      return;
    }
    if (!hasLoader) {
      throw new IllegalStateException(
          subject(settings)
              + "refresh every "
              + every
              + " needs a loader: give one to build(..), or choose Refresh.early()");
    }
    checkPeriod(settings, every);
  }

  private static void checkPeriod(CacheSettings<?, ?> settings, Duration every) {
    CacheExpiry expiry = settings.expiry;
    Duration latest = latest(every, expiry.jitter());
    Duration shortest = times(expiry.freshFor(), 1 - expiry.jitter());
    if (latest.compareTo(shortest) >= 0) {
      throw new IllegalArgumentException(
          subject(settings)
              + "refresh every "
              + every
              + " is not shorter than fresh-for "
              + expiry.freshFor()
              + ": with jitter "
              + expiry.jitter()
              + " a key is refreshed after up to "
              + latest
              + ", and may be stale after "
              + shortest);
    }
  }

  /** After this a key is refreshed, if the loader keeps up: due with jitter, seen by a pass. */
  private static Duration latest(Duration every, double jitter) {
    return times(every, 1 + jitter).plus(every.dividedBy(Sweep.PASSES));
  }

  private static Duration times(Duration duration, double factor) {
    return Duration.ofMillis(Math.round(duration.toMillis() * factor));
  }

  private static String subject(CacheSettings<?, ?> settings) {
    return "cache '" + settings.name + "': ";
  }
}
