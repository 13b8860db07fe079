package io.github.corral.internal;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which loads this process's threads run, and what the threads wait for meanwhile, so that a load
 * that would wait for itself is found out before it waits.
 *
 * <p>A thread that runs a load and reads other keys by blocking waits for those keys' flights; each
 * is led on some thread, which may wait in its turn. {@link #closesCycle} walks along. Each thread
 * notes what it waits for before it looks; so of several that close a cycle at the same moment, the
 * last to note sees all the others. Only loads that run on a thread count: one that goes on in a
 * stage, or in another process, ends at its load timeout.
 *
 * <p>A map by thread instead of a thread local, because a flight that a caller opened may be ended
 * by another thread. An entry lasts as long as the thread's loads.
 */
final class LoadingThreads {

  /** What is further away counts as no cycle: it ends at the load timeout. */
  private static final int MOST_STEPS = 10_000;

  private final ConcurrentHashMap<Thread, Frame> innermost = new ConcurrentHashMap<>();

  /** A load on the thread that runs it, within the load that it was started from. */
  static final class Frame {
    final KeyFlight<?, ?> flight;
    final Thread thread;
    private final @Nullable Frame outer;

    /** The flight for each answer that it waits for; many if it reads many keys. */
    private final ConcurrentHashMap<CompletableFuture<?>, KeyFlight<?, ?>> waitsFor =
        new ConcurrentHashMap<>();

    private volatile boolean over;

    private Frame(KeyFlight<?, ?> flight, Thread thread, @Nullable Frame outer) {
      this.flight = flight;
      this.thread = thread;
      this.outer = outer;
    }

    boolean over() {
      return over;
    }

    /** The load has what it waited for, or gave it up. */
    void goesOn() {
      waitsFor.clear();
    }

    /** Whether it, or a load around it, is one of a cache. */
    boolean within(Engine<?, ?> engine) {
      for (Frame at = this; at != null; at = living(at.outer)) {
        if (at.flight.engine == engine) {
          return true;
        }
      }
      return false;
    }

    private String chainUpTo(Frame first) {
      StringBuilder chain = new StringBuilder();
      for (Frame at = this; at != null; at = at == first ? null : living(at.outer)) {
        chain.insert(0, Printed.of(at.flight.text) + " > ");
      }
      return chain.toString();
    }

    /** How a load came to ask for its own key, or null if none of these loads is the key's. */
    @Nullable String chainTo(String text) {
      for (Frame at = this; at != null; at = living(at.outer)) {
        if (at.flight.text.equals(text)) {
          return chainUpTo(at) + Printed.of(text);
        }
      }
      return null;
    }
  }

  /** The load that the current thread runs, or null. */
  @Nullable Frame current() {
    return living(innermost.get(Thread.currentThread()));
  }

  /** The current thread begins a load. */
  Frame enter(KeyFlight<?, ?> flight) {
    Thread current = Thread.currentThread();
    Frame frame = new Frame(flight, current, living(innermost.get(current)));
    innermost.put(current, frame);
    return frame;
  }

  /** A load no longer runs on its thread; may be told by any thread, more than once. */
  void exit(Frame frame) {
    frame.over = true;
    innermost.computeIfPresent(frame.thread, (thread, top) -> living(top));
  }

  private static @Nullable Frame living(@Nullable Frame frame) {
    Frame at = frame;
    while (at != null && at.over) {
      at = at.outer;
    }
    return at;
  }

  /** Notes what a load is about to wait for, and tells whether it would wait for itself. */
  boolean closesCycle(Frame waiting, CompletableFuture<?> answer, KeyFlight<?, ?> target) {
    waiting.waitsFor.put(answer, target);
    ArrayDeque<KeyFlight<?, ?>> next = new ArrayDeque<>();
    Set<KeyFlight<?, ?>> seen = new HashSet<>();
    next.add(target);
    for (int step = 0; step < MOST_STEPS && !next.isEmpty(); step++) {
      KeyFlight<?, ?> flight = next.remove();
      Frame led = seen.add(flight) ? flight.frame() : null;
      if (led == null) {
        continue;
      }
      if (led.thread == waiting.thread) {
        return true;
      }
      addWaits(led, next);
    }
    return false;
  }

  /** What a load waits for, or will once its thread is done with the loads that it runs within. */
  private void addWaits(Frame led, Collection<KeyFlight<?, ?>> to) {
    Frame at = innermost.get(led.thread);
    while (at != null) {
      at.waitsFor.forEach(
          (answer, flight) -> {
            if (!answer.isDone()) {
              to.add(flight);
            }
          });
      at = at == led ? null : at.outer;
    }
  }

  int size() {
    return innermost.size();
  }
}
