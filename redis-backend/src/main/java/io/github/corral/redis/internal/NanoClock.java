package io.github.corral.redis.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A monotonic clock for those who ask for a {@link Clock}; its instants are no dates. */
final class NanoClock extends Clock {

  private final LongSupplier nanos;

  NanoClock(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanos.getAsLong());
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
