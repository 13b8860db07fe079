package io.github.corral.internal;

import io.github.corral.LoadFailedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long reads may wait, and how they may end.
 *
 * <ul>
 *   <li>I15: a read ends by its load timeout, unless its process stood still or died; nobody's but
 *       its own caller's giving up ends it.
 *   <li>I21: a read does not wait while its process holds a value that may be served, nor once it
 *       was told one by the remote tier, unless its process stood still or its flight was overtaken
 *       unheard, or the process knew the tags' barriers as of too long ago to judge the value.
 *   <li>Liveness: every read and every change ends.
 * </ul>
 */
final class Waiting {

  private static final long LITTLE = TimeUnit.MILLISECONDS.toNanos(5);

  private final Disturbances disturbances;
  private final Timeline timeline;
  private final long timeoutNanos;
  private final Set<Read> open = new LinkedHashSet<>();
  private final Set<Change> changes = new LinkedHashSet<>();
  private int reads;
  private int changed;

  /** An invalidation or a write of some keys under way. */
  record Change(int number, int process, List<Integer> keys) {}

  /** A read under way. */
  static final class Read {
    final int number;
    final int process;
    final int key;
    final long startedAt;
    final long guard;
    final long heardUntil;
    final long toldUntil;
    boolean cancelled;

    /** One of many of a call, which waits for them all. */
    boolean bulk;

    boolean overtaken;

    private Read(
        int number,
        int process,
        int key,
        long startedAt,
        long guard,
        long heardUntil,
        long toldUntil) {
      this.number = number;
      this.process = process;
      this.key = key;
      this.startedAt = startedAt;
      this.guard = guard;
      this.heardUntil = heardUntil;
      this.toldUntil = toldUntil;
    }
  }

  Waiting(Disturbances disturbances, Timeline timeline, long loadTimeoutNanos) {
    this.disturbances = disturbances;
    this.timeline = timeline;
    this.timeoutNanos = (long) (loadTimeoutNanos * (1 + 2 * Machine.MOST_DRIFT)) + LITTLE;
  }

  Read starts(int process, int key, long now, long guard, long heardUntil, long toldUntil) {
    Read read = new Read(++reads, process, key, now, guard, heardUntil, toldUntil);
    open.add(read);
    return read;
  }

  void ends(Read read, @Nullable Throwable error, long now) {
    open.remove(read);
    if (now - read.startedAt > timeoutNanos
        && !disturbances.pausedSince(read.process, read.startedAt)) {
      timeline.violated(
          "I15: read "
              + read.number
              + " has waited "
              + TimeUnit.NANOSECONDS.toMillis(now - read.startedAt)
              + " ms, longer than its load timeout");
    }
    Throwable cause =
        error instanceof CompletionException e && e.getCause() != null ? e.getCause() : error;
    if (cause instanceof CancellationException) {
      if (!read.cancelled) {
        timeline.violated("I15: read " + read.number + " was ended by another caller's cancel");
      }
    } else if (cause != null && !(cause instanceof LoadFailedException)) {
      timeline.violated("defect: read " + read.number + " ended with " + cause);
    }
  }

  /** A read of a value that is held must have been answered. */
  void held(Read read) {
    if (open.contains(read)) {
      timeline.violated("I21: read " + read.number + " waits though its process holds a value");
    }
  }

  /** A flight was told a value, under an unchanged guard: its readers must have been answered. */
  void told(int process, int key, long askedAt, long guard) {
    for (Read read : open) {
      boolean same = read.process == process && read.key == key && read.guard == guard;
      if (same
          && read.startedAt <= askedAt
          && !read.overtaken
          && !read.bulk
          && !disturbances.pausedSince(process, read.startedAt)) {
        timeline.violated("I21: read " + read.number + " waits though there is a value to serve");
      }
    }
  }

  void overtaken(int process, int key) {
    for (Read read : open) {
      read.overtaken |= read.process == process && read.key == key;
    }
  }

  /** Somebody who has waited since before a moment, on a process that has run all the time. */
  @Nullable Read waitsSince(int key, long moment) {
    for (Read read : open) {
      if (read.key == key
          && read.startedAt <= moment
          && !read.bulk
          && !read.cancelled
          && !disturbances.pausedSince(read.process, read.startedAt)) {
        return read;
      }
    }
    return null;
  }

  void died(int process) {
    open.removeIf(read -> read.process == process);
    changes.removeIf(change -> change.process == process);
  }

  Change changeStarts(int process, List<Integer> keys) {
    Change change = new Change(++changed, process, keys);
    changes.add(change);
    return change;
  }

  void changeEnds(Change change) {
    changes.remove(change);
  }

  void end() {
    if (!open.isEmpty() || !changes.isEmpty()) {
      timeline.violated(
          "liveness: " + open.size() + " reads and " + changes.size() + " changes never ended");
    }
  }

  int reads() {
    return reads;
  }
}
