package io.github.corral.internal;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * A single-threaded scheduler on a clock that jumps from event to event. What is due at the same
 * moment runs in an order that the seed decides.
 */
final class VirtualTime {

  private final RandomGenerator random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private long now;

  private record Event(long at, long order, Runnable task, boolean[] cancelled) {}

  VirtualTime(RandomGenerator random) {
    this.random = random;
  }

  long nanos() {
    return now;
  }

  long millis() {
    return now / 1_000_000;
  }

  Runnable after(long nanos, Runnable task) {
    boolean[] cancelled = new boolean[1];
    events.add(new Event(now + Math.max(0, nanos), random.nextLong(), task, cancelled));
    return () -> cancelled[0] = true;
  }

  /** Runs tasks a moment later, so that what other threads do can come in between. */
  Executor executor() {
    return task -> after(random.nextInt(200_000), task);
  }

  /** Lets time pass up to a moment, or until nothing is left to do. */
  void runUntil(long nanos) {
    while (!events.isEmpty() && events.peek().at <= nanos) {
      Event next = events.poll();
      if (!next.cancelled[0]) {
        now = next.at;
        next.task.run();
      }
    }
    now = Math.max(now, nanos);
  }

  /** How many tasks are due, now or later. */
  long scheduled() {
    return events.stream().filter(event -> !event.cancelled[0]).count();
  }

  Host host(RandomGenerator tokens) {
    return new Host(this::nanos, tokens, executor(), this::after, () -> {});
  }
}
