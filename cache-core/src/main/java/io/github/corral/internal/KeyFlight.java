package io.github.corral.internal;

import io.github.corral.LoadFailedException;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Recorder.Outcome;
import io.github.corral.spi.Recorder.Tier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stored;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The lookup and load of one key in this process.
 *
 * <pre>
 *   LOOKUP ── fresh ───────────────────────────────► DONE   L1, value to all
 *     │  ▲ └─ leased to another ─► WAIT               stale value to all, if there is one
 *     │  └──── woken, or time ───────┘
 *     └─ leased to us ─► LOAD ── value ─► SETTLE ───► DONE   value to all, then commit, then L1
 *                         └─ error, deadline ───────► DONE   stale value or error to all
 * </pre>
 *
 * <p>Callers join in LOOKUP, WAIT and LOAD as long as the ticket of the last lookup holds. From
 * SETTLE on, or once the ticket is void, they do not: what was loaded may be older than their read.
 *
 * <p>The lock guards the state and the callers, and is held for a few instructions: never while a
 * caller, a loader, a codec or the remote tier is called.
 */
final class KeyFlight<K, V> {

  private enum State {
    LOOKUP,
    WAIT,
    LOAD,
    SETTLE,
    DONE
  }

  /** What became of an attempt to join. */
  enum Joined {
    YES,
    /** The load has ended but is not yet in L1: read again when it is. */
    SETTLING,
    /** Overtaken or over: open another flight. */
    NO
  }

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  final Engine<K, V> engine;
  final K key;
  final String text;

  private final int stripe;
  private final AsyncLoader<K, V> refresher;
  private final Executor thread;

  /** Whether it goes on when nobody waits for it. */
  private volatile boolean background;

  private final CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private State state = State.LOOKUP;
  private final ArrayDeque<Caller<K, V, ?>> callers = new ArrayDeque<>();
  private @Nullable Lead<K, V> lead;
  private @Nullable Lead<K, V> left;
  private boolean handingOver;
  private boolean woken;
  private Runnable cancelWait = () -> {};

  // Written by one step at a time: the lookups of a flight, and then its load, follow each other.
  private volatile Ticket ticket;
  private volatile boolean detached;
  private volatile @Nullable Entry<V> stale;
  private volatile long held;
  private volatile long token;
  private int waits;
  private volatile long waitingSince = -1;

  private KeyFlight(
      Engine<K, V> engine,
      K key,
      String text,
      AsyncLoader<K, V> refresher,
      Executor thread,
      @Nullable Entry<V> held) {
    this.engine = engine;
    this.key = key;
    this.text = text;
    this.stripe = Guards.stripe(text);
    this.refresher = refresher;
    this.thread = thread;
    this.background = held != null;
    this.stale = held;
    this.held = held != null ? held.id() : 0;
    this.ticket = engine.ticket(stripe);
  }

  static <K, V> KeyFlight<K, V> of(Engine<K, V> engine, String text, Caller<K, V, ?> opener) {
    KeyFlight<K, V> flight =
        new KeyFlight<>(engine, opener.key, text, opener.loader, opener.thread, null);
    flight.callers.add(opener);
    return flight;
  }

  static <K, V> KeyFlight<K, V> refreshing(
      Engine<K, V> engine, K key, String text, AsyncLoader<K, V> loader, Entry<V> held) {
    return new KeyFlight<>(engine, key, text, loader, engine.executor(), held);
  }

  // ---------------------------------------------------------------- callers

  Joined join(Caller<K, V, ?> caller) {
    Entry<V> servable = null;
    lock.lock();
    try {
      if (detached()) {
        return Joined.NO;
      }
      if (state == State.DONE) {
        return Joined.NO;
      }
      if (state == State.SETTLE) {
        return Joined.SETTLING;
      }
      servable = state == State.LOOKUP ? null : servable();
      if (servable == null) {
        callers.add(caller);
      }
    } finally {
      lock.unlock();
    }
    engine.recorder.joined();
    if (servable != null) {
      serveStale(servable, List.of(caller));
    }
    return Joined.YES;
  }

  boolean detached() {
    return detached || !engine.holds(ticket);
  }

  /** Keeps later callers out: another process has overtaken the lease. */
  void detach() {
    detached = true;
  }

  /** Goes on elsewhere than on the thread of the tier's that brings the reply to the commit. */
  void whenSettled(Executor on, Runnable action) {
    Stages.then(settled, (ok, error) -> continueOn(on, action));
  }

  private List<Caller<K, V, ?>> drain(State next) {
    lock.lock();
    try {
      state = state == State.DONE ? State.DONE : next;
      List<Caller<K, V, ?>> all = List.copyOf(callers);
      callers.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- lookup

  /**
   * Looks into L1 once more, now that it is the key's flight: the one before it may have landed
   * after its opener had looked. Without a remote tier nothing else keeps that load from being
   * repeated.
   */
  void start() {
    Entry<V> landed = engine.landedMeanwhile(key, background);
    if (landed == null) {
      lookup();
    } else {
      finish(caller -> caller.complete(landed.value()));
    }
  }

  private boolean over() {
    lock.lock();
    try {
      return state == State.DONE;
    } finally {
      lock.unlock();
    }
  }

  private void lookup() {
    if (over()) {
      return;
    }
    Mode mode = held != 0 ? Mode.REFRESH : Mode.READ;
    ticket = engine.ticket(stripe);
    long previous = token;
    token = engine.newToken();
    CompletableFuture<Reply> reply = engine.lookup(text, mode, held, token, previous);
    if (reply.isDone()) {
      Stages.then(reply, this::replied);
    } else {
      Stages.then(reply, (value, error) -> continueOn(thread, () -> replied(value, error)));
    }
  }

  private static void continueOn(Executor thread, Runnable step) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter for want of a thread
      step.run();
    }
  }

  private void replied(@Nullable Reply reply, @Nullable Throwable error) {
    try {
      follow(reply, error);
    } catch (RuntimeException | Error e) {
      // A defect of this library; but the key's callers must not hang for it.
      LOG.log(System.Logger.Level.ERROR, "a step of a flight failed", e);
      engine.release(text, token);
      finish(caller -> caller.fail(engine.failure(text, "its lookup failed", e)));
    }
  }

  private void follow(@Nullable Reply reply, @Nullable Throwable error) {
    if (over()) {
      engine.release(text, token);
      return;
    }
    recordFirst(reply);
    if (error != null || reply == null) {
      engine.recorder.remoteFailure();
      token = 0;
      lead(false);
    } else if (reply instanceof Hit hit) {
      found(hit.stored());
    } else if (reply instanceof Granted granted) {
      remember(granted.stale());
      lead(granted.fromPrimary());
    } else if (reply instanceof Busy busy) {
      remember(busy.stale());
      waitForLease(busy.leaseMillis());
    } else if (reply instanceof Failing failing) {
      remember(failing.stale());
      sourceFailing(failing);
    }
  }

  /** A flight that waits looks several times, and is one lookup all the same. */
  private void recordFirst(@Nullable Reply reply) {
    if (reply instanceof Hit && waitingSince < 0) {
      engine.recorder.hit(Tier.L2);
    } else if (reply != null && waitingSince < 0) {
      engine.recorder.miss(Tier.L2);
    }
  }

  private void found(Stored stored) {
    Entry<V> entry = engine.decode(stored, ticket);
    if (entry == null) {
      // Unreadable: replace it, as if it were not there.
      held = stored.id();
      lookup();
      return;
    }
    engine.l1Put(key, entry);
    if (waitingSince >= 0) {
      engine.leaseWaited(waitingSince);
    }
    finish(caller -> caller.complete(entry.value()));
  }

  /** Takes note of what may be served meanwhile, and serves it. */
  private void remember(@Nullable Stored stored) {
    Entry<V> entry = stored == null ? null : engine.decode(stored, ticket);
    if (entry != null) {
      stale = entry;
      engine.l1Put(key, entry);
    }
  }

  private @Nullable Entry<V> servable() {
    Entry<V> entry = stale;
    return entry != null && engine.servable(entry) ? entry : null;
  }

  private void serveStale(Entry<V> entry, List<Caller<K, V, ?>> to) {
    to.forEach(
        caller -> {
          engine.recorder.staleServed();
          caller.complete(entry.value());
        });
  }

  private void sourceFailing(Failing failing) {
    long until = engine.now() + engine.nanos(failing.windowMillis());
    Entry<V> entry = servable();
    if (entry != null) {
      engine.l1Put(key, entry.refreshedNotBefore(until));
    }
    finishStaleOr(
        () ->
            engine.failure(
                text,
                "its load failed with "
                    + failing.error()
                    + "; not tried again for another "
                    + failing.windowMillis()
                    + " ms",
                null));
  }

  // ---------------------------------------------------------------- wait for another's load

  private void waitForLease(long leaseMillis) {
    serveCallersStale();
    if (waitingSince < 0) {
      waitingSince = engine.now();
    }
    boolean again;
    lock.lock();
    try {
      if (state == State.DONE) {
        return;
      }
      callers.removeIf(Caller::gone);
      boolean wanted = !callers.isEmpty() || background;
      if (!wanted || engine.now() - waitingSince > engine.loadTimeoutNanos()) {
        again = false;
        state = State.DONE;
      } else {
        again = woken;
        woken = false;
        if (!again) {
          state = State.WAIT;
          cancelWait = engine.after(engine.waitNanos(waits++, leaseMillis), this::wake);
          return;
        }
      }
    } finally {
      lock.unlock();
    }
    if (again) {
      lookup();
    } else {
      finishStaleOr(() -> engine.timeout(text, "another process's load"));
    }
  }

  /** Callers leave with the stale value; the flight goes on behind them. */
  private void serveCallersStale() {
    Entry<V> entry = servable();
    if (entry != null) {
      background = true;
      serveStale(entry, drain(State.LOOKUP));
    }
  }

  /**
   * Looks again: the lease has ended, or it is time. A wake-up that meets a lookup under way is
   * remembered.
   */
  void wake() {
    lock.lock();
    try {
      if (state != State.WAIT) {
        woken = state == State.LOOKUP;
        return;
      }
      state = State.LOOKUP;
      cancelWait.run();
    } finally {
      lock.unlock();
    }
    continueOn(thread, this::lookup);
  }

  // ---------------------------------------------------------------- load

  private void lead(boolean fromPrimary) {
    handOver(null, fromPrimary);
  }

  /**
   * Gives the lead to the first caller that still waits, else to the background, else back. No
   * caller waits for a load while there is a stale value.
   */
  private void handOver(@Nullable Lead<K, V> from, boolean fromPrimary) {
    Entry<V> previous = servable();
    List<Caller<K, V, ?>> served = List.of();
    Caller<K, V, ?> leader;
    Lead<K, V> next;
    lock.lock();
    try {
      if (lead != from || state == State.DONE) {
        return;
      }
      callers.removeIf(Caller::gone);
      if (previous != null && !callers.isEmpty()) {
        background = true;
        served = List.copyOf(callers);
        callers.clear();
      }
      leader = callers.peekFirst();
      boolean wanted = leader != null || (background && from == null);
      next =
          wanted
              ? new Lead<>(
                  this, leader, token, fromPrimary, previous == null ? null : previous.value(), 0)
              : null;
      lead = next;
      state = wanted ? State.LOAD : State.DONE;
    } finally {
      lock.unlock();
    }
    if (previous != null) {
      serveStale(previous, served);
    }
    if (next == null) {
      engine.release(text, token);
      finish(caller -> caller.fail(engine.failure(text, "its load was given up", null)));
      return;
    }
    next.start();
    if (leader != null) {
      leader.lead(next);
    } else {
      runInBackground(next);
    }
  }

  private void runInBackground(Lead<K, V> next) {
    try {
      engine.loads().execute(() -> next.run(refresher));
    } catch (RuntimeException | Error e) { // an executor may also fail to start a thread
      next.reject(e);
    }
  }

  void loaded(Lead<K, V> by, @Nullable V value) {
    long took = engine.now() - by.startedAt;
    engine.loaded(Outcome.SUCCESS, took);
    drain(State.SETTLE).forEach(caller -> caller.complete(value));
    if (!by.stored()) {
      engine.release(text, by.token);
      deferRefresh();
      finish(caller -> caller.complete(value));
      return;
    }
    Entry<V> before = stale;
    long cost = Ageing.cost(before == null ? 0 : before.costMillis(), engine.millis(took));
    Stages.then(
        engine.store(text, by, value, cost, ticket, before != null),
        (entry, error) -> settle(entry));
  }

  private void settle(@Nullable Entry<V> entry) {
    if (entry != null) {
      engine.l1Put(key, entry);
    }
    finish(caller -> {});
  }

  void failed(Lead<K, V> by, Throwable error) {
    boolean interrupted =
        error instanceof InterruptedException || Thread.currentThread().isInterrupted();
    engine.loaded(interrupted ? Outcome.ABANDONED : Outcome.FAILURE, engine.now() - by.startedAt);
    if (interrupted) {
      leave(by, engine.failure(text, "its load was interrupted", error));
      return;
    }
    engine.fail(text, by.token, error);
    deferRefresh();
    finishStaleOr(() -> engine.failure(text, "its load failed", error));
  }

  /** The next read need not try again at once what has just brought nothing. */
  private void deferRefresh() {
    Entry<V> entry = servable();
    if (entry != null) {
      engine.l1Put(key, entry.refreshedNotBefore(engine.now() + engine.backoffNanos()));
    }
  }

  void abandoned(Lead<K, V> by) {
    engine.loaded(Outcome.ABANDONED, engine.now() - by.startedAt);
    leave(by, engine.failure(text, "its load was given up", null));
  }

  private void leave(Lead<K, V> by, LoadFailedException error) {
    if (by.leader != null) {
      by.leader.fail(error);
    }
    lock.lock();
    try {
      left = by;
      if (handingOver) {
        return;
      }
      handingOver = true;
    } finally {
      lock.unlock();
    }
    handOverUntilKept();
  }

  /** A loop, because whoever gets the lead may give it up at once, on this very thread. */
  private void handOverUntilKept() {
    for (Lead<K, V> from = leftAfter(null); from != null; from = leftAfter(from)) {
      handOver(from, from.fromPrimary());
    }
  }

  private @Nullable Lead<K, V> leftAfter(@Nullable Lead<K, V> handedOver) {
    lock.lock();
    try {
      if (left == handedOver) {
        handingOver = false;
        return null;
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  void rejected(Lead<K, V> by, Throwable error) {
    engine.loaded(Outcome.ABANDONED, 0);
    engine.release(text, by.token);
    finishStaleOr(() -> engine.failure(text, "the executor refused its load", error));
  }

  /**
   * The load may still run, but nobody waits for it any longer, and its value will not be stored.
   */
  void timedOut(Lead<K, V> by) {
    engine.loaded(Outcome.TIMEOUT, engine.now() - by.startedAt);
    engine.release(text, by.token);
    finishStaleOr(() -> engine.timeout(text, "its own load"));
  }

  // ---------------------------------------------------------------- end

  private void finishStaleOr(Supplier<LoadFailedException> error) {
    Entry<V> entry = servable();
    if (entry != null) {
      finish(
          caller -> {
            engine.recorder.staleServed();
            caller.complete(entry.value());
          });
    } else {
      finish(caller -> caller.fail(error.get()));
    }
  }

  private void finish(Consumer<Caller<K, V, ?>> end) {
    List<Caller<K, V, ?>> all = drain(State.DONE);
    engine.landed(this);
    all.forEach(end);
    settled.complete(null);
  }

  /** Ends the flight because everything ends. */
  void shutDown(Function<K, LoadFailedException> error) {
    Lead<K, V> last;
    lock.lock();
    try {
      last = lead;
      cancelWait.run();
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.drop();
    }
    // The lease that it has, or that a lookup on its way will have been granted before this.
    engine.release(text, token);
    finish(caller -> caller.fail(error.apply(key)));
  }

  String describe() {
    lock.lock();
    try {
      return state + " with " + callers.size() + " callers";
    } finally {
      lock.unlock();
    }
  }
}
