package io.github.corral.internal;

import io.github.corral.Explanation.InFlight;
import io.github.corral.LoadFailedException;
import io.github.corral.internal.FlightState.Joined;
import io.github.corral.internal.FlightState.Phase;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.LoadingThreads.Frame;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Recorder.Stale;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
 * Where a stale value is there, a caller is served it once its patience is over, which is at once
 * unless the cache has a soft timeout; the flight goes on behind it. An answer of the remote tier
 * that is overdue by the load timeout, in LOOKUP or SETTLE, ends the flight.
 *
 * <p>This class takes in the callers and serves them at the end; {@link FlightLookup} is the LOOKUP
 * and the WAIT, {@link FlightLoad} the LOAD and what follows, {@link StaleValue} what is served
 * meanwhile, and {@link FlightState} what the lock guards.
 */
final class KeyFlight<K, V> {

  final Engine<K, V> engine;
  final K key;
  final String text;
  final AsyncLoader<K, V> refresher;
  final FlightState<K, V> state;
  final FlightLoad<K, V> load;
  final StaleValue<K, V> stale;
  final FlightEvents<K, V> events;

  /** What it owes to those who asked for a load. */
  final Reload<V> reload;

  private final FlightLookup<K, V> lookup;
  private final boolean replaces;
  private final CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();

  /** Whether a load waits for it that has a place among the cache's loads. */
  private volatile boolean passesLimit;

  private volatile boolean detached;

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
    this.refresher = refresher;
    this.reload = reload;
    this.replaces = held != null;
    this.state = new FlightState<>(engine::now, background);
    this.stale = new StaleValue<>(engine, state, held);
    this.events = new FlightEvents<>(this, state);
    this.lookup = new FlightLookup<>(this, thread, held);
    this.load = new FlightLoad<>(this);
  }

  /** A flight for a read that found nothing, or a stale entry that it would rather not have. */
  static <K, V> KeyFlight<K, V> of(Engine<K, V> engine, String text, Caller<K, V, ?> opener) {
    Executor thread = opener.stale == null ? opener.thread : engine.executor();
    KeyFlight<K, V> flight =
        new KeyFlight<>(
            engine,
            opener.key,
            text,
            opener.loader,
            thread,
            opener.stale != null,
            opener.stale,
            Reload.none());
    flight.state.open(opener);
    flight.took(opener);
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
    Joined joined = detached() ? Joined.NO : state.join(caller);
    if (joined == Joined.YES) {
      engine.recorder.joined();
      took(caller);
      stale.serveWhoJoined();
    } else if (joined == Joined.SETTLING) {
      stale.limitPatience(caller);
    }
    return joined;
  }

  private void took(Caller<K, V, ?> caller) {
    stale.limitPatience(caller);
    isWaitedFor(caller.within);
  }

  /** Somebody waits: maybe a load of the cache, in whose place this one's load then runs. */
  void isWaitedFor(@Nullable Frame within) {
    if (within != null && within.within(engine)) {
      passesLimit = true; // before the look: a lead looks after it has entered the line
    }
    Lead<K, V> lead = state.lead();
    if (lead != null) {
      lead.reviewPlace();
    }
  }

  boolean passesLimit() {
    return passesLimit;
  }

  /** Where the load runs, if it does so on a thread. */
  @Nullable Frame frame() {
    Lead<K, V> lead = state.lead();
    return lead == null ? null : lead.frame();
  }

  /** Whether there was a value when it began. */
  boolean replaces() {
    return replaces;
  }

  private boolean overtaken() {
    return detached || !engine.holds(ticket());
  }

  /**
   * Whether later callers are kept out. Nothing tells a flight that an invalidation has overtaken
   * it, so whoever asks may be the first to notice.
   */
  boolean detached() {
    if (!overtaken()) {
      return false;
    }
    events.detached();
    return true;
  }

  /** What is going on, for people, or null if it is over. Tells no event. */
  @Nullable InFlight progress() {
    return state.progress(!overtaken());
  }

  /** Keeps later callers out: another process has overtaken the lease. */
  void detach() {
    detached = true;
    events.detached();
  }

  /** Goes on elsewhere than on the thread of the tier's that brings the reply to the commit. */
  void whenSettled(Executor on, Runnable action) {
    Stages.then(settled, (ok, error) -> Stages.continueOn(on, action));
  }

  void start() {
    lookup.start();
  }

  /** Looks again, if it waits for another's lease: that has ended. */
  void wake() {
    lookup.wake();
  }

  /** Whether somebody has asked for it, and waits for its end. */
  boolean isAskedFor() {
    return reload != Reload.<V>none();
  }

  // ---------------------------------------------------------------- end

  void finishStaleOr(Stale why, Supplier<LoadFailedException> error) {
    reload.fails(error);
    stale.because(why);
    finish(
        caller -> {
          if (!stale.served(caller)) {
            caller.fail(error.get());
          }
        });
  }

  void finish(Consumer<Caller<K, V, ?>> end) {
    boolean unused = detached(); // the last chance to notice
    List<Caller<K, V, ?>> all = state.drain(Phase.DONE);
    engine.landed(this);
    reload.fails(() -> engine.failure(text, "its refresh was given up", null));
    all.forEach(end);
    settled.complete(null);
  }

  /** Ends the flight if the remote tier has not answered for as long as a load may take. */
  void endIfOverdue() {
    Phase overdue = state.endIfOverdue(engine.loadTimeoutNanos());
    if (overdue != null) {
      engine.recorder.remoteFailure();
      engine.leases().release(text, token());
      finishStaleOr(Stale.FAILING, () -> engine.timeout(text, "the remote tier"));
    }
  }

  /** Ends the flight because everything ends. */
  void shutDown(Function<K, LoadFailedException> error) {
    state.cancelWait();
    Lead<K, V> last = state.lead();
    if (last != null) {
      last.drop();
    }
    // The lease that it has, or that a lookup on its way will have been granted before this.
    engine.leases().release(text, token());
    reload.fails(() -> error.apply(key));
    finish(caller -> caller.fail(error.apply(key)));
  }

  /** The token of the lease that the last lookup asked for. */
  long token() {
    return lookup.token();
  }

  Ticket ticket() {
    return lookup.ticket();
  }
}
