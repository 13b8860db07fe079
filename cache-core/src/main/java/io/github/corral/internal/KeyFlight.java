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
import java.util.function.BiConsumer;
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

  /** The fresh time of what nobody is to keep. */
  private static final long UNKEPT = -1;

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  final Engine<K, V> engine;
  final K key;
  final String text;

  private final int stripe;
  private final AsyncLoader<K, V> refresher;
  private final Executor thread;

  /** Whether it goes on when nobody waits for it. */
  private volatile boolean background;

  /** What it owes to those who asked for a load. */
  final Reload<V> reload;

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
      boolean background,
      @Nullable Entry<V> held,
      Reload<V> reload) {
    this.engine = engine;
    this.key = key;
    this.text = text;
    this.stripe = Guards.stripe(text);
    this.refresher = refresher;
    this.thread = thread;
    this.background = background;
    this.reload = reload;
    this.stale = held;
    this.held = held != null ? held.id() : 0;
    this.ticket = engine.ticket(stripe);
  }

  static <K, V> KeyFlight<K, V> of(Engine<K, V> engine, String text, Caller<K, V, ?> opener) {
    KeyFlight<K, V> flight =
        new KeyFlight<>(
            engine, opener.key, text, opener.loader, opener.thread, false, null, Reload.none());
    flight.callers.add(opener);
    return flight;
  }

  /** A flight that nobody waits for: it replaces the entry held, or fills what is absent. */
  static <K, V> KeyFlight<K, V> refreshing(
      Engine<K, V> engine, K key, String text, AsyncLoader<K, V> loader, @Nullable Entry<V> held) {
    return reloading(engine, key, text, loader, held, Reload.none());
  }

  /** A flight that goes on until it has what it owes, or fails. */
  static <K, V> KeyFlight<K, V> reloading(
      Engine<K, V> engine,
      K key,
      String text,
      AsyncLoader<K, V> loader,
      @Nullable Entry<V> held,
      Reload<V> reload) {
    return new KeyFlight<>(engine, key, text, loader, engine.executor(), true, held, reload);
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

  /** Whether there was a value when it began. */
  boolean replaces() {
    return stale != null;
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

  void start() {
    lookup();
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
    then(engine.ready(), this::lookup);
  }

  private void lookup(@Nullable Void known, @Nullable Throwable error) {
    if (over()) {
      return;
    }
    if (error != null) {
      replied(null, error);
      return;
    }
    Mode mode = held != 0 ? Mode.REFRESH : Mode.READ;
    ticket = engine.ticket(stripe);
    long previous = token;
    token = engine.newToken();
    then(engine.lookup(text, mode, held, token, previous), this::replied);
  }

  /** Goes on at once, or on the flight's own thread. */
  private <T> void then(
      CompletableFuture<T> stage, BiConsumer<? super @Nullable T, @Nullable Throwable> step) {
    if (stage.isDone()) {
      Stages.then(stage, step);
    } else {
      Stages.then(stage, (value, error) -> continueOn(thread, () -> step.accept(value, error)));
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
      leadWithoutLease();
    } else if (reply instanceof Hit hit) {
      found(hit.stored());
    } else if (reply instanceof Granted granted) {
      remember(granted.stale());
      lead(granted.fromPrimary() || engine.holdsOff());
    } else if (reply instanceof Busy busy) {
      reload.sawEntry();
      remember(busy.stale());
      waitForLease(busy.leaseMillis());
    } else if (reply instanceof Failing failing) {
      remember(failing.stale());
      sourceFailing(failing);
    }
  }

  private void leadWithoutLease() {
    Failing failing = engine.failing(text);
    if (failing == null) {
      lead(false);
    } else {
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
    if (!reload.accepts()) {
      passOver(entry);
      return;
    }
    reload.gives(entry.value());
    finish(caller -> caller.complete(entry.value()));
  }

  /** What is good enough for readers, but not for those who asked for a load. */
  private void passOver(Entry<V> entry) {
    stale = entry;
    held = entry.id();
    waitingSince = -1;
    drain(State.LOOKUP).forEach(caller -> caller.complete(entry.value()));
    lookup();
  }

  /** Takes note of what may be served meanwhile, and serves it. */
  private void remember(@Nullable Stored stored) {
    Entry<V> entry = stored == null ? null : engine.decode(stored, ticket);
    if (entry != null) {
      Entry<V> before = stale;
      if (before != null && before.wasRead()) {
        entry.touch();
      }
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
      engine.l1Put(key, entry.refreshedNotBefore(until, until));
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
      callersNow().forEach(Caller::waits);
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

  private List<Caller<K, V, ?>> callersNow() {
    lock.lock();
    try {
      return List.copyOf(callers);
    } finally {
      lock.unlock();
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

  private void lead(boolean primaryWanted) {
    handOver(null, primaryWanted);
  }

  /**
   * Gives the lead to the first caller that still waits, else to the background, else back. No
   * caller waits for a load while there is a stale value.
   */
  private void handOver(@Nullable Lead<K, V> from, boolean primaryWanted) {
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
      next = wanted ? new Lead<>(this, leader, token, primaryWanted, previous) : null;
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
    reload.gives(value);
    drain(State.SETTLE).forEach(caller -> caller.complete(value));
    long fresh = by.stored() ? freshMillis(by, value) : UNKEPT;
    if (fresh == UNKEPT) {
      engine.release(text, by.token);
      deferRefresh(engine.periodNanos());
      finish(caller -> caller.complete(value));
      return;
    }
    Entry<V> before = stale;
    long cost = Ageing.cost(before == null ? 0 : before.costMillis(), engine.millis(took));
    Stages.then(
        engine.store(text, by, value, fresh, cost, ticket, before != null),
        (entry, error) -> settle(entry));
  }

  private long freshMillis(Lead<K, V> by, @Nullable V value) {
    try {
      return engine.freshMillis(key, value, by);
    } catch (RuntimeException | Error e) { // the function is the application's
      LOG.log(System.Logger.Level.DEBUG, "the fresh time of a value cannot be told", e);
      engine.recorder.notKept();
      return UNKEPT;
    }
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
    if (engine.ignores(error)) {
      engine.release(text, by.token);
    } else if (by.token != 0 || !detached()) {
      engine.fail(text, by.token, error);
      deferRefresh(engine.backoffNanos());
    }
    finishStaleOr(() -> engine.failure(text, "its load failed", error));
  }

  /** The next read need not try again at once what has just brought nothing. */
  private void deferRefresh(long sweepNanos) {
    Entry<V> entry = servable();
    if (entry != null) {
      long now = engine.now();
      engine.l1Put(key, entry.refreshedNotBefore(now + engine.backoffNanos(), now + sweepNanos));
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
      handOver(from, from.primaryWanted);
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
    reload.fails(error);
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
    reload.fails(() -> engine.failure(text, "its refresh was given up", null));
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
    reload.fails(() -> error.apply(key));
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
