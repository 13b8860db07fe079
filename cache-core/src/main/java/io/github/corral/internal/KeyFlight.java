package io.github.corral.internal;

import io.github.corral.Explanation.InFlight;
import io.github.corral.LoadFailedException;
import io.github.corral.internal.FlightState.Joined;
import io.github.corral.internal.FlightState.Phase;
import io.github.corral.internal.FlightState.Waiting;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.LoadingThreads.Frame;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Recorder.Stale;
import io.github.corral.spi.Recorder.Tier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stored;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
 * Where a stale value is there, a caller is served it once its patience is over, which is at once
 * unless the cache has a soft timeout; the flight goes on behind it. An answer of the remote tier
 * that is overdue by the load timeout, in LOOKUP or SETTLE, ends the flight.
 *
 * <p>This class looks up, waits for others' leases, and serves the callers; {@link FlightLoad} is
 * the LOAD and what follows, {@link StaleValue} what is served meanwhile, and {@link FlightState}
 * what the lock guards.
 */
final class KeyFlight<K, V> {

  private static final System.Logger LOG = System.getLogger("io.github.corral");

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

  private final int stripe;
  private final boolean replaces;
  private final Executor thread;
  private final CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();

  /** Whether a load waits for it that has a place among the cache's loads. */
  private volatile boolean passesLimit;

  // Written by one step at a time: the lookups of a flight, and then its load, follow each other.
  private volatile Ticket ticket;
  private volatile boolean detached;
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
    this.reload = reload;
    this.replaces = held != null;
    this.held = held != null ? held.id() : 0;
    this.ticket = engine.ticket(stripe);
    this.state = new FlightState<>(engine::now, background);
    this.stale = new StaleValue<>(engine, state, held);
    this.events = new FlightEvents<>(this, state);
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
    return detached || !engine.holds(ticket);
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

  // ---------------------------------------------------------------- lookup

  /**
   * Looks into L1 once more, now that it is the key's flight: the one before it may have landed
   * after its opener had looked. Without a remote tier nothing else keeps that load from being
   * repeated.
   */
  void start() {
    Entry<V> landed = landedMeanwhile();
    if (landed == null) {
      lookup();
    } else {
      finish(caller -> caller.complete(landed.value()));
    }
  }

  /** A reply can be judged only once the tags' barriers are known. */
  void lookup() {
    then(engine.ready(), this::lookup);
  }

  private void lookup(@Nullable Void known, @Nullable Throwable error) {
    if (state.over()) {
      return;
    }
    if (error != null) {
      ticket = engine.ticket(stripe); // whatever the wait for the barriers took, the load is new
      replied(null, error);
      return;
    }
    if (!engine.judges()) {
      lookup(); // doubted since
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
      Stages.then(
          stage, (value, error) -> Stages.continueOn(thread, () -> step.accept(value, error)));
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
    if (state.over()) {
      engine.release(text, token);
      return;
    }
    recordFirst(reply);
    if (!(reply instanceof Busy)) {
      events.waited(waitingSince);
    }
    if (error != null || reply == null) {
      engine.recorder.remoteFailure();
      token = 0;
      leadWithoutLease();
    } else if (reply instanceof Hit hit) {
      found(hit.stored());
    } else if (reply instanceof Granted granted) {
      granted(granted);
    } else if (reply instanceof Busy busy) {
      reload.sawEntry();
      remember(busy.stale());
      waitForLease(busy.leaseMillis());
    } else if (reply instanceof Failing failing) {
      remember(failing.stale());
      sourceFailing(failing);
    }
  }

  /** After a wait the load that was waited for may have landed, where no tier keeps its value. */
  private void granted(Granted granted) {
    Entry<V> landed = waitingSince < 0 ? null : landedMeanwhile();
    if (landed != null) {
      engine.release(text, token);
      finish(caller -> caller.complete(landed.value()));
      return;
    }
    remember(granted.stale());
    load.lead(granted.fromPrimary() || engine.holdsOff());
  }

  /** Whoever asks for a load is not served by one that has been. */
  private @Nullable Entry<V> landedMeanwhile() {
    return isAskedFor() ? null : engine.landedMeanwhile(key, stale.get());
  }

  /** Whether somebody has asked for it, and waits for its end. */
  boolean isAskedFor() {
    return reload != Reload.<V>none();
  }

  private void leadWithoutLease() {
    Failing failing = engine.failing(text);
    if (failing == null) {
      load.lead(engine.holdsOff());
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
      // Unreadable: replace it, as if it were not there; or look again once it can be judged.
      held = engine.judges() ? stored.id() : held;
      lookup();
      return;
    }
    engine.l1Put(key, entry);
    if (!reload.accepts()) {
      passOver(entry);
      return;
    }
    reload.gives(entry.value());
    finish(caller -> caller.complete(entry.value()));
  }

  /** What is good enough for readers, but not for those who asked for a load. */
  private void passOver(Entry<V> entry) {
    stale.set(entry);
    held = entry.id();
    waitingSince = -1;
    state.drain(Phase.LOOKUP).forEach(caller -> caller.complete(entry.value()));
    lookup();
  }

  /** Takes note of what may be served meanwhile. */
  private void remember(@Nullable Stored stored) {
    Entry<V> entry = stored == null ? null : engine.decode(stored, ticket);
    if (entry != null) {
      Entry<V> before = stale.get();
      if (before != null && before.wasRead()) {
        entry.touch();
      }
      stale.set(entry);
      engine.l1Put(key, entry);
    }
  }

  private void sourceFailing(Failing failing) {
    long until = engine.now() + engine.nanos(failing.windowMillis());
    Entry<V> entry = stale.servable();
    if (entry != null) {
      engine.l1Put(key, entry.refreshedNotBefore(until, until));
    }
    finishStaleOr(
        Stale.FAILING,
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
    stale.because(Stale.LEASED);
    stale.serveImpatient();
    if (waitingSince < 0) {
      waitingSince = engine.now();
      state.callers().forEach(Caller::waits);
    }
    boolean inTime = engine.now() - waitingSince <= engine.loadTimeoutNanos();
    Waiting waiting =
        state.await(inTime, () -> engine.after(engine.waitNanos(waits++, leaseMillis), this::wake));
    if (waiting == Waiting.BEGUN) {
      stale.serveImpatient(); // those who joined meanwhile
    } else if (waiting == Waiting.WOKEN) {
      lookup();
    } else if (waiting == Waiting.ENDED) {
      events.waited(waitingSince);
      finishStaleOr(Stale.LEASED, () -> engine.timeout(text, "another process's load"));
    }
  }

  /** Looks again: the lease has ended, or it is time. */
  void wake() {
    if (state.wake()) {
      Stages.continueOn(thread, this::lookup);
    }
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
      engine.release(text, token);
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
    engine.release(text, token);
    reload.fails(() -> error.apply(key));
    finish(caller -> caller.fail(error.apply(key)));
  }

  /** The token of the lease that the last lookup asked for. */
  long token() {
    return token;
  }

  Ticket ticket() {
    return ticket;
  }
}
