package io.github.corral.redis.internal;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of a server's clock: an interval in which its difference to this
 * process's monotonic clock lies. A reply that tells the server's time narrows it; drift widens it
 * with time. Thread-safe.
 */
final class ServerClock {

  /** How much the two clocks may drift apart: each is slewed by 500 millionths at most. */
  private static final long DRIFT_MILLIONTHS = 1_000;

  private static final long NANOS_PER_MICRO = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final AtomicReference<@Nullable Difference> known = new AtomicReference<>();

  /**
   * The server's clock is ahead of this process's by this much, in nanoseconds, at a point in time
   * of the latter.
   */
  private record Difference(long least, long most, long at) {

    Difference drifted(long nanos) {
      long drift = Math.abs(nanos - at) / (1_000_000 / DRIFT_MILLIONTHS);
      return new Difference(least - drift, most + drift, nanos);
    }

    /** Both, or only the newer where they contradict each other: then a clock was set. */
    Difference and(Difference newer) {
      long both = Math.max(least, newer.least);
      long most = Math.min(this.most, newer.most);
      return both <= most ? new Difference(both, most, newer.at) : newer;
    }
  }

  /**
   * Learns from a reply.
   *
   * @param sent when the request was sent, by this process's clock in nanoseconds
   * @param received when the reply came
   * @param serverMicros the server's time in between, in microseconds
   */
  void learn(long sent, long received, long serverMicros) {
    long server = serverMicros * NANOS_PER_MICRO;
    Difference seen = new Difference(server - received, server - sent, received);
    known.accumulateAndGet(
        seen,
        (old, newer) -> old == null || newer == null ? newer : old.drifted(received).and(newer));
  }

  /**
   * Learns from a script's reply, which begins with the server's time.
   *
   * @return the reply
   */
  List<@Nullable Object> learn(long sent, long received, List<@Nullable Object> reply) {
    learn(sent, received, Answers.micros(reply));
    return reply;
  }

  /** Whether anything was learned. */
  boolean isKnown() {
    return known.get() != null;
  }

  /**
   * How long ago at least the server's clock showed a time, in milliseconds; 0 if nothing is known.
   *
   * @param nanos the present, by this process's clock
   * @param serverMillis a time of the server's that is past
   */
  long ageMillis(long nanos, long serverMillis) {
    Difference difference = known.get();
    if (difference == null) {
      return 0;
    }
    long earliest = nanos + difference.drifted(nanos).least;
    return Math.max(0, Math.floorDiv(earliest, NANOS_PER_MILLI) - serverMillis);
  }

  /**
   * The latest that the server's clock can show, in milliseconds rounded up as the scripts do; the
   * end of time if nothing is known.
   *
   * @param nanos the point in time, by this process's clock
   */
  long latestMillis(long nanos) {
    Difference difference = known.get();
    if (difference == null) {
      return Long.MAX_VALUE;
    }
    long latest = nanos + difference.drifted(nanos).most;
    return -Math.floorDiv(-latest, NANOS_PER_MILLI);
  }
}
