package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The refreshes that callers ask for. A call is answered by a flight that began after it: it waits
 * for the end of one that is in progress, and all calls that wait meanwhile share the next. So a
 * key has one load at a time, and at most one more to come.
 */
final class Reloads<K, V> {

  private final Engine<K, V> engine;
  private final Flights<K, V> flights;

  /** Numbers calls and flights in the order in which they begin. */
  private final AtomicLong order = new AtomicLong();

  private record Call<K, V>(
      K key, String text, AsyncLoader<K, V> loader, long order, CompletableFuture<V> future) {

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

  CompletableFuture<V> begin(K key, AsyncLoader<K, V> loader) {
    CompletableFuture<V> future = new CompletableFuture<>();
    pursue(new Call<>(key, engine.text(key), loader, order.incrementAndGet(), future));
    return future;
  }

  private void pursue(Call<K, V> call) {
    while (!call.future.isDone()) {
      KeyFlight<K, V> current = flights.of(call.text);
      if (current == null || current.detached()) {
        KeyFlight<K, V> flight = flight(call);
        if (flights.launched(call.text, current, flight)) {
          answer(call, flight);
          return;
        }
      } else if (current.reload.order > call.order) {
        engine.recorder.joined();
        answer(call, current);
        return;
      } else {
        current.whenSettled(engine.executor(), () -> pursue(call));
        return;
      }
    }
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
    flight.whenSettled(engine.executor(), () -> flight.reload.tell(call::end));
  }
}
