package io.github.corral.internal;

import io.github.corral.internal.FlightState.Joined;
import io.github.corral.internal.LoadingThreads.Frame;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Recorder.Stale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How the reads of a cache come to their flights: they join one, or open one. */
final class Flights<K, V> {

  private final Engine<K, V> engine;
  private final Fleet fleet;

  Flights(Engine<K, V> engine, Fleet fleet) {
    this.engine = engine;
    this.fleet = fleet;
  }

  @SuppressWarnings("unchecked") // a text names its cache, and a cache has one engine
  @Nullable KeyFlight<K, V> of(String text) {
    return (KeyFlight<K, V>) fleet.flight(text);
  }

  /**
   * Loads a key behind its readers, in place of an entry held or because there is none.
   *
   * @return the flight, or null if the key has one already
   */
  @Nullable KeyFlight<K, V> refresh(K key, AsyncLoader<K, V> loader, @Nullable Entry<V> held) {
    String text = engine.text(key);
    KeyFlight<K, V> current = of(text);
    if (current != null && !current.detached()) {
      return null;
    }
    KeyFlight<K, V> flight = KeyFlight.refreshing(engine, key, text, loader, held);
    return launched(text, current, flight) ? flight : null;
  }

  /** Makes a flight the key's, in place of one that is over or overtaken, and starts it. */
  boolean launched(String text, @Nullable KeyFlight<K, V> instead, KeyFlight<K, V> flight) {
    boolean launched = fleet.table().launch(text, instead, flight);
    if (launched) {
      flight.start();
    }
    return launched;
  }

  /**
   * Joins the key's flight, or opens one.
   *
   * @throws IllegalStateException if the caller is the key's own load
   */
  void enter(String text, Caller<K, V, ?> caller) {
    Frame within = caller.within;
    String chain = within == null ? null : within.chainTo(text);
    if (chain != null) {
      refuse(text, caller, chain);
      return;
    }
    while (true) {
      KeyFlight<K, V> current = of(text);
      if (current != null && closesCycle(within, caller.future, current)) {
        loadAlone(text, caller);
        return;
      }
      Joined joined = current == null ? Joined.NO : current.join(caller);
      if (current != null && joined == Joined.SETTLING) {
        current.whenSettled(caller.thread, () -> engine.readAgain(caller));
      }
      if (joined != Joined.NO) {
        caller.waits();
        return;
      }
      if (opened(text, current, caller)) {
        return;
      }
    }
  }

  private boolean opened(String text, @Nullable KeyFlight<K, V> instead, Caller<K, V, ?> caller) {
    KeyFlight<K, V> flight = KeyFlight.of(engine, text, caller);
    closesCycle(caller.within, caller.future, flight); // no; but for others to find their way
    return launched(text, instead, flight);
  }

  /** Whether a load would wait for itself if it waited for an answer by a flight. */
  boolean closesCycle(@Nullable Frame within, CompletableFuture<?> answer, KeyFlight<K, V> flight) {
    return within != null
        && !flight.detached()
        && engine.threads().closesCycle(within, answer, flight);
  }

  private void refuse(String text, Caller<K, V, ?> caller, String chain) {
    if (!servedStale(caller)) {
      throw new IllegalStateException(
          engine.subject(text)
              + "its own load asks for it and would wait for itself ("
              + chain
              + "); read the source there, not the cache");
    }
  }

  /** Instead of a wait that would never end: a load of the caller's own, of which nobody knows. */
  void loadAlone(String text, Caller<K, V, ?> caller) {
    if (!servedStale(caller)) {
      KeyFlight<K, V> flight = KeyFlight.of(engine, text, caller);
      fleet.table().adopt(flight);
      flight.load.leadUnstored();
    }
  }

  private boolean servedStale(Caller<K, V, ?> caller) {
    Entry<V> stale = caller.stale;
    caller.stale = null;
    if (stale == null || !engine.servable(stale)) {
      return false;
    }
    engine.serveStale(caller, stale, Stale.REFRESHING);
    return true;
  }
}
