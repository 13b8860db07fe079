package io.github.corral.internal;

import io.github.corral.internal.FlightState.Phase;
import io.github.corral.internal.FlightState.Waiting;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.Recorder.Stale;
import io.github.corral.spi.Recorder.Tier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stored;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The LOOKUP and WAIT of a flight: what it asks the remote tier, and what follows from the reply.
 * One step at a time: the lookups of a flight, and then its load, follow each other.
 */
final class FlightLookup<K, V> {

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private final KeyFlight<K, V> flight;
  private final Engine<K, V> engine;
  private final String text;
  private final FlightState<K, V> state;
  private final StaleValue<K, V> stale;
  private final Executor thread;
  private final int stripe;

  private volatile Ticket ticket;
  private volatile long held;
  private volatile long unreadable;
  private volatile long unreadableUnder;
  private volatile long token;
  private int waits;
  private volatile long waitingSince = -1;

  /**
   * Makes one; takes the ticket under which it looks.
   *
   * @param held the entry that is to be replaced, or null
   */
  FlightLookup(KeyFlight<K, V> flight, Executor thread, @Nullable Entry<V> held) {
    this.flight = flight;
    this.engine = flight.engine;
    this.text = flight.text;
    this.state = flight.state;
    this.stale = flight.stale;
    this.thread = thread;
    this.stripe = Guards.stripe(text);
    this.held = held != null ? held.id() : 0;
    this.ticket = engine.ticket(stripe);
  }

  /** The token of the lease that the last lookup asked for. */
  long token() {
    return token;
  }

  /** Of the last lookup. */
  Ticket ticket() {
    return ticket;
  }

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
      flight.finish(caller -> caller.complete(landed.value()));
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
    then(engine.leases().lookup(text, mode, held, token, previous), this::replied);
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
      engine.leases().release(text, token);
      flight.finish(caller -> caller.fail(engine.failure(text, "its lookup failed", e)));
    }
  }

  private void follow(@Nullable Reply reply, @Nullable Throwable error) {
    if (state.over()) {
      engine.leases().release(text, token);
      return;
    }
    recordFirst(reply);
    if (!(reply instanceof Busy)) {
      flight.events.waited(waitingSince);
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
      busy(busy);
    } else if (reply instanceof Failing failing) {
      remember(failing.stale());
      sourceFailing(failing);
    }
  }

  /** After a wait the load that was waited for may have landed, where no tier keeps its value. */
  private void granted(Granted granted) {
    Entry<V> landed = waitingSince < 0 ? null : landedMeanwhile();
    if (landed != null) {
      engine.leases().release(text, token);
      flight.finish(caller -> caller.complete(landed.value()));
      return;
    }
    remember(granted.stale());
    flight.load.lead(granted.fromPrimary() || engine.holdsOff());
  }

  private void busy(Busy busy) {
    flight.reload.sawEntry();
    Stored behind = busy.stale();
    remember(behind);
    if (behind != null && Payloads.isTooLarge(behind.payload()) && stale.servable() == null) {
      // What the other loads does not come here: whoever waits for it would load one by one.
      flight.events.waited(waitingSince);
      token = 0;
      leadWithoutLease();
    } else {
      waitForLease(busy.leaseMillis());
    }
  }

  /** Whoever asks for a load is not served by one that has been. */
  private @Nullable Entry<V> landedMeanwhile() {
    return flight.isAskedFor() ? null : engine.landedMeanwhile(flight.key, stale.get());
  }

  private void leadWithoutLease() {
    Failing failing = engine.leases().failing(text);
    if (failing == null) {
      flight.load.lead(engine.holdsOff());
    } else {
      sourceFailing(failing);
    }
  }

  /** A flight that waits looks several times, and is one lookup all the same. */
  private void recordFirst(@Nullable Reply reply) {
    if (reply != null && !(reply instanceof Hit) && waitingSince < 0) {
      engine.recorder.miss(Tier.L2);
    }
  }

  private void found(Stored stored) {
    Entry<V> entry = decode(stored);
    if (entry == null) {
      // Unreadable: replace it, as if it were not there; or look again once it can be judged.
      held = engine.judges() ? stored.id() : held;
      lookup();
      return;
    }
    if (waitingSince < 0) {
      engine.recorder.hit(Tier.L2);
    }
    engine.l1Put(flight.key, entry);
    if (!flight.reload.accepts()) {
      passOver(entry);
      return;
    }
    flight.reload.gives(entry.value());
    flight.finish(caller -> give(caller, entry));
  }

  /**
   * Whoever joined after the entry's end looks for itself: the reply may have waited for long, with
   * this process or on its way.
   */
  private void give(Caller<K, V, ?> caller, Entry<V> found) {
    if (found.servable(caller.since())) {
      caller.complete(found.value());
    } else {
      Stages.continueOn(caller.thread, () -> engine.readAgain(caller));
    }
  }

  /** What is good enough for readers, but not for those who asked for a load. */
  private void passOver(Entry<V> entry) {
    stale.set(entry);
    held = entry.id();
    waitingSince = -1;
    state.drain(Phase.LOOKUP).forEach(caller -> give(caller, entry));
    lookup();
  }

  /**
   * Null for what counts as absent, which it tells once, unless barriers have become known since.
   */
  private @Nullable Entry<V> decode(Stored stored) {
    if (stored.id() == unreadable && ticket.barriers() == unreadableUnder) {
      return null;
    }
    Entry<V> entry = engine.decode(stored, ticket);
    if (entry == null && engine.judges()) {
      unreadable = stored.id();
      unreadableUnder = ticket.barriers();
    }
    return entry;
  }

  /** Takes note of what may be served meanwhile. */
  private void remember(@Nullable Stored stored) {
    Entry<V> entry = stored == null ? null : decode(stored);
    if (entry != null) {
      Entry<V> before = stale.get();
      if (before != null && before.wasRead()) {
        entry.touch();
      }
      stale.set(entry);
      engine.l1Put(flight.key, entry);
    }
  }

  private void sourceFailing(Failing failing) {
    long until = engine.now() + engine.nanos(failing.windowMillis());
    Entry<V> entry = stale.servable();
    if (entry != null) {
      engine.l1Put(flight.key, entry.refreshedNotBefore(until, until));
    }
    flight.finishStaleOr(
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
      flight.events.waited(waitingSince);
      flight.finishStaleOr(Stale.LEASED, () -> engine.timeout(text, "another process's load"));
    }
  }

  /** Looks again: the lease has ended, or it is time. */
  void wake() {
    if (state.wake()) {
      Stages.continueOn(thread, this::lookup);
    }
  }
}
