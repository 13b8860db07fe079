package io.github.corral.internal;

import io.github.corral.Explanation.Doing;
import io.github.corral.Explanation.InFlight;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a flight's lock guards: how far it is, who waits in it, and who leads it. Each method is one
 * step of that, of a few instructions; nothing is called under the lock but the clock, the timer
 * and the making of a lead.
 */
final class FlightState<K, V> {

  enum Phase {
    LOOKUP,
    WAIT,
    LOAD,
    SETTLE,
    DONE
  }

  /** What became of an attempt to join. */
  enum Joined {
    YES,
    /** The load has ended but is not yet in L1: read again when it is. */
    SETTLING,
    /** Overtaken or over: open another flight. */
    NO
  }

  /** What became of an attempt to wait. */
  enum Waiting {
    BEGUN,
    /** The wake-up has come already: look again. */
    WOKEN,
    /** Nobody is left who wants to, or may. */
    ENDED
  }

  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private Phase phase = Phase.LOOKUP;
  private final ArrayDeque<Caller<K, V, ?>> callers = new ArrayDeque<>();
  private boolean background;

  /** When the lookups began, or the commit. */
  private long since;

  private boolean woken;
  private Runnable cancelWait = () -> {};
  private boolean handingOver;
  private @Nullable Lead<K, V> left;

  /** Written under the lock. */
  private volatile @Nullable Lead<K, V> lead;

  FlightState(LongSupplier clock, boolean background) {
    this.clock = clock;
    this.background = background;
    this.since = clock.getAsLong();
  }

  /** Without a lock of its own, because nobody knows the flight yet. */
  void open(Caller<K, V, ?> opener) {
    callers.add(opener);
  }

  Joined join(Caller<K, V, ?> caller) {
    lock.lock();
    try {
      if (phase == Phase.DONE) {
        return Joined.NO;
      }
      if (phase == Phase.SETTLE) {
        return Joined.SETTLING;
      }
      callers.add(caller);
      return Joined.YES;
    } finally {
      lock.unlock();
    }
  }

  List<Caller<K, V, ?>> callers() {
    lock.lock();
    try {
      return List.copyOf(callers);
    } finally {
      lock.unlock();
    }
  }

  boolean over() {
    lock.lock();
    try {
      return phase == Phase.DONE;
    } finally {
      lock.unlock();
    }
  }

  /** Moves on, and takes all callers out. */
  List<Caller<K, V, ?>> drain(Phase next) {
    lock.lock();
    try {
      if (phase != Phase.DONE) {
        phase = next;
        since = clock.getAsLong();
      }
      List<Caller<K, V, ?>> all = List.copyOf(callers);
      callers.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Moves on to the end if an answer of the remote tier is overdue; gives what it was about. */
  @Nullable Phase endIfOverdue(long mostNanos) {
    lock.lock();
    try {
      boolean awaits = phase == Phase.LOOKUP || phase == Phase.SETTLE;
      if (!awaits || clock.getAsLong() - since < mostNanos) {
        return null;
      }
      Phase overdue = phase;
      phase = Phase.DONE;
      return overdue;
    } finally {
      lock.unlock();
    }
  }

  boolean takesCallers() {
    lock.lock();
    try {
      return phase != Phase.SETTLE && phase != Phase.DONE;
    } finally {
      lock.unlock();
    }
  }

  /** How many callers still wait, but for one. */
  int waiters(@Nullable Caller<K, V, ?> besides) {
    lock.lock();
    try {
      return (int) callers.stream().filter(caller -> caller != besides && !caller.gone()).count();
    } finally {
      lock.unlock();
    }
  }

  /** What is going on, for people, or null if it is over. */
  @Nullable InFlight progress(boolean joinable) {
    lock.lock();
    try {
      int waiting = waiters(null);
      return switch (phase) {
        case LOOKUP -> new InFlight(Doing.LOOKING_UP, waiting, joinable);
        case WAIT -> new InFlight(Doing.WAITING, waiting, joinable);
        case LOAD -> new InFlight(Doing.LOADING, waiting, joinable);
        case SETTLE -> new InFlight(Doing.STORING, waiting, joinable);
        case DONE -> null;
      };
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- a stale value

  /**
   * Takes out the callers who came before a moment: they are served the stale value, and the flight
   * goes on behind them. While it looks, it may find something better.
   */
  List<Caller<K, V, ?>> takeThoseBefore(long moment, boolean whileLooking) {
    lock.lock();
    try {
      if (phase == Phase.LOOKUP && !whileLooking) {
        return List.of();
      }
      background = true;
      List<Caller<K, V, ?>> taken =
          callers.stream().filter(caller -> caller.since() <= moment).toList();
      callers.removeAll(taken);
      return taken;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- the wait for another's lease

  Waiting await(boolean allowed, Supplier<Runnable> timer) {
    lock.lock();
    try {
      callers.removeIf(Caller::gone);
      boolean wanted = !callers.isEmpty() || background;
      if (phase == Phase.DONE || !wanted || !allowed) {
        phase = Phase.DONE;
        return Waiting.ENDED;
      }
      if (woken) {
        woken = false;
        return Waiting.WOKEN;
      }
      phase = Phase.WAIT;
      cancelWait = timer.get();
      return Waiting.BEGUN;
    } finally {
      lock.unlock();
    }
  }

  /** True if that ends a wait. A wake-up that meets a lookup under way is remembered. */
  boolean wake() {
    lock.lock();
    try {
      if (phase != Phase.WAIT) {
        woken = phase == Phase.LOOKUP;
        return false;
      }
      phase = Phase.LOOKUP;
      since = clock.getAsLong();
      cancelWait.run();
      return true;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- the lead

  /** Makes the next lead, unless nobody wants it: then the flight is over. */
  @Nullable Lead<K, V> handOver(@Nullable Lead<K, V> from, Supplier<Lead<K, V>> next) {
    lock.lock();
    try {
      if (lead != from || phase == Phase.DONE) {
        return null;
      }
      callers.removeIf(Caller::gone);
      boolean wanted = !callers.isEmpty() || (background && from == null);
      lead = wanted ? next.get() : null;
      phase = wanted ? Phase.LOAD : Phase.DONE;
      return lead;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Lead<K, V> lead() {
    return lead;
  }

  @Nullable Caller<K, V, ?> firstWaiting() {
    lock.lock();
    try {
      callers.removeIf(Caller::gone);
      return callers.peekFirst();
    } finally {
      lock.unlock();
    }
  }

  boolean wanted() {
    return firstWaiting() != null || background();
  }

  boolean background() {
    lock.lock();
    try {
      return background;
    } finally {
      lock.unlock();
    }
  }

  /** True if the caller is to hand the lead over until it is kept; false if somebody does. */
  boolean leave(Lead<K, V> by) {
    lock.lock();
    try {
      left = by;
      boolean first = !handingOver;
      handingOver = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** The lead that was given up since, or null: the last one is kept. */
  @Nullable Lead<K, V> leftAfter(@Nullable Lead<K, V> handedOver) {
    lock.lock();
    try {
      if (left == handedOver) {
        handingOver = false;
        return null;
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  void cancelWait() {
    lock.lock();
    try {
      cancelWait.run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    lock.lock();
    try {
      return phase + " with " + callers.size() + " callers";
    } finally {
      lock.unlock();
    }
  }
}
