package io.github.corral.internal;

import io.github.corral.internal.ErrorWindows.Window;
import io.github.corral.spi.Codec;
import io.github.corral.spi.RemoteTier;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tier of a process that has none: it grants leases and keeps error windows, and stores no
 * values. So the engine needs no second flow for a single process.
 */
public final class LocalTier implements RemoteTier {

  private static final long EPOCH = 1;

  private static final int MOST_SLOTS = 10_000;

  /** A lease ends here with its load, and never by time. */
  private static final long UNLIMITED_MILLIS = Long.MAX_VALUE;

  private final LongSupplier nanoTime;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong clock = new AtomicLong(1);
  private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();
  private final ErrorWindows errors;
  private volatile @Nullable FeedListener listener;

  /** How many slots there may be before those are sought that are over. */
  private volatile int purgeAt = MOST_SLOTS;

  /**
   * When the hold-off of each stripe of keys ends. By stripes, because it must be bounded and lose
   * nothing; other keys of the stripe are read from the primary once more.
   */
  private final AtomicLongArray holdOffs = new AtomicLongArray(Guards.ALL_STRIPES);

  /**
   * What is in force for a key: a lease, and a write window; removed when nothing is. A lease
   * remembers the hold-off and the window that it was granted in: they bound what it brings.
   */
  private record Slot(
      long lease,
      long grantedAt,
      long heldUntil,
      long windowUntil,
      long write,
      long writeUntil,
      boolean contended) {

    static final Slot EMPTY = new Slot(0, 0, 0, 0, 0, 0, false);

    Slot leased(long token, long now, long holdOff) {
      long window = writeUntil > now ? writeUntil : 0;
      return new Slot(token, now, holdOff, window, write, writeUntil, contended);
    }

    Slot voided(long now) {
      return new Slot(0, 0, 0, 0, write, writeUntil, contended || writeUntil > now);
    }

    Slot ended() {
      return new Slot(0, 0, 0, 0, write, writeUntil, contended);
    }

    /** Overlapping windows are contended, and closed by time only. */
    Slot begun(long token, long now, long window) {
      boolean overlaps = writeUntil > now;
      long until = Math.max(writeUntil, now + window) + (overlaps ? window : 0);
      return new Slot(0, 0, 0, 0, token, until, overlaps);
    }

    boolean accepts(long token) {
      return token != 0 && lease == token;
    }

    boolean acceptsWrite(long token, long now) {
      return token != 0 && write == token && writeUntil > now && !contended;
    }

    @Nullable Slot kept(long now) {
      return lease == 0 && writeUntil <= now ? null : this;
    }
  }

  /** Makes a tier on a monotonic clock in nanoseconds. */
  public LocalTier(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.errors = new ErrorWindows(nanoTime);
  }

  @Override
  public Codec<?> codec(Type type) {
    throw new IllegalArgumentException("a single process stores no bytes");
  }

  @Override
  public CompletionStage<Reply> lookup(Lookup request) {
    if (request.mode() == Mode.PEEK) {
      return done(new Busy(null, 0));
    }
    Failing failing = errors.failing(request.key());
    if (failing != null) {
      return done(failing);
    }
    long now = nanoTime.getAsLong();
    Slot slot =
        slots.compute(
            request.key(),
            (key, old) -> {
              Slot current = old == null ? Slot.EMPTY : old;
              return current.lease != 0
                  ? current
                  : current.leased(request.token(), now, openHoldOff(key, now));
            });
    return done(
        slot.accepts(request.token())
            ? new Granted(null, slot.heldUntil > 0)
            : new Busy(null, request.leaseMillis()));
  }

  @Override
  public CompletionStage<Committed> commit(Fill fill) {
    Slot before = end(fill.key(), fill.token());
    if (before == null) {
      return done(refused(Verdict.OVERTAKEN));
    }
    errors.end(fill.key());
    long bound = earlier(Long.MAX_VALUE, fill.fromPrimary() ? 0 : before.heldUntil);
    bound = earlier(bound, before.windowUntil);
    bound = earlier(bound, before.writeUntil > nanoTime.getAsLong() ? before.writeUntil : 0);
    return stored(fill, before.grantedAt, bound);
  }

  /** The lesser, where 0 is none. */
  private static long earlier(long bound, long end) {
    return end > 0 ? Math.min(bound, end) : bound;
  }

  /** What was loaded in a hold-off, and may come from a lagging replica, does not outlive it. */
  private CompletionStage<Committed> stored(Fill fill, long since, long until) {
    long now = nanoTime.getAsLong();
    long age = millis(now - since);
    long room = millis(until - now);
    long fresh = Math.min(fill.freshMillis() - age, room);
    long hard = Math.min(fill.freshMillis() - age + fill.staleMillis(), room);
    return done(
        hard <= 0
            ? refused(Verdict.OUTDATED)
            : new Committed(Verdict.STORED, ids.incrementAndGet(), fresh, hard));
  }

  private static Committed refused(Verdict verdict) {
    return new Committed(verdict, 0, 0, 0);
  }

  @Override
  public CompletionStage<Void> fail(
      String key, long token, String error, long minMillis, long maxMillis) {
    // Within the step that ends the lease: who is woken by it is to find the window open.
    Slot unused = end(key, token, () -> errors.open(key, error, minMillis, maxMillis));
    return done(null);
  }

  @Override
  public CompletionStage<Boolean> renew(String key, long token, long leaseMillis) {
    Slot slot = slots.get(key);
    return done(slot != null && slot.accepts(token));
  }

  @Override
  public CompletionStage<Void> release(String key, long token) {
    end(key, token);
    return done(null);
  }

  /** Ends a lease if it is still the key's; gives what was in force before, or null. */
  private @Nullable Slot end(String key, long token) {
    return end(key, token, () -> {});
  }

  private @Nullable Slot end(String key, long token, Runnable also) {
    Slot[] before = new Slot[1];
    slots.computeIfPresent(
        key,
        (k, slot) -> {
          if (!slot.accepts(token)) {
            return slot;
          }
          before[0] = slot;
          also.run();
          return slot.ended().kept(nanoTime.getAsLong());
        });
    if (before[0] != null) {
      wake(key);
    }
    return before[0];
  }

  @Override
  public CompletionStage<Void> invalidate(String key, Change mode, long holdOffMillis) {
    holdOff(key, holdOffMillis);
    long now = nanoTime.getAsLong();
    slots.computeIfPresent(key, (k, slot) -> slot.voided(now).kept(now));
    errors.end(key);
    wake(key);
    return done(null);
  }

  /** No hold-off follows the window: the writer does not die without this tier. */
  @Override
  public CompletionStage<Void> beginWrite(
      String key, long token, long windowMillis, long holdOffMillis) {
    long now = nanoTime.getAsLong();
    long window = TimeUnit.MILLISECONDS.toNanos(windowMillis);
    slots.compute(key, (k, slot) -> (slot == null ? Slot.EMPTY : slot).begun(token, now, window));
    purge(now);
    errors.end(key);
    wake(key);
    return done(null);
  }

  @Override
  public CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis) {
    holdOff(write.key(), holdOffMillis);
    long now = nanoTime.getAsLong();
    boolean[] own = new boolean[1];
    slots.computeIfPresent(
        write.key(),
        (k, slot) -> {
          own[0] = slot.acceptsWrite(write.token(), now);
          return own[0] ? null : slot.voided(now).kept(now);
        });
    wake(write.key());
    return own[0] ? stored(write, now, Long.MAX_VALUE) : done(refused(Verdict.OVERTAKEN));
  }

  /** Windows whose writes never ended go when there are many, and not more often than that. */
  private void purge(long now) {
    if (slots.size() > purgeAt) {
      slots.values().removeIf(slot -> slot.kept(now) == null);
      purgeAt = Math.max(MOST_SLOTS, 2 * slots.size());
    }
  }

  /** Read within the slot's own step: an invalidation opens it before it voids the lease. */
  private long openHoldOff(String key, long now) {
    long end = holdOffs.get(Guards.stripe(key));
    return end > now ? end : 0;
  }

  private void holdOff(String key, long millis) {
    if (millis > 0) {
      long end = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
      holdOffs.accumulateAndGet(Guards.stripe(key), end, Math::max);
    }
  }

  /** None is kept here: whoever reads them knows none of those that were raised before. */
  @Override
  public CompletionStage<Barriers> barriers() {
    long now = clock.get();
    return done(new Barriers(new Stamp(EPOCH, now), now, Map.of()));
  }

  @Override
  public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
    return done(new Stamp(EPOCH, clock.incrementAndGet()));
  }

  @Override
  public CompletionStage<Inspection> inspect(String key) {
    Slot slot = slots.getOrDefault(key, Slot.EMPTY);
    Window window = errors.last(key);
    return done(
        new Inspection(
            null,
            0,
            Fill.NO_VERSION,
            slot.lease == 0 ? 0 : UNLIMITED_MILLIS,
            false,
            millis(Math.max(0, holdOffs.get(Guards.stripe(key)) - nanoTime.getAsLong())),
            Fill.NO_VERSION,
            millis(Math.max(0, slot.writeUntil - nanoTime.getAsLong())),
            slot.contended,
            window == null ? 0 : window.leftMillis(nanoTime.getAsLong()),
            window == null ? 0 : window.doublings() + 1,
            window == null ? "" : window.error()));
  }

  @Override
  public void subscribe(FeedListener to) {
    listener = to;
  }

  @Override
  public void beat(int[] partitions) {}

  @Override
  public void close() {
    slots.clear();
  }

  /** How many keys have a lease or a write. */
  int slots() {
    return slots.size();
  }

  /** How many keys have failed of late. */
  long windows() {
    return errors.size();
  }

  private void wake(String key) {
    FeedListener told = listener;
    if (told != null) {
      told.ended(key);
    }
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private static <T> CompletionStage<T> done(@Nullable T value) {
    return CompletableFuture.completedFuture(value);
  }
}
