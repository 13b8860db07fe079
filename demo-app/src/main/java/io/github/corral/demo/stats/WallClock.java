package io.github.corral.demo.stats;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.stereotype.Component;

/**
 * The machine's wall clock in microseconds since 1970: the one clock that all processes on it
 * share, so that their records can be laid side by side. Thread-safe.
 */
@Component
public final class WallClock {

  private final Clock clock;

  WallClock() {
    this(Clock.systemUTC());
  }

  /** Reads the given clock, whose precision it shares. */
  public WallClock(Clock clock) {
    this.clock = clock;
  }

  /** Microseconds since 1970-01-01T00:00Z. */
  public long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }
}
