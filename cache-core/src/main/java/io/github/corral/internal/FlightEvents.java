package io.github.corral.internal;

import io.github.corral.spi.Recorder.Outcome;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells the recorder what happens in a flight, each event once. Not called under a lock. */
final class FlightEvents<K, V> {

  private final KeyFlight<K, V> flight;
  private final Engine<K, V> engine;
  private final FlightState<K, V> state;
  private final AtomicBoolean toldDetached = new AtomicBoolean();
  private volatile boolean toldWait;

  FlightEvents(KeyFlight<K, V> flight, FlightState<K, V> state) {
    this.flight = flight;
    this.engine = flight.engine;
    this.state = state;
  }

  /** Later callers are kept out, as somebody has noticed. */
  void detached() {
    if (state.takesCallers() && toldDetached.compareAndSet(false, true)) {
      engine.recorder.detached();
    }
  }

  /** The wait for another's lease is over; those whom a stale value was served have not waited. */
  void waited(long since) {
    if (since >= 0 && !toldWait && state.waiters(null) > 0) {
      toldWait = true;
      engine.leaseWaited(since);
    }
  }

  void loaded(Lead<K, V> by, Outcome outcome, long took) {
    engine.loaded(flight.text, outcome, took, state.waiters(by.leader));
  }
}
