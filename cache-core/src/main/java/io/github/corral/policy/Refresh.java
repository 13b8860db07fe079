package io.github.corral.policy;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a value is loaded anew before it is stale. Immutable and thread-safe.
 *
 * <p>Early refresh is probabilistic early expiration (Vattani, Chierichetti, Lowenstein, "Optimal
 * Probabilistic Cache Stampede Prevention", VLDB 2015): a value is refreshed once {@code now + cost
 * * beta * E >= freshUntil}, with E drawn from the exponential distribution of mean 1. Here one E
 * is drawn per process each time it takes a value in, and the lease chooses one refresher in the
 * fleet, so that readers never wait and one load is done.
 *
 * <p>Background refresh loads keys on a schedule, whether or not somebody reads them at that
 * moment: see {@link #every(Duration)}.
 *
 * @param beta how eagerly reads refresh values that are still fresh; 0 never, 1 as in the paper
 * @param every the period of the background refresh, 100 ms to 3,650 days; null for none
 */
public record Refresh(double beta, @Nullable Duration every) {

  private static final double LARGEST = 1000;
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(3650);

  /** Checks the ranges. */
  public Refresh {
    if (!(beta >= 0 && beta <= LARGEST)) {
      throw new IllegalArgumentException("beta: " + beta + " is not between 0 and " + LARGEST);
    }
    if (every != null && (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0)) {
      throw new IllegalArgumentException(
          "every: " + every + " is not between " + SHORTEST + " and " + LONGEST);
    }
  }

  /**
   * Early refresh with beta 1, the default.
   *
   * @return the policy
   */
  public static Refresh early() {
    return new Refresh(1, null);
  }

  /**
   * Early refresh.
   *
   * @param beta how eagerly, above 1 is earlier; 0 to 1,000
   * @return the policy
   * @throws IllegalArgumentException if beta is out of range
   */
  public static Refresh early(double beta) {
    return new Refresh(beta, null);
  }

  /**
   * No refresh before a value is stale; a stale one is still refreshed behind its readers.
   *
   * @return the policy
   */
  public static Refresh none() {
    return new Refresh(0, null);
  }

  /**
   * Background refresh: one process of the fleet loads each key anew once per period, so that in
   * normal operation the key never expires and no reader waits. For caches with a loader of their
   * own.
   *
   * <p>The keys are those in the process's memory that were read there since they were last filled,
   * so that what nobody reads ages out; or those of {@link
   * io.github.corral.CacheBuilder#refreshKeys refreshKeys}, which are also loaded while they are
   * absent. The jitter of the expiry is applied to each key's period; after its first load a key is
   * refreshed earlier, after half a period to a whole one, so that keys that were filled together
   * are spread over it. The lease chooses who loads; a process that finds a newer value takes that
   * over. A process looks 32 times per period which keys are due, and has at most 16 refreshes of a
   * cache in progress; if the loader is too slow for that, keys are refreshed late. A failed
   * refresh backs off like any load, and the value is served meanwhile. A value whose own fresh
   * time is shorter than the period, such as an absence, is refreshed by the reads that find it
   * stale.
   *
   * @param period 100 ms to 3,650 days; with jitter, and a thirty-second part of it more, shorter
   *     than the fresh time, which is checked when the cache is built
   * @return the policy
   * @throws IllegalArgumentException if the period is out of range
   */
  public static Refresh every(Duration period) {
    return new Refresh(0, Objects.requireNonNull(period, "every"));
  }
}
