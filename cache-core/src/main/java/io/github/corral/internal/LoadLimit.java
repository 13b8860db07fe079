package io.github.corral.internal;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How many loads run at once. What enters is admitted at once, or in the order of its coming when
 * there is room: callers' loads before refreshes. Nothing waits here on a thread: to be admitted is
 * to be called, by whoever made room, and never under the lock.
 */
class LoadLimit {

  /**
   * What a cache limits: the load of one key, or a bulk load, which counts as one. Told from others
   * by identity.
   */
  interface Entrant {

    /** There is room; called once at the most. */
    void admit();

    /** Whether no caller waits for it; it yields to those for which one does. */
    boolean refreshes();

    /** Whether a load that has a place waits for it: it then runs in that place. */
    boolean passes();
  }

  private final int most;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Set<Entrant> running = new HashSet<>();
  private final LinkedHashSet<Entrant> callers = new LinkedHashSet<>();
  private final LinkedHashSet<Entrant> refreshes = new LinkedHashSet<>();

  /**
   * What the threads that make room still have to admit: a load may end at once, on the very thread
   * that admits it, which then makes room again; a loop instead of a recursion.
   */
  private final Map<Thread, ArrayDeque<Entrant>> admitting = new HashMap<>();

  LoadLimit(int most) {
    this.most = most;
  }

  /** Admits a load, now or later, unless it leaves before. */
  void enter(Entrant load) {
    boolean refresh = load.refreshes();
    boolean waits;
    lock.lock();
    try {
      waits = running.size() >= most;
      (waits ? refresh ? refreshes : callers : running).add(load);
    } finally {
      lock.unlock();
    }
    if (waits) {
      review(load); // whoever came meanwhile has not seen it in line
    } else {
      load.admit();
    }
  }

  /** Somebody has come to wait for a load that may stand in line. */
  void review(Entrant load) {
    if (load.passes()) {
      pass(load);
    } else if (!load.refreshes()) {
      hurry(load);
    }
  }

  private void hurry(Entrant load) {
    lock.lock();
    try {
      if (refreshes.remove(load)) {
        callers.add(load);
      }
    } finally {
      lock.unlock();
    }
  }

  private void pass(Entrant load) {
    lock.lock();
    try {
      if (!removeWaiting(load)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    load.admit();
  }

  /** A load has ended, or is not wanted any longer. */
  void leave(Entrant load) {
    Thread thread = Thread.currentThread();
    lock.lock();
    try {
      Entrant next = removeWaiting(load) || !running.remove(load) ? null : first();
      if (next == null) {
        return;
      }
      running.add(next);
      ArrayDeque<Entrant> mine = admitting.get(thread);
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
    for (Entrant next = nextOf(thread); next != null; next = nextOf(thread)) {
      next.admit();
    }
  }

  private boolean removeWaiting(Entrant load) {
    return callers.remove(load) || refreshes.remove(load);
  }

  private @Nullable Entrant first() {
    Iterator<Entrant> waiting = (callers.isEmpty() ? refreshes : callers).iterator();
    if (!waiting.hasNext()) {
      return null;
    }
    Entrant first = waiting.next();
    waiting.remove();
    return first;
  }

  private @Nullable Entrant nextOf(Thread thread) {
    lock.lock();
    try {
      ArrayDeque<Entrant> mine = admitting.get(thread);
      Entrant next = mine == null ? null : mine.poll();
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
