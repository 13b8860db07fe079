package io.github.corral.internal;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A single-threaded scheduler on a clock that jumps from event to event. What is due at the same
 * moment runs in an order that the seed decides. An event may belong to a machine: while that one
 * is paused it waits, and when that one is dead it never runs.
 */
final class VirtualTime {

  private final RandomGenerator random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private long now;
  private long deferred = Long.MIN_VALUE;

  private record Event(
      long at, long order, @Nullable Machine of, Runnable task, boolean[] cancelled) {}

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
    return after(null, nanos, task);
  }

  Runnable after(@Nullable Machine of, long nanos, Runnable task) {
    boolean[] cancelled = new boolean[1];
    events.add(new Event(now + Math.max(0, nanos), random.nextLong(), of, task, cancelled));
    return () -> cancelled[0] = true;
  }

  /** Runs tasks a moment later, so that what other threads do can come in between. */
  Executor executor() {
    return task -> after(random.nextInt(200_000), task);
  }

  /** Runs a machine's tasks a moment later. */
  Executor executor(Machine of) {
    return task -> after(of, random.nextInt(200_000), task);
  }

  /** Lets time pass up to a moment, or until nothing is left to do. */
  void runUntil(long nanos) {
    while (!events.isEmpty() && events.peek().at <= nanos) {
      Event next = events.poll();
      if (!next.cancelled[0]) {
        run(next);
      }
    }
    now = Math.max(now, nanos);
  }

  /** How many tasks are due, now or later. */
  long scheduled() {
    return events.stream().filter(event -> !event.cancelled[0]).count();
  }

  private void run(Event next) {
    Machine of = next.of;
    if (of != null && of.dead()) {
      return;
    }
    now = next.at;
    if (of == null || of.pausedUntil() <= now) {
      next.task.run();
    } else {
      // In the order in which they were due, before what is due then anyway.
      events.add(new Event(of.pausedUntil(), deferred++, of, next.task, next.cancelled));
    }
  }

  Host host(RandomGenerator tokens) {
    return new Host(this::nanos, tokens, executor(), this::after, () -> {});
  }
}
