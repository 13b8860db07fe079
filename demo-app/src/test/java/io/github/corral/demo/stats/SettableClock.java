package io.github.corral.demo.stats;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** A clock that stands still until it is told otherwise. */
final class SettableClock extends Clock {

  private long micros = 1_000_000;

  void advanceMillis(long millis) {
    micros += millis * 1_000;
  }

  long micros() {
    return micros;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
