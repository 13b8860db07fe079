package io.github.corral.internal;

import io.github.corral.internal.Caller.Getter;
import io.github.corral.internal.LoadingThreads.Frame;
import io.github.corral.spi.AsyncLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The refreshes that callers ask for. A call is answered by a flight that began after it: it waits
 * for the end of one that is in progress, and all calls that wait meanwhile share the next. So a
 * key has one load at a time, and at most one more to come. A call from within a load runs in that
 * load's place, and loads for itself if it would wait for itself, like a read.
 */
final class Reloads<K, V> {

  private final Engine<K, V> engine;
  private final Flights<K, V> flights;

  /** Numbers calls and flights in the order in which they begin. */
  private final AtomicLong order = new AtomicLong();

  private record Call<K, V>(
      K key,
      String text,
      AsyncLoader<K, V> loader,
      @Nullable Frame within,
      long order,
      CompletableFuture<V> future) {

    void end(@Nullable V value, @Nullable Throwable error) {
      if (error != null) {
        future.completeExceptionally(error);
      } else {
        future.complete(value);
      }
    }
  }

  Reloads(Engine<K, V> engine, Flights<K, V> flights) {
    this.engine = engine;
    this.flights = flights;
  }

  /**
   * Begins one.
   *
   * @param within the load that waits for it by blocking, if one does
   */
  CompletableFuture<V> begin(K key, AsyncLoader<K, V> loader, @Nullable Frame within) {
    CompletableFuture<V> future = new CompletableFuture<>();
    pursue(new Call<>(key, engine.text(key), loader, within, order.incrementAndGet(), future));
    return future;
  }

  private void pursue(Call<K, V> call) {
    while (!call.future.isDone()) {
      KeyFlight<K, V> current = flights.of(call.text);
      if (current == null || current.detached()) {
        if (launched(call, current)) {
          return;
        }
      } else if (closesCycle(call, current)) {
        loadAlone(call);
        return;
      } else if (current.reload.order > call.order) {
        engine.recorder.joined();
        answer(call, current);
        return;
      } else {
        current.isWaitedFor(call.within);
        current.whenSettled(engine.executor(), () -> pursue(call));
        return;
      }
    }
  }

  private boolean launched(Call<K, V> call, @Nullable KeyFlight<K, V> instead) {
    KeyFlight<K, V> flight = flight(call);
    boolean unused = closesCycle(call, flight); // no; but for others to find their way
    boolean launched = flights.launched(call.text, instead, flight);
    if (launched) {
      answer(call, flight);
    }
    return launched;
  }

  private boolean closesCycle(Call<K, V> call, KeyFlight<K, V> flight) {
    return flights.closesCycle(call.within, call.future, flight);
  }

  private void loadAlone(Call<K, V> call) {
    Getter<K, V> caller = new Getter<>(call.key, call.loader, engine.executor(), engine.loads());
    caller.within = call.within;
    caller.beginsAt(engine.now());
    Stages.then(caller.future, call::end);
    flights.loadAlone(call.text, caller);
  }

  private KeyFlight<K, V> flight(Call<K, V> call) {
    return KeyFlight.reloading(
        engine,
        call.key,
        call.text,
        call.loader,
        engine.held(call.key),
        new Reload<>(order.incrementAndGet()));
  }

  /** Once the value is where later reads find it. */
  private void answer(Call<K, V> call, KeyFlight<K, V> flight) {
    flight.isWaitedFor(call.within);
    flight.whenSettled(engine.executor(), () -> flight.reload.tell(call::end));
  }
}
