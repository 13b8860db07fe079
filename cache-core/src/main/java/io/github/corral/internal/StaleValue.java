package io.github.corral.internal;

import io.github.corral.spi.Recorder.Stale;
import org.jspecify.annotations.Nullable;

/**
 * The stale value of a flight, and who is served it when: each caller once its patience is over,
 * which counts from the beginning of its own read. Without a soft timeout nobody has any.
 */
final class StaleValue<K, V> {

  private final Engine<K, V> engine;
  private final FlightState<K, V> state;
  private volatile @Nullable Entry<V> entry;
  private volatile Stale why = Stale.REFRESHING;

  StaleValue(Engine<K, V> engine, FlightState<K, V> state, @Nullable Entry<V> entry) {
    this.engine = engine;
    this.state = state;
    this.entry = entry;
  }

  void set(Entry<V> found) {
    entry = found;
  }

  /** Why callers get it from now on. */
  void because(Stale reason) {
    why = reason;
  }

  /** What there is, servable or not. */
  @Nullable Entry<V> get() {
    return entry;
  }

  @Nullable Entry<V> servable() {
    return servable(entry);
  }

  private @Nullable Entry<V> servable(@Nullable Entry<V> found) {
    return found != null && engine.servable(found) ? found : null;
  }

  /** Callers whose patience is over leave with the value; the flight goes on behind them. */
  void serveImpatient() {
    serve(true);
  }

  /**
   * The others may have been served just before this one came. Where callers have patience, a timer
   * of its own will serve it.
   */
  void serveWhoJoined() {
    if (engine.softTimeoutNanos() == 0) {
      serve(false);
    }
  }

  private void serve(boolean whileLooking) {
    Entry<V> found = servable();
    if (found != null) {
      long moment = engine.now() - engine.softTimeoutNanos();
      state
          .takeThoseBefore(moment, whileLooking)
          .forEach(caller -> engine.serveStale(caller, found, why));
    }
  }

  void limitPatience(Caller<K, V, ?> caller) {
    long soft = engine.softTimeoutNanos();
    if (soft > 0) {
      long left = Math.max(0, caller.since() + soft - engine.now());
      Runnable lost = () -> Stages.continueOn(caller.thread, () -> served(caller));
      Runnable cancel = engine.after(left, lost);
      Stages.then(caller.future, (value, error) -> cancel.run());
    }
  }

  /** Serves a caller the flight's stale value, or what it knew itself; false if there is none. */
  boolean served(Caller<K, V, ?> caller) {
    Entry<V> own = servable();
    Entry<V> found = own != null ? own : servable(caller.stale);
    if (found != null && !caller.gone()) {
      engine.serveStale(caller, found, why);
    }
    return found != null;
  }
}
