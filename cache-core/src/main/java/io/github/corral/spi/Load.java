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
   * beyond the hold-off. A loader that asks, and is told true, is taken at its word to do so; the
   * value of one that does not ask is kept no longer than the hold-off.
   *
   * @return true within the hold-off that follows an invalidation or a write
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

  /**
   * Says that the value which the load replaces still holds: it is kept, with new times, and
   * travels to no other place. To be returned by the loader: {@code return load.notModified();}
   *
   * @return the value that the load replaces, or null if the source was known to have none
   * @throws IllegalStateException if there is no such value, see {@link #replaces()}
   */
  @Nullable V notModified();

  /**
   * Tells whether there is a value that the load replaces, which may be a known absence.
   *
   * @return false if {@link #notModified} cannot be used
   */
  boolean replaces();

  /**
   * Adds tags to the value, besides those that the cache's tags function tells. {@code
   * Corral.invalidateTags} invalidates all values that carry one. A value that is written, instead
   * of loaded, has only those of the function.
   *
   * @param tags 1 to 255 characters each; at most 64 for one value
   * @throws IllegalArgumentException if a tag is empty or too long, or there are too many
   */
  void tags(String... tags);

  /**
   * Tells the source's version of the value, which grows with each change there, instead of what
   * the cache's version function tells. Within a hold-off a value whose version is lower than the
   * greatest that was written is not stored.
   *
   * @param version 0 or more
   * @throws IllegalArgumentException if the version is negative
   */
  void version(long version);

  /** Hands the value to those who wait for it without storing it anywhere. */
  void doNotStore();
}
