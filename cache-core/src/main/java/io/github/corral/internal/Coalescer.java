package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Load;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A loader of single keys that makes one bulk load of those that are asked for within a window.
 *
 * <pre>
 *   empty ── a key: the window opens ──► open ── time, a key too many, a key twice ──► begun
 * </pre>
 *
 * <p>A flight asks once, so a key comes twice only by two flights, between which there was an
 * invalidation. The second then opens another window: its load must not be one that began before
 * it, nor be described to the loader by the first one's circumstances. A load that is given up
 * meanwhile is loaded all the same; its lead ignores the value.
 *
 * <p>The lock is held for a few instructions, and never while a loader is called.
 */
class Coalescer<K, V> implements AsyncLoader<K, V> {

  /** Of a bulk load, as databases and drivers bound the parameters of a query. */
  static final int MOST_KEYS = 1_000;

  private final long windowNanos;
  private final Host.Timer timer;
  private final Consumer<Batch<K, V>> begin;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private Batch<K, V> open = new Batch<>();

  /**
   * Makes one.
   *
   * @param begin has a bulk load begun, with all that was gathered
   */
  Coalescer(long windowNanos, Host.Timer timer, Consumer<Batch<K, V>> begin) {
    this.windowNanos = windowNanos;
    this.timer = timer;
    this.begin = begin;
  }

  @Override
  public CompletionStage<V> load(K key, Load<V> load) {
    Batch<K, V> before = null;
    Batch<K, V> mine;
    CompletionStage<V> value;
    boolean first;
    lock.lock();
    try {
      if (isFull(open, key)) {
        before = open;
        open = new Batch<>();
      }
      mine = open;
      first = mine.size() == 0;
      value = mine.load(key, load);
    } finally {
      lock.unlock();
    }
    if (before != null) {
      begin.accept(before);
    }
    if (first) {
      Runnable unused = timer.after(windowNanos, () -> end(mine));
    }
    return value;
  }

  boolean isFull(Batch<K, V> batch, K key) {
    return batch.size() == MOST_KEYS || batch.has(key);
  }

  private void end(Batch<K, V> window) {
    if (close(window)) {
      begin.accept(window);
    }
  }

  /** False if it has begun already. */
  boolean close(Batch<K, V> batch) {
    lock.lock();
    try {
      if (open != batch) {
        return false;
      }
      open = new Batch<>();
      return true;
    } finally {
      lock.unlock();
    }
  }
}
