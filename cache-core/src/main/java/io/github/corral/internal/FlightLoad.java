package io.github.corral.internal;

import io.github.corral.LoadFailedException;
import io.github.corral.spi.Recorder.Outcome;
import io.github.corral.spi.Recorder.Stale;
import org.jspecify.annotations.Nullable;

/**
 * The load of a flight: to whom the lead is given, and what becomes of it. The lead goes to the
 * first caller that still waits when there is room for the load, else to the background, else back.
 */
final class FlightLoad<K, V> {

  /** The fresh time of what nobody is to keep. */
  private static final long UNKEPT = -1;

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private final KeyFlight<K, V> flight;
  private final Engine<K, V> engine;
  private final String text;

  /** Whether it is one caller's own, which leaves no trace. */
  private volatile boolean unstored;

  FlightLoad(KeyFlight<K, V> flight) {
    this.flight = flight;
    this.engine = flight.engine;
    this.text = flight.text;
  }

  // ---------------------------------------------------------------- who leads

  void lead(boolean primaryWanted) {
    handOver(null, primaryWanted);
  }

  /** Loads without a lease, for the one caller alone. */
  void leadUnstored() {
    unstored = true;
    handOver(null, engine.holdsOff());
  }

  private void handOver(@Nullable Lead<K, V> from, boolean primaryWanted) {
    flight.stale.because(Stale.REFRESHING);
    flight.stale.serveImpatient();
    Entry<V> previous = flight.stale.servable();
    Lead<K, V> next =
        flight.state.handOver(
            from, () -> new Lead<>(flight, unstored ? 0 : flight.token(), primaryWanted, previous));
    if (next != null) {
      flight.stale.serveImpatient(); // those who joined meanwhile
      if (unstored) {
        next.doNotStore();
      }
      next.start();
    } else if (flight.state.over()) {
      engine.leases().release(text, flight.token());
      flight.finishStaleOr(
          Stale.FAILING, () -> engine.failure(text, "its load was given up", null));
    }
  }

  /**
   * There is room for the load. While a stale value can be served, no caller's thread loads: it
   * could not leave.
   */
  void admitted(Lead<K, V> next) {
    Entry<V> before = flight.stale.servable();
    boolean servable = before != null;
    if (before != null) {
      engine.refreshing(before);
    }
    Caller<K, V, ?> leader = servable ? null : flight.state.firstWaiting();
    if (leader != null) {
      next.leader = leader;
      if (leader.gathers()) {
        engine.limit().leave(next); // what it becomes part of stands in line
      }
      leader.lead(next);
    } else if (servable || flight.state.background()) {
      if (flight.refresher instanceof Coalescer) {
        engine.limit().leave(next);
      }
      runInBackground(next);
    } else {
      next.close();
    }
  }

  private void runInBackground(Lead<K, V> next) {
    try {
      engine.loads().execute(() -> next.run(flight.refresher));
    } catch (RuntimeException | Error e) { // an executor may also fail to start a thread
      next.reject(e);
    }
  }

  private void leave(Lead<K, V> by, LoadFailedException error) {
    Caller<K, V, ?> leader = by.leader;
    if (leader != null) {
      leader.fail(error);
    }
    if (flight.state.leave(by)) {
      handOverUntilKept();
    }
  }

  /** A loop, because whoever gets the lead may give it up at once, on this very thread. */
  private void handOverUntilKept() {
    Lead<K, V> from = flight.state.leftAfter(null);
    while (from != null) {
      handOver(from, from.primaryWanted);
      from = flight.state.leftAfter(from);
    }
  }

  // ---------------------------------------------------------------- how it ends

  void loaded(Lead<K, V> by, @Nullable V value) {
    long took = engine.now() - by.startedAt();
    flight.events.loaded(by, Outcome.SUCCESS, took);
    boolean unused = flight.detached();
    flight.reload.gives(value);
    flight.state.drain(FlightState.Phase.SETTLE).forEach(caller -> caller.complete(value));
    long fresh = by.stored() ? freshMillisOfTagged(by, value) : UNKEPT;
    if (fresh == UNKEPT) {
      engine.leases().release(text, by.token);
      deferRefresh(engine.periodNanos());
      flight.finish(caller -> caller.complete(value));
      return;
    }
    Entry<V> before = flight.stale.get();
    long cost = Ageing.cost(before == null ? 0 : before.costMillis(), engine.millis(took));
    Stages.then(
        engine.store(text, by, value, fresh, cost, flight.ticket(), before != null),
        (entry, error) -> settle(entry));
  }

  private long freshMillisOfTagged(Lead<K, V> by, @Nullable V value) {
    try {
      by.addTags(engine.settings.tags(flight.key, value));
      return engine.freshMillis(flight.key, value, by);
    } catch (RuntimeException | Error e) { // the functions are the application's
      LOG.log(System.Logger.Level.DEBUG, "tags or fresh time of a value cannot be told", e);
      engine.recorder.notKept();
      return UNKEPT;
    }
  }

  private void settle(@Nullable Entry<V> entry) {
    if (entry != null) {
      engine.l1Put(flight.key, entry);
    }
    flight.finish(caller -> {});
  }

  void failed(Lead<K, V> by, Throwable error) {
    boolean interrupted =
        error instanceof InterruptedException || Thread.currentThread().isInterrupted();
    Outcome outcome = interrupted ? Outcome.ABANDONED : Outcome.FAILURE;
    flight.events.loaded(by, outcome, engine.now() - by.startedAt());
    if (interrupted) {
      leave(by, engine.failure(text, "its load was interrupted", error));
      return;
    }
    if (engine.ignores(error) || unstored) {
      engine.leases().release(text, by.token);
    } else {
      openErrorWindow(by, error);
    }
    flight.finishStaleOr(Stale.FAILING, () -> engine.failure(text, "its load failed", error));
  }

  /** With a lease the remote tier knows whether the load was overtaken; without one, the ticket. */
  private void openErrorWindow(Lead<K, V> by, Throwable error) {
    if (by.token != 0 || !flight.detached()) {
      engine.leases().fail(text, by.token, error);
    }
    deferRefresh(engine.backoffNanos());
  }

  /** The next read need not try again at once what has just brought nothing. */
  private void deferRefresh(long sweepNanos) {
    Entry<V> entry = flight.stale.servable();
    if (entry != null) {
      long now = engine.now();
      engine.l1Put(
          flight.key, entry.refreshedNotBefore(now + engine.backoffNanos(), now + sweepNanos));
    }
  }

  void abandoned(Lead<K, V> by) {
    flight.events.loaded(by, Outcome.ABANDONED, engine.now() - by.startedAt());
    leave(by, engine.failure(text, "its load was given up", null));
  }

  void rejected(Lead<K, V> by, Throwable error) {
    flight.events.loaded(by, Outcome.ABANDONED, 0);
    engine.leases().release(text, by.token);
    flight.finishStaleOr(
        Stale.FAILING, () -> engine.failure(text, "the executor refused its load", error));
  }

  /**
   * The load may still run, but nobody waits for it any longer, and its value will not be stored.
   */
  void timedOut(Lead<K, V> by) {
    flight.events.loaded(by, Outcome.TIMEOUT, engine.now() - by.startedAt());
    engine.leases().release(text, by.token);
    String waitedFor =
        by.admitted() ? "its own load" : "a place among " + engine.maxLoads() + " loads";
    flight.finishStaleOr(Stale.FAILING, () -> engine.timeout(text, waitedFor));
  }
}
