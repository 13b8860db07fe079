package io.github.corral.testing;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Barriers;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.FeedListener;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Inspection;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.spi.RemoteTier.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The remote tier's state machine over a map: what a Redis server does with Corral's scripts, one
 * method per operation of {@link RemoteTier}, applied at once.
 *
 * <p>Time is what the given clock says, in milliseconds; it must not go back. The feed is delivered
 * to the subscribers before an operation returns, outside the lock, in the order in which the
 * operations were applied, by one thread at a time; if another thread is delivering already, it
 * delivers this operation's messages too. A subscriber may call back.
 *
 * <p>Each rule that a wrong implementation could leave out is a protected method of its own, so
 * that a test can break it in a subclass. Those methods run under the server's lock. Thread-safe.
 */
public class InMemoryServer {

  /** How long an entry outlives all its deadlines, in milliseconds. */
  public static final long GRACE_MILLIS = 1_000;

  /** The longest duration that is kept; longer ones count as this: ten years, in milliseconds. */
  public static final long LONGEST_MILLIS = 315_360_000_000L;

  private static final int MOST_FAILURES = 30;

  private final LongSupplier millis;
  private final SplittableRandom random;
  private final InMemoryTags tags;
  private final Lock lock = new ReentrantLock();
  private final Map<String, InMemoryEntry> entries = new HashMap<>();
  private final long[] epochs = new long[RemoteTier.PARTITIONS];
  private final long[] sequences = new long[RemoteTier.PARTITIONS];
  private final List<FeedListener> subscribers = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<FeedListener>> outbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger undelivered = new AtomicInteger();
  private String run = "run-1";

  /**
   * Makes an empty server whose epochs are the same in every test run.
   *
   * @param millis the server's clock, in milliseconds
   */
  public InMemoryServer(LongSupplier millis) {
    this(millis, 1);
  }

  /**
   * Makes an empty server.
   *
   * @param millis the server's clock, in milliseconds
   * @param seed what its epochs are drawn from
   */
  public InMemoryServer(LongSupplier millis, long seed) {
    this(millis, seed, new InMemoryTags(seed));
  }

  /**
   * Makes an empty server.
   *
   * @param millis the server's clock, in milliseconds
   * @param seed what its epochs are drawn from
   * @param tags the barriers of tags, which this server alone uses
   */
  public InMemoryServer(LongSupplier millis, long seed, InMemoryTags tags) {
    this.millis = millis;
    this.random = new SplittableRandom(seed);
    this.tags = tags;
  }

  // The operations, as in RemoteTier.

  public Reply lookup(Lookup request) {
    return apply(() -> lookup(request, now()));
  }

  public Committed commit(Fill fill) {
    return apply(() -> commit(fill, now()));
  }

  public void fail(String key, long token, String error, long minMillis, long maxMillis) {
    run(() -> fail(key, token, error, minMillis, maxMillis, now()));
  }

  public boolean renew(String key, long token, long leaseMillis) {
    return apply(() -> renew(key, token, leaseMillis, now()));
  }

  public void release(String key, long token) {
    run(
        () -> {
          long now = now();
          InMemoryEntry entry = load(key, now);
          if (holdsLease(entry, token)) {
            endLease(entry);
            save(entry, now);
          }
        });
  }

  public void invalidate(String key, Change mode, long holdOffMillis) {
    if (mode == Change.WRITE) {
      throw new IllegalArgumentException("mode: WRITE is told by beginWrite; use HARD or SOFT");
    }
    run(
        () -> {
          long now = now();
          invalidate(load(key, now), mode, holdOffMillis, now);
        });
  }

  public void beginWrite(String key, long token, long windowMillis, long holdOffMillis) {
    run(
        () -> {
          long now = now();
          InMemoryEntry entry = load(key, now);
          rememberHoldOff(entry, clamp(holdOffMillis));
          beginWrite(entry, token, clamp(windowMillis), now);
        });
  }

  public Committed commitWrite(Fill write, long holdOffMillis) {
    return apply(() -> commitWrite(write, holdOffMillis, now()));
  }

  public Barriers barriers() {
    return apply(() -> tags.read(now(), run));
  }

  public Stamp invalidateTags(List<String> names, long holdOffMillis) {
    return apply(
        () -> {
          long now = now();
          long holdOff = clamp(holdOffMillis);
          long before = tags.open(now, run).clock();
          Stamp raised = tags.raise(names, holdOff, now);
          publishBarrier(raised, before, holdOff, List.copyOf(names));
          return raised;
        });
  }

  public Inspection inspect(String key) {
    return apply(
        () -> {
          long now = now();
          return load(key, now).inspection(now);
        });
  }

  // The feed, and what befalls a server.

  /** Adds a subscriber and tells it that it is subscribed. */
  public void subscribe(FeedListener listener) {
    subscribers.add(listener);
    listener.subscribed();
  }

  /** Removes a subscriber; what is being delivered may still reach it. */
  public void unsubscribe(FeedListener listener) {
    subscribers.remove(listener);
  }

  /** Publishes a beat with the counters of all partitions under this primary's identity. */
  public void beat() {
    run(() -> publishBeat(run));
  }

  /**
   * Publishes a beat with the counters of all partitions.
   *
   * @param primary the identity of the primary's run that the beat tells
   */
  public void beat(String primary) {
    run(() -> publishBeat(primary));
  }

  /** The feed's counters as they stand. */
  public Counters counters() {
    return apply(() -> new Counters(epochs.clone(), sequences.clone()));
  }

  /** Loses every entry, every counter and the tags. */
  public void flushAll() {
    run(
        () -> {
          entries.clear();
          tags.lose();
          java.util.Arrays.fill(epochs, 0);
          java.util.Arrays.fill(sequences, 0);
        });
  }

  /** Loses the tags. */
  public void loseTags() {
    run(tags::lose);
  }

  /** Loses one entry, as an eviction does. */
  public void evict(String key) {
    run(() -> entries.remove(key));
  }

  /**
   * Gives the server another identity as a primary, as a restart or a failover does; entries,
   * counters and tags stay.
   */
  public void restart(String newRun) {
    run(() -> run = newRun);
  }

  /** How many entries are in existence now. */
  public int size() {
    return apply(
        () -> {
          long now = now();
          entries.values().removeIf(entry -> isGone(entry, now));
          return entries.size();
        });
  }

  /**
   * The feed's counters.
   *
   * @param epochs the identity of each partition's counter, 0 where there is none
   * @param sequences each partition's counter
   */
  public record Counters(long[] epochs, long[] sequences) {}

  // The operations' steps.

  private Reply lookup(Lookup request, long now) {
    InMemoryEntry entry = load(request.key(), now);
    boolean usable = usable(entry, request.schema());
    if (usable && entry.freshUntil > now && !wantsReplaced(entry, request)) {
      return new Hit(entry.stored(now));
    }
    Stored stale = usable ? entry.stored(now) : null;
    if (isLeasedToAnother(entry, request, now)) {
      if (request.mode() != Mode.PEEK) {
        entry.waiters = true;
        save(entry, now);
      }
      return new Busy(stale, entry.leaseUntil - now);
    }
    if (request.mode() == Mode.PEEK) {
      return new Busy(stale, 0);
    }
    if (isInErrorWindow(entry, now)) {
      return new Failing(stale, entry.errorClass, entry.errorUntil - now);
    }
    grant(entry, request, now);
    save(entry, now);
    return new Granted(stale, entry.holdUntil > now);
  }

  private Committed commit(Fill fill, long now) {
    InMemoryEntry entry = load(fill.key(), now);
    if (!holdsLease(entry, fill.token())) {
      return refused(Verdict.OVERTAKEN);
    }
    long granted = countsFrom(entry, now);
    long bound = bound(entry, fill, now);
    boolean outdated = isBelowMinimum(entry, fill, now) || isBelowSchema(entry, fill);
    long freshUntil = Math.min(granted + clamp(fill.freshMillis()), bound);
    long hardUntil =
        boundedHard(granted + clamp(fill.freshMillis()) + clamp(fill.staleMillis()), bound);
    if (outdated || hardUntil <= now) {
      endLease(entry);
      save(entry, now);
      return refused(Verdict.OUTDATED);
    }
    if (fill.keeps() != 0 && !isThere(entry, fill)) {
      missing(entry, now);
      return refused(Verdict.MISSING);
    }
    endLease(entry);
    store(entry, fill, payload(entry, fill), granted, freshUntil, hardUntil);
    entry.dropError();
    save(entry, now);
    return new Committed(Verdict.STORED, entry.id, freshUntil - now, hardUntil - now);
  }

  private void fail(
      String key, long token, String error, long minMillis, long maxMillis, long now) {
    InMemoryEntry entry = load(key, now);
    if (!holdsLease(entry, token)) {
      return;
    }
    endLease(entry);
    if (minMillis > 0) {
      entry.errorUntil = now + errorWindow(entry.errorCount, clamp(minMillis), clamp(maxMillis));
      entry.errorCount = Math.min(entry.errorCount + 1, MOST_FAILURES);
      entry.errorClass = error;
    }
    save(entry, now);
  }

  private boolean renew(String key, long token, long leaseMillis, long now) {
    InMemoryEntry entry = load(key, now);
    if (!holdsLease(entry, token)) {
      return false;
    }
    entry.leaseUntil = now + clamp(leaseMillis);
    save(entry, now);
    return true;
  }

  private void invalidate(InMemoryEntry entry, Change mode, long holdOffMillis, long now) {
    voidLeaseOnInvalidate(entry);
    if (mode == Change.HARD) {
      entry.dropValue();
    } else {
      entry.freshUntil = Math.min(entry.freshUntil, now);
    }
    holdOff(entry, holdOffMillis, now);
    spoilWindow(entry, now);
    save(entry, now);
    publishChange(entry.key, mode);
  }

  private void beginWrite(InMemoryEntry entry, long token, long windowMillis, long now) {
    voidLeaseOnBegin(entry);
    boolean overlaps = overlaps(entry, token, now);
    entry.writeUntil =
        Math.max(entry.writeUntil, now + windowMillis) + (overlaps ? windowMillis : 0);
    entry.contended |= overlaps;
    entry.writeToken = token;
    clipToWindow(entry);
    save(entry, now);
    publishBegin(entry.key);
  }

  private Committed commitWrite(Fill write, long holdOffMillis, long now) {
    InMemoryEntry entry = load(write.key(), now);
    boolean older = isOlder(entry, write) || isBelowSchema(entry, write);
    if (!ownsWindow(entry, write.token(), now) || older) {
      invalidate(entry, Change.HARD, holdOffMillis, now);
      return refused(Verdict.OVERTAKEN);
    }
    voidLease(entry);
    long freshUntil = now + clamp(write.freshMillis());
    long hardUntil = freshUntil + clamp(write.staleMillis());
    store(entry, write, write.payload(), now, freshUntil, hardUntil);
    entry.closeWindow();
    holdOff(entry, holdOffMillis, now);
    if (entry.holdUntil > now) {
      entry.minVersion = Math.max(entry.minVersion, write.version());
    }
    save(entry, now);
    publishChange(entry.key, Change.HARD);
    return new Committed(Verdict.STORED, entry.id, freshUntil - now, hardUntil - now);
  }

  private void store(
      InMemoryEntry entry,
      Fill fill,
      byte @Nullable [] payload,
      long id,
      long freshUntil,
      long hardUntil) {
    boolean sameId = entry.hasValue && entry.id == id;
    entry.hasValue = true;
    entry.payload = payload == null ? null : payload.clone();
    entry.schema = fill.schema();
    entry.id = sameId ? id + 1 : id;
    entry.life = clamp(fill.freshMillis());
    entry.freshUntil = freshUntil;
    entry.hardUntil = hardUntil;
    entry.cost = fill.costMillis();
    entry.version = Math.max(fill.version(), Fill.NO_VERSION);
    mark(entry, fill);
  }

  private static Committed refused(Verdict verdict) {
    return new Committed(verdict, 0, 0, 0);
  }

  private static long clamp(long duration) {
    return Math.max(0, Math.min(duration, LONGEST_MILLIS));
  }

  // The rules, each of which a test may break.

  /** Whether an entry has a value that a reader of this schema can use. */
  protected boolean usable(InMemoryEntry entry, int schema) {
    return entry.hasValue && entry.schema == schema;
  }

  /** Whether a lookup wants even this fresh entry replaced. */
  protected boolean wantsReplaced(InMemoryEntry entry, Lookup request) {
    return request.mode() == Mode.REFRESH && entry.id == request.held();
  }

  /** A living lease excludes everybody but its holder and the holder's next attempt. */
  protected boolean isLeasedToAnother(InMemoryEntry entry, Lookup request, long now) {
    return entry.leaseToken != 0
        && entry.leaseUntil > now
        && entry.leaseToken != request.token()
        && entry.leaseToken != request.previous();
  }

  /** After a failure nobody is granted the lease for a while. */
  protected boolean isInErrorWindow(InMemoryEntry entry, long now) {
    return entry.errorUntil > now;
  }

  /** A grant remembers the hold-off and the write window that are open. */
  protected void grant(InMemoryEntry entry, Lookup request, long now) {
    entry.leaseToken = request.token();
    entry.leaseGranted = now;
    entry.leaseUntil = now + clamp(request.leaseMillis());
    entry.leaseHold = rememberedHold(entry, now);
    entry.leaseWindow = rememberedWindow(entry, now);
  }

  /** The hold-off that a grant remembers. */
  protected long rememberedHold(InMemoryEntry entry, long now) {
    return entry.holdUntil > now ? entry.holdUntil : 0;
  }

  /** The write window that a grant remembers. */
  protected long rememberedWindow(InMemoryEntry entry, long now) {
    return entry.writeUntil > now ? entry.writeUntil : 0;
  }

  /**
   * Whether a token is still the key's; its time does not matter, only that nobody has overtaken
   * it.
   */
  protected boolean holdsLease(InMemoryEntry entry, long token) {
    return token != 0 && entry.leaseToken == token;
  }

  /** From when a loaded value is fresh. */
  protected long countsFrom(InMemoryEntry entry, long now) {
    return entry.leaseGranted;
  }

  /** Within a hold-off a value below the least version is refused. */
  protected boolean isBelowMinimum(InMemoryEntry entry, Fill fill, long now) {
    return fill.version() >= 0
        && entry.holdUntil > now
        && entry.minVersion >= 0
        && fill.version() < entry.minVersion;
  }

  /** A value of a lower schema never replaces one of a higher schema. */
  protected boolean isBelowSchema(InMemoryEntry entry, Fill fill) {
    return entry.hasValue && entry.schema > fill.schema();
  }

  /** Only the very payload that the source was asked about is kept. */
  protected boolean isThere(InMemoryEntry entry, Fill fill) {
    return entry.hasValue && entry.id == fill.keeps() && entry.schema == fill.schema();
  }

  /** Where the payload to keep is missing the lease stays, for a commit with the payload. */
  protected void missing(InMemoryEntry entry, long now) {}

  /** The payload that a commit stores: its own, or the one that it keeps. */
  protected byte @Nullable [] payload(InMemoryEntry entry, Fill fill) {
    return fill.keeps() != 0 ? entry.payload : fill.payload();
  }

  /** A value carries its stamp and its tags. */
  protected void mark(InMemoryEntry entry, Fill fill) {
    entry.stamp = fill.stamp();
    entry.tags = List.copyOf(fill.tags());
  }

  /** Whether a loaded value is known not to come from a lagging replica. */
  protected boolean proven(InMemoryEntry entry, Fill fill) {
    return fill.fromPrimary()
        || (fill.version() >= 0 && entry.minVersion >= 0 && fill.version() >= entry.minVersion);
  }

  /**
   * The end that a hold-off or a write window, open now or at the grant, sets to a loaded value.
   */
  protected long bound(InMemoryEntry entry, Fill fill, long now) {
    long bound = Long.MAX_VALUE;
    if (!proven(entry, fill)) {
      bound = earlier(bound, entry.leaseHold);
      bound = earlier(bound, entry.holdUntil);
    }
    bound = earlier(bound, entry.leaseWindow);
    return earlier(bound, entry.writeUntil);
  }

  /** The lesser, where 0 is none. */
  protected static long earlier(long bound, long deadline) {
    return deadline > 0 ? Math.min(bound, deadline) : bound;
  }

  /** A bound ends the stale time too, not only the fresh one. */
  protected long boundedHard(long hardUntil, long bound) {
    return Math.min(hardUntil, bound);
  }

  /** How long the error window after this many failures in a row is, in milliseconds. */
  protected long errorWindow(int failures, long minMillis, long maxMillis) {
    return (long) Math.min(maxMillis, minMillis * Math.pow(2, failures));
  }

  /** Drops the lease and wakes those who wait for it. */
  protected void endLease(InMemoryEntry entry) {
    entry.dropLease();
    if (entry.waiters) {
      entry.waiters = false;
      publishEnded(entry.key);
    }
  }

  /** Drops the lease and the memory of failures. */
  protected void voidLease(InMemoryEntry entry) {
    endLease(entry);
    entry.dropError();
  }

  /** An invalidation voids the lease, so that a load that began before it is not stored. */
  protected void voidLeaseOnInvalidate(InMemoryEntry entry) {
    voidLease(entry);
  }

  /** The beginning of a write voids the lease. */
  protected void voidLeaseOnBegin(InMemoryEntry entry) {
    voidLease(entry);
  }

  /** Opens or extends the hold-off. */
  protected void holdOff(InMemoryEntry entry, long holdOffMillis, long now) {
    if (holdOffMillis > 0) {
      entry.holdUntil = Math.max(entry.holdUntil, now + clamp(holdOffMillis));
    }
  }

  /** A window that its write does not close is followed by a hold-off. */
  protected void rememberHoldOff(InMemoryEntry entry, long holdOffMillis) {
    entry.writeHold = Math.max(entry.writeHold, holdOffMillis);
  }

  /** An invalidation within a write window makes it contended. */
  protected void spoilWindow(InMemoryEntry entry, long now) {
    entry.contended |= entry.writeUntil > now;
  }

  /** Whether another write's window is open, or this one's was spoilt. */
  protected boolean overlaps(InMemoryEntry entry, long token, long now) {
    return entry.writeUntil > now && (entry.contended || entry.writeToken != token);
  }

  /** The value that a write is about to replace does not outlive the window. */
  protected void clipToWindow(InMemoryEntry entry) {
    entry.freshUntil = Math.min(entry.freshUntil, entry.writeUntil);
    entry.hardUntil = Math.min(entry.hardUntil, entry.writeUntil);
  }

  /** Whether the window is open, this write's own and uncontended. */
  protected boolean ownsWindow(InMemoryEntry entry, long token, long now) {
    return token != 0 && entry.writeUntil > now && !entry.contended && entry.writeToken == token;
  }

  /** Whether a written value is older than the stored one or than the least version. */
  protected boolean isOlder(InMemoryEntry entry, Fill write) {
    return write.version() >= 0
        && ((entry.hasValue && entry.version > write.version())
            || entry.minVersion > write.version());
  }

  /** Counts a change and tells it to the subscribers. */
  protected void publishChange(String key, Change change) {
    int partition = RemoteTier.partition(key);
    if (epochs[partition] == 0) {
      epochs[partition] = 1 + (random.nextLong() & (Long.MAX_VALUE >> 1));
    }
    long sequence = nextSequence(partition);
    long epoch = epochs[partition];
    publish(listener -> listener.changed(partition, epoch, sequence, change, key));
  }

  /** Tells the beginning of a write. */
  protected void publishBegin(String key) {
    publishChange(key, Change.WRITE);
  }

  /** Counts on. */
  protected long nextSequence(int partition) {
    return ++sequences[partition];
  }

  /** Tells those who wait that a lease has ended. */
  protected void publishEnded(String key) {
    publish(listener -> listener.ended(key));
  }

  /** Tells a barrier. */
  protected void publishBarrier(Stamp raised, long before, long holdOffMillis, List<String> names) {
    publish(
        listener -> listener.barrier(raised.epoch(), before, raised.clock(), holdOffMillis, names));
  }

  /** Tells the tags' clock. */
  protected void publishClock() {
    Stamp now = tags.known(now(), run);
    publish(listener -> listener.clock(now, 0));
  }

  /** Tells the tags' clock, and then the counters. */
  protected void publishBeat(String primary) {
    publishClock();
    int[] partitions = IntStream.range(0, RemoteTier.PARTITIONS).toArray();
    long[] epochsNow = epochs.clone();
    long[] sequencesNow = sequences.clone();
    publish(listener -> listener.beat(primary, partitions, epochsNow, sequencesNow, 0));
  }

  /** Hands a message to every subscriber; a test may lose, double or hold it back. */
  protected void publish(Consumer<FeedListener> message) {
    outbox.add(message);
  }

  // Entries, lock and delivery.

  private long now() {
    return millis.getAsLong();
  }

  private InMemoryEntry load(String key, long now) {
    @Nullable InMemoryEntry entry = entries.get(key);
    if (entry == null || isGone(entry, now)) {
      return new InMemoryEntry(key);
    }
    entry.forgetExpired(now);
    return entry;
  }

  private void save(InMemoryEntry entry, long now) {
    if (entry.lastDeadline() > now) {
      entry.goneAt = entry.lastDeadline() + GRACE_MILLIS;
      entries.put(entry.key, entry);
    } else {
      entries.remove(entry.key);
    }
  }

  private static boolean isGone(InMemoryEntry entry, long now) {
    return entry.goneAt <= now;
  }

  private void run(Runnable step) {
    apply(
        () -> {
          step.run();
          return true;
        });
  }

  private <T> T apply(Supplier<T> step) {
    T result;
    lock.lock();
    try {
      result = step.get();
    } finally {
      lock.unlock();
    }
    deliver();
    return result;
  }

  /** One thread at a time empties the outbox; whoever comes meanwhile leaves it to that one. */
  private void deliver() {
    if (undelivered.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Consumer<FeedListener> next = outbox.poll(); next != null; next = outbox.poll()) {
        Consumer<FeedListener> message = next;
        subscribers.forEach(message);
      }
      seen = undelivered.addAndGet(-seen);
    } while (seen != 0);
  }
}
