package io.github.corral.spring;

import java.time.Duration;

/** Durations as they are written in properties. */
final class Durations {

  private static final String[] UNITS = {"d", "h", "m", "s", "ms", "us", "ns"};

  private static final Duration[] LENGTHS = {
    Duration.ofDays(1),
    Duration.ofHours(1),
    Duration.ofMinutes(1),
    Duration.ofSeconds(1),
    Duration.ofMillis(1),
    Duration.ofNanos(1000),
    Duration.ofNanos(1)
  };

  private Durations() {}

  /** A duration in the largest unit of which it is a multiple. */
  static String text(Duration duration) {
    if (duration.isZero()) {
      return "0ms";
    }
    for (int i = 0; i < UNITS.length; i++) {
      long count = duration.dividedBy(LENGTHS[i]);
      if (LENGTHS[i].multipliedBy(count).equals(duration)) {
        return count + UNITS[i];
      }
    }
    return duration.toString();
  }
}
