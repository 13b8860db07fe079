package io.github.corral.spi;

import java.time.Duration;

/**
 * Hears what happens in one cache. Every method does nothing by default.
 *
 * <p>Called on whatever thread the event happens on, often a reader's: implementations are
 * thread-safe, quick, and do not block. What they throw is ignored.
 */
public interface Recorder {

  /** A recorder that records nothing. */
  Recorder NONE = new Recorder() {};

  /** Where a value was found. */
  enum Tier {
    /** This process. */
    L1,
    /** The remote tier. */
    L2
  }

  /** How a load ended. */
  enum Outcome {
    /** The loader gave a value, or said that there is none. */
    SUCCESS,
    /** The loader threw. */
    FAILURE,
    /** The loader had not returned at the load deadline. */
    TIMEOUT,
    /** The caller that ran the loader was interrupted or gave the load up. */
    ABANDONED
  }

  /**
   * A read found a value, or a lookup a fresh one.
   *
   * @param tier where
   */
  default void hit(Tier tier) {}

  /**
   * A read found no value in this process that it could be served with at once, or a lookup found
   * no fresh one in the remote tier. So a read that misses {@link Tier#L1} is followed by one hit
   * or miss of {@link Tier#L2}, unless it joins another's lookup or the remote tier fails.
   *
   * @param tier where it looked
   */
  default void miss(Tier tier) {}

  /** A read was served a stale value. */
  default void staleServed() {}

  /** A read joined a lookup or load that another caller of this process had begun. */
  default void joined() {}

  /** A refresh began while the value was fresh or stale. */
  default void refresh() {}

  /**
   * A read had to wait for another process's load.
   *
   * @param waited how long
   */
  default void leaseWait(Duration waited) {}

  /**
   * A load ended.
   *
   * @param outcome how
   * @param took how long the loader ran
   */
  default void load(Outcome outcome, Duration took) {}

  /** A loaded value was not stored because an invalidation or a write had overtaken it. */
  default void overtaken() {}

  /** A stored value could not be decoded, or a loaded one not encoded. */
  default void codecFailure() {}

  /**
   * The application's function for fresh times or weights threw, or gave what is not allowed: the
   * value was given to those who wait for it, and not kept; for want of a weight, not in this
   * process.
   */
  default void notKept() {}

  /** The remote tier did not answer a call of this cache. */
  default void remoteFailure() {}
}
