package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The background refresh of one cache in this process.
 *
 * <p>There is no timer per key and no list of what is due: entries carry their due time, and
 * {@value #PASSES} times per period a pass goes through the keys and starts the refreshes that are
 * due. Nor is there an election: every process does so, and the lease chooses who loads. A process
 * that comes later finds the newer value and takes it over, with the due time that follows from its
 * age.
 *
 * <p>A pass goes on where it stopped: after {@value #SLICE} keys it makes way for other tasks, and
 * at {@value #MOST_AT_ONCE} refreshes in progress it waits for one to end. The next pass begins
 * when it is through, so that passes do not pile up behind a slow loader.
 *
 * <p>Passes are made by one thread at a time, though not always the same: {@link #pumping} says who
 * has the fields that are marked so. It ends with the cache's Corral.
 */
final class Sweep<K, V> {

  static final int PASSES = 32;
  static final int MOST_AT_ONCE = 16;

  private static final int SLICE = 1_000;
  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private final Engine<K, V> engine;
  private final AsyncLoader<K, V> loader;
  private final @Nullable Supplier<? extends Collection<K>> source;
  private final long periodNanos;

  /** How often it was asked to go on since somebody began to: whoever raises it from 0 does it. */
  private final AtomicInteger pumping = new AtomicInteger();

  private final AtomicInteger inProgress = new AtomicInteger();
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile boolean passDue;
  private volatile Given<K> given = new Given<>(List.of());

  // Of whoever pumps.
  private Iterator<K> pass = Collections.emptyIterator();
  private long askAt;

  /** The keys of one period, and those of them that were loaded in it because they were absent. */
  private record Given<K>(List<K> keys, Set<K> filled) {

    Given(List<K> keys) {
      this(keys, new HashSet<>());
    }
  }

  Sweep(
      Engine<K, V> engine,
      AsyncLoader<K, V> loader,
      @Nullable Supplier<? extends Collection<K>> source,
      long periodNanos) {
    this.engine = engine;
    this.loader = loader;
    this.source = source;
    this.periodNanos = periodNanos;
    this.askAt = engine.now();
  }

  /** Starts at a random moment, so that processes that start together do not look together. */
  void start() {
    engine.after(engine.partOf(periodNanos / PASSES), this::tick);
  }

  private void tick() {
    if (!engine.closed()) {
      engine.after(periodNanos / PASSES, this::tick);
      beginPass();
    }
  }

  private void beginPass() {
    passDue = true;
    later(engine.executor(), this::pump);
  }

  /** What an executor refuses is done at the next tick. */
  private boolean later(Executor executor, Runnable step) {
    try {
      executor.execute(step);
      return true;
    } catch (RuntimeException | Error e) { // an executor may also fail to start a thread
      LOG.log(System.Logger.Level.DEBUG, "cache '" + engine.name() + "': a refresh has to wait", e);
      return false;
    }
  }

  /** Goes on; if somebody is at it already, that one looks once more before it leaves. */
  private void pump() {
    if (pumping.getAndIncrement() != 0) {
      return;
    }
    int seen;
    do {
      seen = pumping.get();
      goOn();
    } while (pumping.addAndGet(-seen) != 0);
  }

  private void goOn() {
    if (passDue && !pass.hasNext()) {
      passDue = false;
      pass = keys();
    }
    for (int looked = 0; pass.hasNext(); looked++) {
      if (engine.closed() || inProgress.get() >= MOST_AT_ONCE) {
        return;
      }
      if (looked == SLICE) {
        later(engine.executor(), this::pump);
        return;
      }
      look(pass.next());
    }
  }

  private Iterator<K> keys() {
    if (source == null) {
      return engine.heldKeys();
    }
    long now = engine.now();
    if (now >= askAt && asking.compareAndSet(false, true)) {
      askAt = now + periodNanos;
      if (!later(engine.loads(), () -> ask(source))) {
        asking.set(false);
        askAt = now;
      }
    }
    return given.keys.iterator();
  }

  private void ask(Supplier<? extends Collection<K>> keys) {
    try {
      given = new Given<>(List.copyOf(keys.get()));
      beginPass();
    } catch (RuntimeException | Error e) { // the supplier is the application's
      given = new Given<>(List.of());
      LOG.log(
          System.Logger.Level.DEBUG,
          "cache '" + engine.name() + "': refreshKeys threw; no key is refreshed in this period",
          e);
    } finally {
      asking.set(false);
    }
  }

  private void look(K key) {
    try {
      KeyFlight<K, V> begun = refresh(key);
      if (begun != null) {
        inProgress.incrementAndGet();
        begun.whenSettled(engine.executor(), this::ended);
      }
    } catch (RuntimeException | Error e) { // the key and its codec are the application's
      LOG.log(System.Logger.Level.DEBUG, "cache '" + engine.name() + "': a refresh failed", e);
    }
  }

  private @Nullable KeyFlight<K, V> refresh(K key) {
    Entry<V> entry = engine.held(key);
    if (entry == null) {
      return source != null && given.filled.add(key) ? engine.refresh(key, loader, null) : null;
    }
    boolean wanted = source != null || entry.wasRead();
    return wanted && entry.sweepDue(engine.now()) ? engine.refresh(key, loader, entry) : null;
  }

  private void ended() {
    inProgress.decrementAndGet();
    pump();
  }
}
