package io.github.corral.internal;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How many loads run at once. What enters is admitted at once, or in the order of its coming when
 * there is room: callers' loads before refreshes. Nothing waits here on a thread: to be admitted is
 * to be called, by whoever made room, and never under the lock.
 *
 * @param <L> a load, told from others by identity
 */
final class LoadLimit<L> {

  /** What a cache limits: the load of one key, or a bulk load, which counts as one. */
  interface Entrant {

    /** There is room; called once at the most. */
    void admit();
  }

  private final int most;
  private final Consumer<L> admit;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Set<L> running = new HashSet<>();
  private final LinkedHashSet<L> callers = new LinkedHashSet<>();
  private final LinkedHashSet<L> refreshes = new LinkedHashSet<>();

  /**
   * What the threads that make room still have to admit: a load may end at once, on the very thread
   * that admits it, which then makes room again; a loop instead of a recursion.
   */
  private final Map<Thread, ArrayDeque<L>> admitting = new HashMap<>();

  /**
   * Makes a limit.
   *
   * @param admit starts a load; throws nothing
   */
  LoadLimit(int most, Consumer<L> admit) {
    this.most = most;
    this.admit = admit;
  }

  /** Admits a load, now or later, unless it leaves before. */
  void enter(L load, boolean refresh) {
    lock.lock();
    try {
      if (running.size() >= most) {
        (refresh ? refreshes : callers).add(load);
        return;
      }
      running.add(load);
    } finally {
      lock.unlock();
    }
    admit.accept(load);
  }

  /** Somebody waits for what was a refresh. */
  void hurry(L load) {
    lock.lock();
    try {
      if (refreshes.remove(load)) {
        callers.add(load);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Admits a waiting load at once, in the place of one that waits for it. */
  void pass(L load) {
    lock.lock();
    try {
      if (!removeWaiting(load)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    admit.accept(load);
  }

  /** A load has ended, or is not wanted any longer. */
  void leave(L load) {
    Thread thread = Thread.currentThread();
    lock.lock();
    try {
      L next = removeWaiting(load) || !running.remove(load) ? null : first();
      if (next == null) {
        return;
      }
      running.add(next);
      ArrayDeque<L> mine = admitting.get(thread);
      if (mine != null) {
        mine.add(next);
        return;
      }
      mine = new ArrayDeque<>();
      mine.add(next);
      admitting.put(thread, mine);
    } finally {
      lock.unlock();
    }
    for (L next = nextOf(thread); next != null; next = nextOf(thread)) {
      admit.accept(next);
    }
  }

  private boolean removeWaiting(L load) {
    return callers.remove(load) || refreshes.remove(load);
  }

  private @Nullable L first() {
    Iterator<L> waiting = (callers.isEmpty() ? refreshes : callers).iterator();
    if (!waiting.hasNext()) {
      return null;
    }
    L first = waiting.next();
    waiting.remove();
    return first;
  }

  private @Nullable L nextOf(Thread thread) {
    lock.lock();
    try {
      ArrayDeque<L> mine = admitting.get(thread);
      L next = mine == null ? null : mine.poll();
      if (next == null) {
        admitting.remove(thread);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** How many are running and waiting. */
  int size() {
    lock.lock();
    try {
      return running.size() + callers.size() + refreshes.size();
    } finally {
      lock.unlock();
    }
  }
}
