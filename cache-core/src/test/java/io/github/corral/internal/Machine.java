package io.github.corral.internal;

import java.util.random.RandomGenerator;

/**
 * What a simulated process runs on: clocks of its own, which start anywhere and run at their own
 * pace, and a life with pauses and an end.
 */
final class Machine {

  /** The most by which a clock runs too fast or too slow. */
  static final double MOST_DRIFT = 0.001;

  private final VirtualTime time;
  private final long origin;
  private final double pace;
  private final long wallMillis;
  private long pausedUntil;
  private boolean dead;

  Machine(VirtualTime time, RandomGenerator random, boolean skewed) {
    this.time = time;
    this.origin = random.nextLong(86_400_000_000_000L);
    this.pace = skewed ? 1 + MOST_DRIFT * (2 * random.nextDouble() - 1) : 1;
    this.wallMillis = random.nextLong(20_000) - 10_000;
  }

  Host host(RandomGenerator tokens) {
    return new Host(this::nanos, tokens, time.executor(this), this::after, () -> {});
  }

  private long nanos() {
    return origin + (long) (time.nanos() * pace);
  }

  private Runnable after(long nanos, Runnable task) {
    return time.after(this, (long) Math.ceil(nanos / pace), task);
  }

  /** How far its wall clock is off, which must not matter to anybody. */
  long wallMillis() {
    return wallMillis;
  }

  void pause(long until) {
    pausedUntil = Math.max(pausedUntil, until);
  }

  void kill() {
    dead = true;
  }

  long pausedUntil() {
    return pausedUntil;
  }

  boolean dead() {
    return dead;
  }

  boolean runs() {
    return !dead && pausedUntil <= time.nanos();
  }
}
