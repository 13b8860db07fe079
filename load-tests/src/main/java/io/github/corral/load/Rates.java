package io.github.corral.load;

import java.time.Duration;

/**
 * What arrives at a fleet, however fast it answers.
 *
 * <p>The front page is read by many at the same moment, again and again, and not by one after
 * another at even distances. So how many find it gone when it has aged out does not depend on how
 * long this machine takes to load it.
 *
 * @param hotReadsAtOnce how many read the front page together
 * @param betweenHotReads from one such moment to the next
 * @param authorReadsPerSecond reads of authors, by Zipf's law
 * @param renamesPerSecond writes to authors, by the same law
 * @param betweenPosts from one new post, which invalidates the front page, to the next; the first
 *     comes after half of it
 */
record Rates(
    int hotReadsAtOnce,
    Duration betweenHotReads,
    double authorReadsPerSecond,
    double renamesPerSecond,
    Duration betweenPosts) {

  /** What keeps two cores busy, and not more than busy, when a cache answers most reads. */
  private static final Rates CACHED =
      new Rates(20, Duration.ofMillis(200), 60, 3, Duration.ofSeconds(5));

  /** Two cores answer some 30 reads of the front page in a second when each is a query. */
  private static final Rates UNCACHED =
      new Rates(2, Duration.ofMillis(200), 60, 3, Duration.ofSeconds(5));

  static Rates of(String mode) {
    return mode.equals("none") ? UNCACHED : CACHED;
  }

  /** A sentence on what the modes do not have in common. */
  static String difference() {
    Duration second = Duration.ofSeconds(1);
    return "offered reads of the hot key: "
        + UNCACHED.hotReadsIn(second)
        + " a second to mode none, "
        + CACHED.hotReadsIn(second)
        + " to the others: without a cache two cores could not answer as many";
  }

  /** All reads of the front page in a time. */
  long hotReadsIn(Duration time) {
    return hotReadsAtOnce * time.dividedBy(betweenHotReads);
  }
}
