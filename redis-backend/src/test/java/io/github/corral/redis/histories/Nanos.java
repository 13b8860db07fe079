package io.github.corral.redis.histories;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Times as the checker reckons them. */
final class Nanos {

  private Nanos() {}

  static long of(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** A time as messages tell it. */
  static String text(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }
}
