package io.github.corral.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The flights in progress in this process: one for each key, and those that it replaced, which may
 * still have callers. As many as there are lookups and loads. What is added while everything ends
 * is ended too.
 */
class FlightTable<F> {

  final ConcurrentHashMap<String, F> byText = new ConcurrentHashMap<>();
  final Set<F> live = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();
  final Consumer<F> end;

  /**
   * Makes a table.
   *
   * @param end ends a flight, which then lands, when everything ends
   */
  FlightTable(Consumer<F> end) {
    this.end = end;
  }

  @Nullable F of(String text) {
    return byText.get(text);
  }

  /** Makes a flight the key's, in place of one that is over or overtaken. */
  boolean launch(String text, @Nullable F instead, F flight) {
    boolean launched =
        instead == null
            ? byText.putIfAbsent(text, flight) == null
            : byText.replace(text, instead, flight);
    if (launched) {
      adopt(flight);
    }
    return launched;
  }

  /** Counts a flight as one in progress, until it has landed. */
  void adopt(F flight) {
    live.add(flight);
    // In this order: whatever is added after close() has looked here sees that it is closed.
    if (closed()) {
      end.accept(flight);
    }
  }

  void landed(String text, F flight) {
    byText.remove(text, flight);
    live.remove(flight);
  }

  void forEach(Consumer<F> action) {
    live.forEach(action);
  }

  int size() {
    return live.size();
  }

  boolean closed() {
    return closed.get();
  }

  /** Ends all flights; true the first time. */
  boolean close() {
    boolean first = closed.compareAndSet(false, true);
    if (first) {
      live.forEach(end);
    }
    return first;
  }
}
