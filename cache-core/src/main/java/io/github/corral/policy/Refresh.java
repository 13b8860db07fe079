package io.github.corral.policy;

/**
 * When a value is loaded anew before it is stale. Immutable and thread-safe.
 *
 * <p>Early refresh is probabilistic early expiration (Vattani, Chierichetti, Lowenstein, "Optimal
 * Probabilistic Cache Stampede Prevention", VLDB 2015): a value is refreshed once {@code now + cost
 * * beta * E >= freshUntil}, with E drawn from the exponential distribution of mean 1. Here one E
 * is drawn per process each time it takes a value in, and the lease chooses one refresher in the
 * fleet, so that readers never wait and one load is done.
 *
 * @param beta how eagerly values are refreshed; 0 never, 1 as in the paper
 */
public record Refresh(double beta) {

  private static final double LARGEST = 1000;

  /** Checks the range. */
  public Refresh {
    if (!(beta >= 0 && beta <= LARGEST)) {
      throw new IllegalArgumentException("beta: " + beta + " is not between 0 and " + LARGEST);
    }
  }

  /**
   * Early refresh with beta 1, the default.
   *
   * @return the policy
   */
  public static Refresh early() {
    return new Refresh(1);
  }

  /**
   * Early refresh.
   *
   * @param beta how eagerly, above 1 is earlier; 0 to 1,000
   * @return the policy
   * @throws IllegalArgumentException if beta is out of range
   */
  public static Refresh early(double beta) {
    return new Refresh(beta);
  }

  /**
   * No refresh before a value is stale; a stale one is still refreshed behind its readers.
   *
   * @return the policy
   */
  public static Refresh none() {
    return new Refresh(0);
  }
}
