package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Load;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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
final class Coalescer<K, V> implements AsyncLoader<K, V> {

  /** Of a bulk load, as databases and drivers bound the parameters of a query. */
  static final int MOST_KEYS = 1_000;

  private final Engine<K, V> engine;
  private final long windowNanos;
  private final BulkLoader<K, V> bulk;
  private final AsyncLoader<K, V> alone;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private Batch<K, V> open = new Batch<>();

  /**
   * Makes one.
   *
   * @param alone loads a key that was the only one of its window
   */
  Coalescer(Engine<K, V> engine, long windowNanos, BulkLoader<K, V> bulk, AsyncLoader<K, V> alone) {
    this.engine = engine;
    this.windowNanos = windowNanos;
    this.bulk = bulk;
    this.alone = alone;
  }

  @Override
  public CompletionStage<V> load(K key, Load<V> load) {
    Batch<K, V> before = null;
    Batch<K, V> mine;
    CompletionStage<V> value;
    boolean first;
    lock.lock();
    try {
      if (open.size() == MOST_KEYS || open.has(key)) {
        before = open;
        open = new Batch<>();
      }
      mine = open;
      first = mine.size() == 0;
      value = mine.load(key, load);
    } finally {
      lock.unlock();
    }
    begin(before);
    if (first) {
      Runnable unused = engine.after(windowNanos, () -> begin(close(mine)));
    }
    return value;
  }

  /** The batch, or null if it has begun already. */
  private @Nullable Batch<K, V> close(Batch<K, V> batch) {
    lock.lock();
    try {
      if (open != batch) {
        return null;
      }
      open = new Batch<>();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void begin(@Nullable Batch<K, V> batch) {
    if (batch != null) {
      new BulkPlace(engine, engine.loads(), new Window(batch)).enter();
    }
  }

  /** What has been gathered, once the window is over. */
  private final class Window implements BulkPlace.Work {

    private final Batch<K, V> batch;

    private Window(Batch<K, V> batch) {
      this.batch = batch;
    }

    @Override
    public List<Lead<?, ?>> leads() {
      return batch.leads();
    }

    @Override
    public void run() {
      if (batch.size() == 1) {
        batch.runAlone(alone);
      } else {
        batch.run(bulk);
      }
    }

    @Override
    public void reject(Throwable error) {
      batch.reject(error);
    }
  }
}
