package io.github.corral.internal;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tags' barriers as this process knows them: an entry is valid while it was stamped, in the
 * present epoch of the tags' clock, no earlier than the barriers of all its tags.
 *
 * <pre>
 *   UNREAD ── somebody asks ─► READING ── reply, no gap since ─► KNOWN
 *      ▲                          └─ no reply, or a gap ──┐        │
 *      └──────────────────────────────────────────────────┴────────┘ gap, other epoch, subscription,
 *                                                                    or silence
 * </pre>
 *
 * <p>The feed tells each barrier with the clock before it, and each beat the clock as it stands, so
 * that a lost message is noticed: then everything that this process holds is dropped, and the
 * barriers are read again before L2 is. While no beat is heard they are read again when what is
 * known has been so for as long as an invalidation may go unheard; see {@link #heardAt}. Whoever
 * raises a barrier applies the reply itself, so that it is in force here when the call returns.
 *
 * <p>A reading that is not over in {@link Feed#SILENCE_NANOS} fails, whatever the tier does: those
 * who wait for it then do without the tier, and the next to ask begins another.
 *
 * <p>Reads take no lock: {@link #count} is raised after each change, and an entry that was checked
 * under the present count needs no second look.
 */
final class Barriers {

  /** More than the tier keeps, so that they are not read anew for each tag beyond its limit. */
  private static final int MOST = 200_000;

  private static final int MOST_ATTEMPTS = 5;

  private final Supplier<CompletableFuture<RemoteTier.Barriers>> tier;
  private final LongSupplier nanoTime;
  private final long silenceNanos;
  private final Runnable dropAll;
  private final Host.Timer timer;
  private final AtomicLong count = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();

  private volatile State state = new State(Stamp.NONE, 0, 0, new ConcurrentHashMap<>());
  private volatile long holdUntil;
  private volatile long heardAt;

  /** Until when barriers may hold off that were unheard when this process raised one above them. */
  private volatile long unheardUntil;

  /** The reading in progress, or the last one, if it still counts. */
  private volatile @Nullable CompletableFuture<@Nullable Void> reading;

  // Guarded by lock.

  /** The clock up to which the feed was heard, or read, without a gap. */
  private long heard;

  /** What was told while the barriers were read. */
  private final List<Told> meanwhile = new ArrayList<>();

  private boolean known;

  /** Whether what is being read may be too old. */
  private boolean outdated;

  /** What is known; tags that are not listed may be held off as long as any that was. */
  private record State(
      Stamp now, long floor, long holdUntil, ConcurrentHashMap<String, Raised> byTag) {

    State at(long clock) {
      Stamp later = new Stamp(now.epoch(), Math.max(now.clock(), clock));
      return new State(later, floor, holdUntil, byTag);
    }

    long holdUntil(String tag) {
      Raised raised = byTag.get(tag);
      return raised == null ? holdUntil : raised.holdUntil;
    }
  }

  /** A barrier; until when, in nanoseconds of the host's clock, its hold-off lasts. */
  private record Raised(long clock, long holdUntil) {

    static Raised later(Raised one, Raised other) {
      return new Raised(Math.max(one.clock, other.clock), Math.max(one.holdUntil, other.holdUntil));
    }
  }

  /** A barrier that was raised; before is OWN if this process has raised it. */
  private record Told(long epoch, long before, long clock, long holdUntil, List<String> tags) {

    static final long OWN = -1;
  }

  Barriers(
      Supplier<CompletableFuture<RemoteTier.Barriers>> tier,
      LongSupplier nanoTime,
      long silenceNanos,
      Runnable dropAll,
      Host.Timer timer) {
    this.tier = tier;
    this.nanoTime = nanoTime;
    this.silenceNanos = silenceNanos;
    this.dropAll = dropAll;
    this.timer = timer;
  }

  // ---------------------------------------------------------------- what readers ask

  /** What changes with each barrier; to be read before what is checked under it. */
  long count() {
    return count.get();
  }

  /** The clock, for the stamp of a load or write that begins now. */
  Stamp now() {
    return state.now;
  }

  /** Whether no barrier is above a stamp: of the cache itself, or of the entry's tags. */
  boolean admit(Stamp stamp, String cacheTag, List<String> tags) {
    State current = state;
    if (stamp.epoch() == 0 || stamp.epoch() != current.now.epoch()) {
      return false;
    }
    // A barrier that was dropped may have been the cache's own: no entry from before it is spared.
    if (stamp.clock() < current.floor) {
      return false;
    }
    return isAbove(stamp, current.byTag.get(cacheTag))
        && tags.stream().allMatch(tag -> isAbove(stamp, current.byTag.get(tag)));
  }

  private static boolean isAbove(Stamp stamp, @Nullable Raised barrier) {
    return barrier == null || stamp.clock() >= barrier.clock;
  }

  /** Whether the hold-off of any barrier is open, so that loads are to read the primary. */
  boolean holdsOff(long now) {
    return now < holdUntil;
  }

  /** The end of the hold-offs of these tags that were open at a moment; 0 if none was. */
  long holdOffEnd(long since, String cacheTag, List<String> tags) {
    State current = state;
    long end = Math.max(unheardUntil, current.holdUntil(cacheTag));
    for (String tag : tags) {
      end = Math.max(end, current.holdUntil(tag));
    }
    return end > since ? end : 0;
  }

  /**
   * Completes when the barriers are known, exceptionally if they cannot be read; asked before each
   * lookup in L2, whose reply could not be judged without them.
   */
  CompletableFuture<@Nullable Void> ready() {
    if (silent()) {
      locked(
          () -> {
            if (known && silent()) {
              forget();
            }
          });
    }
    CompletableFuture<@Nullable Void> current = reading;
    return current != null ? current : read();
  }

  /**
   * The moment as of which the barriers are known: the publication of the last beat, or the
   * beginning of the last reading. What is found while the feed is silent may be served no longer
   * than the silence after it.
   */
  long heardAt() {
    return heardAt;
  }

  private boolean silent() {
    return nanoTime.getAsLong() - heardAt >= silenceNanos;
  }

  // ---------------------------------------------------------------- reading them

  private CompletableFuture<@Nullable Void> read() {
    CompletableFuture<@Nullable Void> mine = new CompletableFuture<>();
    lock.lock();
    try {
      CompletableFuture<@Nullable Void> other = reading;
      if (other != null) {
        return other;
      }
      reading = mine;
    } finally {
      lock.unlock();
    }
    Runnable cancel =
        timer.after(
            Feed.SILENCE_NANOS,
            () -> giveUp(mine, new TimeoutException("the tags' barriers were not read in time")));
    Stages.then(mine, (done, error) -> cancel.run());
    read(mine, 1);
    return mine;
  }

  private void read(CompletableFuture<@Nullable Void> mine, int attempt) {
    if (!begins(mine)) {
      return;
    }
    long sentAt = nanoTime.getAsLong();
    Stages.then(
        tier.get(),
        (barriers, error) -> {
          if (barriers != null && learn(mine, barriers, sentAt)) {
            mine.complete(null);
          } else if (barriers != null && attempt < MOST_ATTEMPTS) {
            read(mine, attempt + 1);
          } else {
            giveUp(
                mine,
                error != null ? error : new IllegalStateException("the tags change too fast"));
          }
        });
  }

  /** False if it has been given up, and so another may be under way. */
  private boolean begins(CompletableFuture<@Nullable Void> mine) {
    lock.lock();
    try {
      if (reading != mine) {
        return false;
      }
      meanwhile.clear();
      outdated = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Unless it has just come to its end. */
  private void giveUp(CompletableFuture<@Nullable Void> mine, Throwable why) {
    lock.lock();
    try {
      if (reading != mine || known) {
        return;
      }
      reading = null;
    } finally {
      lock.unlock();
    }
    mine.completeExceptionally(why);
  }

  /** False if something may have been missed since they were read. */
  private boolean learn(
      CompletableFuture<@Nullable Void> mine, RemoteTier.Barriers barriers, long sentAt) {
    lock.lock();
    try {
      if (reading != mine) {
        return false;
      }
      long now = nanoTime.getAsLong();
      long heldBefore = holdUntil;
      State before = state;
      ConcurrentHashMap<String, Raised> byTag = new ConcurrentHashMap<>();
      barriers.byTag().forEach((tag, it) -> byTag.put(tag, raised(it, now, before.holdUntil(tag))));
      state = new State(barriers.now(), barriers.floor(), heldBefore, byTag);
      heard = barriers.now().clock();
      heardAt = sentAt;
      known = !outdated && meanwhile.stream().allMatch(this::apply);
      count.incrementAndGet();
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** A hold-off that is over by now still concerns the loads that began within it. */
  private Raised raised(RemoteTier.Barrier barrier, long now, long heldBefore) {
    long end = end(now, barrier.holdOffMillis());
    holdUntil = Math.max(holdUntil, end);
    return new Raised(barrier.clock(), Math.max(end, heldBefore));
  }

  // ---------------------------------------------------------------- what changes them

  /** The subscription is new: what was told before may be lost. */
  void subscribed() {
    locked(this::forget);
  }

  /** A barrier was raised, as the feed tells. */
  void barrier(long epoch, long before, long clock, long holdOffMillis, List<String> tags) {
    tell(new Told(epoch, before, clock, end(nanoTime.getAsLong(), holdOffMillis), tags));
  }

  /**
   * A barrier was raised by this process. What it loads now is stamped above all earlier ones too,
   * and until they were heard is bounded as if each had this hold-off, which is to be the longest.
   */
  void raised(Stamp now, long holdOffMillis, List<String> tags) {
    long end = end(nanoTime.getAsLong(), holdOffMillis);
    tell(new Told(now.epoch(), Told.OWN, now.clock(), end, tags));
  }

  private void tell(Told told) {
    locked(
        () -> {
          if (!known) {
            // What is read from now on may lack it, and what is held cannot be judged until then.
            if (reading != null) {
              meanwhile.add(told);
            }
            dropAll.run();
          } else if (!apply(told)) {
            doubt();
          }
          count.incrementAndGet();
        });
  }

  /** The clock as a beat tells it; it may be older than what was read meanwhile. */
  void clock(Stamp now, long ageMillis) {
    long readAt = nanoTime.getAsLong() - TimeUnit.MILLISECONDS.toNanos(ageMillis);
    locked(
        () -> {
          if (known && (now.epoch() != state.now.epoch() || now.clock() > heard)) {
            doubt();
          } else if (known && silent()) {
            forget(); // it may have waited here as long as this process did nothing
          } else if (known) {
            heardAt = Math.max(heardAt, readAt);
          }
        });
  }

  /** False if the clock is another one, or something was told before it that was not heard. */
  private boolean apply(Told told) {
    State current = state;
    if (told.epoch != current.now.epoch()) {
      return false;
    }
    boolean alone = silenceNanos == Long.MAX_VALUE;
    if (told.before == Told.OWN && told.clock > heard && !alone) {
      unheardUntil = Math.max(unheardUntil, told.holdUntil);
    }
    Raised raised = new Raised(told.clock, told.holdUntil);
    told.tags.forEach(tag -> current.byTag.merge(tag, raised, Raised::later));
    holdUntil = Math.max(holdUntil, told.holdUntil);
    state = current.at(told.clock);
    boolean few = current.byTag.size() <= MOST;
    if (told.before == Told.OWN || told.clock <= heard) {
      return few;
    }
    boolean next = told.before == heard;
    heard = told.clock;
    if (next && heard >= state.now.clock()) {
      unheardUntil = 0; // nothing was missed below the own ones
    }
    return next && few;
  }

  private void doubt() {
    forget();
    dropAll.run();
  }

  private void forget() {
    if (known) {
      known = false;
      reading = null;
    }
    outdated = true;
    // Nothing can be judged, and so nothing is admitted, until they are read again.
    State last = state;
    state = new State(Stamp.NONE, last.floor, last.holdUntil, last.byTag);
    count.incrementAndGet();
  }

  private static long end(long now, long holdOffMillis) {
    return holdOffMillis <= 0 ? 0 : now + TimeUnit.MILLISECONDS.toNanos(holdOffMillis);
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }
}
