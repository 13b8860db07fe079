package io.github.corral.policy;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long a value is fresh, how long after that it may still be served stale, and by how much
 * these times vary. Immutable and thread-safe.
 *
 * <p>Defaults: stale for the longer of 60 seconds and the fresh time; jitter 10 %; the absence of a
 * value is remembered for the shorter of 60 seconds and the fresh time.
 */
public final class CacheExpiry {

  private static final Duration MINUTE = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Duration freshFor;
  private final @Nullable Duration staleFor;
  private final @Nullable Duration negativeFor;
  private final double jitter;

  private CacheExpiry(
      Duration freshFor,
      @Nullable Duration staleFor,
      @Nullable Duration negativeFor,
      double jitter) {
    this.freshFor = freshFor;
    this.staleFor = staleFor;
    this.negativeFor = negativeFor;
    this.jitter = jitter;
  }

  /**
   * Expiry after a fresh time, with the defaults for everything else.
   *
   * @param duration how long a value is fresh, from the start of its load; 1 ms to 3,650 days
   * @return the expiry
   * @throws IllegalArgumentException if the duration is out of range
   */
  public static CacheExpiry freshFor(Duration duration) {
    return new CacheExpiry(between("freshFor", duration, Duration.ofMillis(1)), null, null, 0.1);
  }

  /**
   * Sets how long a value may be served stale after its fresh time, while one caller refreshes it
   * or the source fails.
   *
   * @param duration 0 to 3,650 days; 0 serves nothing stale
   * @return a changed copy
   * @throws IllegalArgumentException if the duration is out of range
   */
  public CacheExpiry staleFor(Duration duration) {
    Duration stale = between("staleFor", duration, Duration.ZERO);
    return new CacheExpiry(freshFor, stale, negativeFor, jitter);
  }

  /**
   * Sets how long it is remembered that the source has no value for a key.
   *
   * @param duration 0 to 3,650 days; 0 remembers nothing
   * @return a changed copy
   * @throws IllegalArgumentException if the duration is out of range
   */
  public CacheExpiry negativeFor(Duration duration) {
    Duration negative = between("negativeFor", duration, Duration.ZERO);
    return new CacheExpiry(freshFor, staleFor, negative, jitter);
  }

  /**
   * Sets by how much each entry's fresh time varies at random, so that entries loaded together do
   * not age together.
   *
   * @param fraction the largest deviation to either side, as a fraction of the fresh time; 0 to 0.5
   * @return a changed copy
   * @throws IllegalArgumentException if the fraction is out of range
   */
  public CacheExpiry jitter(double fraction) {
    if (!(fraction >= 0 && fraction <= 0.5)) {
      throw new IllegalArgumentException("jitter: " + fraction + " is not between 0 and 0.5");
    }
    return new CacheExpiry(freshFor, staleFor, negativeFor, fraction);
  }

  /**
   * The fresh time.
   *
   * @return at least 1 ms
   */
  public Duration freshFor() {
    return freshFor;
  }

  /**
   * The stale time.
   *
   * @return 0 or more
   */
  public Duration staleFor() {
    return staleFor != null ? staleFor : freshFor.compareTo(MINUTE) > 0 ? freshFor : MINUTE;
  }

  /**
   * How long an absence is remembered.
   *
   * @return 0 or more
   */
  public Duration negativeFor() {
    return negativeFor != null ? negativeFor : freshFor.compareTo(MINUTE) < 0 ? freshFor : MINUTE;
  }

  /**
   * The jitter.
   *
   * @return 0 to 0.5
   */
  public double jitter() {
    return jitter;
  }

  @Override
  public String toString() {
    return "fresh for "
        + freshFor()
        + ", stale for "
        + staleFor()
        + ", negative for "
        + negativeFor()
        + ", jitter "
        + jitter;
  }

  private static Duration between(String name, Duration duration, Duration least) {
    Objects.requireNonNull(duration, name);
    if (duration.compareTo(least) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + ": " + duration + " is not between " + least + " and " + LONGEST);
    }
    return duration;
  }
}
