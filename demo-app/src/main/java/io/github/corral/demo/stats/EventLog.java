package io.github.corral.demo.stats;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A list that many threads append to and that is full at a limit. Thread-safe. */
final class EventLog<E> {

  private final int limit;
  private volatile Entries<E> entries = new Entries<>();

  EventLog(int limit) {
    this.limit = limit;
  }

  void add(E event) {
    Entries<E> current = entries;
    if (current.offered.incrementAndGet() <= limit) {
      current.kept.add(event);
    }
  }

  List<E> all() {
    return List.copyOf(entries.kept);
  }

  boolean isTruncated() {
    return entries.offered.get() > limit;
  }

  void clear() {
    entries = new Entries<>();
  }

  private static final class Entries<E> {
    private final Queue<E> kept = new ConcurrentLinkedQueue<>();
    private final AtomicInteger offered = new AtomicInteger();
  }
}
