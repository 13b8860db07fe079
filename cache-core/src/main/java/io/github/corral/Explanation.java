package io.github.corral;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one key at one moment; {@link #toString} tells it in words. It holds no
 * value. Immutable and thread-safe.
 *
 * @param cache the cache's name
 * @param key the key's text, with control characters escaped, cut at 64 characters
 * @param inProcess what this process may serve, or null if it has nothing
 * @param inFlight the lookup or load of it in progress in this process, or null if there is none
 * @param remote what the remote tier tells
 */
public record Explanation(
    String cache,
    String key,
    @Nullable Copy inProcess,
    @Nullable InFlight inFlight,
    Remote remote) {

  /**
   * How old an entry is, and what it is good for.
   *
   * @param age the time since its load began, at most; a hold-off, a write window and a soft
   *     invalidation shorten the fresh time that it is counted back from
   * @param fresh how much longer it is fresh; negative since it became stale
   * @param servable how much longer it may be served at all
   * @param cost what its loads cost, as a moving average
   */
  public record Times(Duration age, Duration fresh, Duration servable, Duration cost) {}

  /**
   * An entry in this process.
   *
   * @param absent whether it says that the source has no value
   * @param times its times
   * @param refreshIn when a read will start a refresh; zero or less if the next one does
   */
  public record Copy(boolean absent, Times times, Duration refreshIn) {}

  /** What a lookup or load is at. */
  public enum Doing {
    /** It asks the remote tier. */
    LOOKING_UP,
    /** It waits for another process's load. */
    WAITING,
    /** It loads. */
    LOADING,
    /** It stores what was loaded. */
    STORING
  }

  /**
   * A lookup or load in progress in this process.
   *
   * @param doing what it is at
   * @param callers how many callers wait for it
   * @param open whether later callers join it; if not, a change has overtaken it or may have done
   *     so
   */
  public record InFlight(Doing doing, int callers, boolean open) {}

  /** Whether the remote tier told anything. */
  public enum Answer {
    /** It did. */
    GIVEN,
    /** It did not answer: all the rest is unknown. */
    MISSING,
    /** There is none; leases, writes and failures are this process's own. */
    NO_TIER
  }

  /**
   * What the remote tier tells of the key.
   *
   * @param answer whether it told anything
   * @param stored its entry, or null without one
   * @param lease the lease that is granted, or null
   * @param holdOff the hold-off that is in force, or null
   * @param write the write window that is open, or null
   * @param failures the failures since the last load that succeeded, or null without any
   */
  public record Remote(
      Answer answer,
      @Nullable Stored stored,
      @Nullable Lease lease,
      @Nullable HoldOff holdOff,
      @Nullable Write write,
      @Nullable Failures failures) {}

  /**
   * An entry in the remote tier.
   *
   * @param absent whether it says that the source has no value
   * @param times its times
   * @param bytes the length of the encoded value
   * @param schema its schema number
   * @param readable whether that is the cache's; if not, the entry counts as none
   * @param version the source's version of it, or null if it has none
   * @param tags its tags; unmodifiable
   */
  public record Stored(
      boolean absent,
      Times times,
      int bytes,
      int schema,
      boolean readable,
      @Nullable Long version,
      List<String> tags) {}

  /**
   * A lease to fill the entry.
   *
   * @param remaining how much longer it lasts unless it is renewed; years, where it lasts until its
   *     load ends
   * @param awaited whether other processes wait for its end
   */
  public record Lease(Duration remaining, boolean awaited) {}

  /**
   * A time in which loads must prove that they did not read a lagging replica.
   *
   * @param remaining how much longer it lasts
   * @param leastVersion the least version that such a load may bring, or null if none is known
   */
  public record HoldOff(Duration remaining, @Nullable Long leastVersion) {}

  /**
   * A write in progress.
   *
   * @param remaining how much longer its window is open at most; years, where it lasts until the
   *     write ends
   * @param contended whether writes overlap in it, so that none of them is stored
   */
  public record Write(Duration remaining, boolean contended) {}

  /**
   * Loads that failed.
   *
   * @param inARow how many
   * @param error the class name of what the last one failed with
   * @param notTriedFor how much longer no load is tried; zero if one may be
   */
  public record Failures(int inARow, String error, Duration notTriedFor) {}

  /**
   * Tells all of it in words, a few lines.
   *
   * @return the text, without a value
   */
  @Override
  public String toString() {
    return ExplanationText.of(this);
  }
}
