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
 * @param backoffMin how long after a failed load the key is not loaded again; 0 to 1 h, default 100
 *     ms
 * @param backoffMax the most that the backoff doubles to; backoffMin to 1 h, default 10 s
 * @param ignored the types of failures after which a key may be loaded again at once; default none
 */
public record Failure(
    Duration loadTimeout,
    Duration backoffMin,
    Duration backoffMax,
    List<Class<? extends Throwable>> ignored) {

  /** Checks the ranges. */
  public Failure {
    check("loadTimeout", loadTimeout, Duration.ofMillis(1), Duration.ofDays(1));
    check("backoffMin", backoffMin, Duration.ZERO, Duration.ofHours(1));
    check("backoffMax", backoffMax, backoffMin, Duration.ofHours(1));
    ignored = List.copyOf(ignored);
  }

  /**
   * The defaults.
   *
   * @return the policy
   */
  public static Failure defaults() {
    return new Failure(
        Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofSeconds(10), List.of());
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
    return new Failure(timeout, defaults.backoffMin, defaults.backoffMax, defaults.ignored);
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
    return new Failure(loadTimeout, min, max, ignored);
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
    return new Failure(loadTimeout, backoffMin, backoffMax, all);
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
