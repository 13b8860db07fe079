package io.github.corral.spi;

import java.time.Duration;

/**
 * Hears what happens in one cache. Every method does nothing by default. Each event is told once.
 *
 * <p>Called on whatever thread the event happens on, often a reader's, and under no lock:
 * implementations are thread-safe, quick, and do not block. What they throw is ignored.
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
    /**
     * The caller that ran the loader was interrupted or gave the load up, or the executor refused
     * it.
     */
    ABANDONED
  }

  /** Why a read was served a stale value. */
  enum Stale {
    /** This process refreshes the value behind it, or is about to. */
    REFRESHING,
    /** Another process loads the value. */
    LEASED,
    /** The last load brought nothing to store, and another is not tried yet. */
    FAILING,
    /** The read was one that does not load. */
    PEEKED
  }

  /** What a refresh replaces. */
  enum RefreshKind {
    /** A value that is fresh still. */
    EARLY,
    /** A stale value. */
    STALE
  }

  /** Why partitions were dropped from this process. */
  enum FeedGap {
    /** Messages were lost, doubled or out of order: a number was not the next. */
    SEQUENCE,
    /** A partition's counter is another one: the old one was lost, or there was none so far. */
    EPOCH,
    /** The partitions are kept by another primary, or by one that has started anew. */
    PRIMARY,
    /** No beat was heard for too long. */
    SILENCE,
    /** The subscription was made anew, or for the first time. */
    SUBSCRIPTION,
    /**
     * The first sign of a partition since one of the others: what was looked up meanwhile may have
     * been invalidated unheard.
     */
    UNPROVEN
  }

  /**
   * A load that has ended.
   *
   * @param key the key's text, as it is: escape and shorten it before it is printed
   * @param outcome how it ended
   * @param took how long the loader ran
   * @param waiters how many callers of this process were waiting for it at its end, besides the one
   *     that led it
   */
  record LoadEnd(String key, Outcome outcome, Duration took, int waiters) {}

  /** What a cache holds in this process, to be asked at any time. Thread-safe. */
  interface Contents {

    /**
     * How many entries there are, about, with those that are dead and not yet noticed.
     *
     * @return 0 or more
     */
    long entries();

    /**
     * How many entries have been dropped so far because there were too many.
     *
     * @return 0 or more, never less than before
     */
    long evictions();
  }

  /**
   * The cache was made; told before anything else.
   *
   * @param inThisProcess what it holds, for as long as it exists
   */
  default void made(Contents inThisProcess) {}

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

  /**
   * A read was served a stale value.
   *
   * @param why why it did not get a fresh one
   */
  default void staleServed(Stale why) {}

  /** A read joined a lookup or load that another caller of this process had begun. */
  default void joined() {}

  /**
   * A load of this process began behind a value that can be served meanwhile.
   *
   * @param kind what it replaces
   */
  default void refresh(RefreshKind kind) {}

  /**
   * The wait of this process's callers of a key for another process's load ended, whatever ended
   * it.
   *
   * @param waited how long they waited
   */
  default void leaseWait(Duration waited) {}

  /**
   * A load ended.
   *
   * @param end which, and how
   */
  default void load(LoadEnd end) {}

  /**
   * A lookup or load in progress was closed to later callers, because an invalidation or a write
   * has overtaken it, or may have done so unheard. Told when that is noticed: by the next caller,
   * or else at its end.
   */
  default void detached() {}

  /**
   * The feed of invalidations had a gap, and this process dropped what it held of some partitions,
   * of all its caches. Each cache is told.
   *
   * @param why what was the matter
   * @param partitions how many, 1 or more
   */
  default void partitionsDropped(FeedGap why, int partitions) {}

  /** A loaded value was not stored because an invalidation or a write had overtaken it. */
  default void overtaken() {}

  /** A value was too large for the remote tier, and is kept in this process only. */
  default void tooLarge() {}

  /** A stored value could not be decoded, or a loaded one not encoded. */
  default void codecFailure() {}

  /**
   * The application's function for fresh times, tags or weights threw, or gave what is not allowed:
   * the value was given to those who wait for it, and not kept; for want of a weight, not in this
   * process.
   */
  default void notKept() {}

  /**
   * The remote tier did not confirm a change of this cache, or of tags that any cache may use. The
   * change is in force in this process, and is applied in the remote tier when that answers again.
   */
  default void changeKept() {}

  /** The remote tier did not answer a call of this cache. */
  default void remoteFailure() {}
}
