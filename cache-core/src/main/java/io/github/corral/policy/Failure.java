package io.github.corral.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What happens when a load hangs or fails. Immutable and thread-safe.
 *
 * @param loadTimeout how long a caller waits, and after which a load is fenced off; 1 ms to 1 day,
 *     default 30 s
 * @param softTimeout how long a caller waits for a fresh value before it is served a stale one; 0
 *     to loadTimeout, default 0
 * @param backoffMin how long after a failed load the key is not loaded again; 0 to 1 h, default 100
 *     ms
 * @param backoffMax the most that the backoff doubles to; backoffMin to 1 h, default 10 s
 * @param maxLoads how many loads of the cache run at once in this process; 1 or more, default
 *     {@link Integer#MAX_VALUE}
 * @param ignored the types of failures after which a key may be loaded again at once; default none
 */
public record Failure(
    Duration loadTimeout,
    Duration softTimeout,
    Duration backoffMin,
    Duration backoffMax,
    int maxLoads,
    List<Class<? extends Throwable>> ignored) {

  /** Checks the ranges. */
  public Failure {
    check("loadTimeout", loadTimeout, Duration.ofMillis(1), Duration.ofDays(1));
    check("softTimeout", softTimeout, Duration.ZERO, loadTimeout);
    check("backoffMin", backoffMin, Duration.ZERO, Duration.ofHours(1));
    check("backoffMax", backoffMax, backoffMin, Duration.ofHours(1));
    if (maxLoads < 1) {
      throw new IllegalArgumentException("maxLoads: " + maxLoads + " is not 1 or more");
    }
    ignored = List.copyOf(ignored);
  }

  /**
   * The defaults.
   *
   * @return the policy
   */
  public static Failure defaults() {
    return new Failure(
        Duration.ofSeconds(30),
        Duration.ZERO,
        Duration.ofMillis(100),
        Duration.ofSeconds(10),
        Integer.MAX_VALUE,
        List.of());
  }

  /**
   * The defaults with another load timeout.
   *
   * @param timeout 1 ms to 1 day
   * @return the policy
   * @throws IllegalArgumentException if the timeout is out of range
   */
  public static Failure loadTimeout(Duration timeout) {
    Failure defaults = defaults();
    return new Failure(
        timeout,
        defaults.softTimeout,
        defaults.backoffMin,
        defaults.backoffMax,
        defaults.maxLoads,
        defaults.ignored);
  }

  /**
   * Makes callers wait a little for a fresh value where only a stale one is there: loaded by this
   * process or another, or found in the remote tier. When the time is over, or the load fails, they
   * are served the stale value, and the load goes on behind them; so it never runs on their thread.
   * An ageing value that is still fresh is served at once all the same.
   *
   * @param timeout from the beginning of each read; 0 to the load timeout; 0 serves at once
   * @return a changed copy
   * @throws IllegalArgumentException if the timeout is out of range
   */
  public Failure softTimeout(Duration timeout) {
    return new Failure(loadTimeout, timeout, backoffMin, backoffMax, maxLoads, ignored);
  }

  /**
   * Bounds the loads of the cache that run at once in this process, so that its source is not
   * overrun when many keys are cold, or the remote tier is gone. Further loads wait their turn in
   * the order of their coming, refreshes after those that a caller waits for, at most until their
   * load timeout. A load that hangs beyond it no longer counts; one that another load of the same
   * cache waits for runs in that load's place.
   *
   * @param most 1 or more; {@link Integer#MAX_VALUE} for any number
   * @return a changed copy
   * @throws IllegalArgumentException if it is less than 1
   */
  public Failure maxLoads(int most) {
    return new Failure(loadTimeout, softTimeout, backoffMin, backoffMax, most, ignored);
  }

  /**
   * Sets the backoff after failed loads.
   *
   * @param min the first error window; 0 to 1 h; 0 opens none
   * @param max the longest; min to 1 h
   * @return a changed copy
   * @throws IllegalArgumentException if one is out of range
   */
  public Failure backoff(Duration min, Duration max) {
    return new Failure(loadTimeout, softTimeout, min, max, maxLoads, ignored);
  }

  /**
   * Sets the failures that say nothing about the next load, such as one that depends on the caller:
   * they open no error window, and each next read may load at once.
   *
   * @param types what the loader throws; instances of subclasses count as well
   * @return a changed copy
   */
  @SafeVarargs
  public final Failure ignore(Class<? extends Throwable>... types) {
    List<Class<? extends Throwable>> all = new ArrayList<>();
    for (Class<? extends Throwable> type : types) {
      all.add(Objects.requireNonNull(type, "ignore"));
    }
    return new Failure(loadTimeout, softTimeout, backoffMin, backoffMax, maxLoads, all);
  }

  /**
   * Tells whether a failure opens no error window.
   *
   * @param error what a loader threw
   * @return true if it is of one of the ignored types
   */
  public boolean ignores(Throwable error) {
    return ignored.stream().anyMatch(type -> type.isInstance(error));
  }

  private static void check(String name, Duration value, Duration least, Duration most) {
    Objects.requireNonNull(value, name);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + ": " + value + " is not between " + least + " and " + most);
    }
  }
}
