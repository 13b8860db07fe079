package io.github.corral.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances of one load, and how its value is to be kept. Thread-safe as long as one thread
 * at a time uses it.
 *
 * @param <V> the value type
 */
public interface Load<V> {

  /**
   * The value that the load replaces.
   *
   * @return the value that callers are served meanwhile, or null if there is none
   */
  @Nullable V previous();

  /**
   * Tells whether the load must read where replication lag cannot be for its value to be kept
   * beyond the hold-off. To ask is to promise: whoever is told true and gives a value vouches that
   * it was read there. The value of a load that never asks is kept until the hold-off ends.
   *
   * @return true within the hold-off that follows an invalidation
   */
  boolean fromPrimary();

  /**
   * Sets how long this value is fresh, instead of the cache's expiry. Jitter is applied to it as
   * well.
   *
   * @param duration at least 1 millisecond; more than 3,650 days count as that
   * @throws IllegalArgumentException if the duration is shorter
   */
  void freshFor(Duration duration);

  /** Hands the value to those who wait for it without storing it anywhere. */
  void doNotStore();
}
