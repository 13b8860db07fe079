package io.github.corral.internal;

import io.github.corral.LoadFailedException;
import io.github.corral.internal.LoadingThreads.Frame;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Flight;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One read that was not answered from this process's memory: what it waits for, and how it loads if
 * it is to lead.
 *
 * @param <R> what the read gives: the value, or a part in the flight
 */
abstract sealed class Caller<K, V, R> {

  final K key;
  final AsyncLoader<K, V> loader;

  /**
   * Where the replies to a flight that this caller opens are handled: its own thread, if it blocks.
   */
  final Executor thread;

  final CompletableFuture<R> future = new CompletableFuture<>();

  /** The load that reads, if it is one, and does so by blocking. */
  @Nullable Frame within;

  /** What it found in this process, if it would rather have something fresh. */
  volatile @Nullable Entry<V> stale;

  private volatile long since;

  private Caller(K key, AsyncLoader<K, V> loader, Executor thread) {
    this.key = key;
    this.loader = loader;
    this.thread = thread;
  }

  /** When the read began, in nanoseconds of the host's clock. */
  long since() {
    return since;
  }

  void beginsAt(long now) {
    since = now;
  }

  /** Whether its load becomes part of a bulk load, which counts as one. */
  boolean gathers() {
    return loader instanceof Coalescer;
  }

  abstract void complete(@Nullable V value);

  abstract void lead(Lead<K, V> lead);

  void fail(LoadFailedException error) {
    future.completeExceptionally(error);
  }

  /**
   * Told that somebody else leads, or is about to, and that this caller waits for that; on any
   * thread, and again if so. The lead may still be handed over to it.
   */
  void waits() {}

  /** Makes this caller one that is passed over from now on. */
  void leave() {
    future.cancel(false);
  }

  boolean gone() {
    return future.isDone();
  }

  /** A read that gets the value, and leads by running its loader. */
  static final class Getter<K, V> extends Caller<K, V, V> {

    private final Executor loads;

    Getter(K key, AsyncLoader<K, V> loader, Executor thread, Executor loads) {
      super(key, loader, thread);
      this.loads = loads;
    }

    @Override
    void complete(@Nullable V value) {
      future.complete(value);
    }

    @Override
    void lead(Lead<K, V> lead) {
      try {
        loads.execute(() -> runUnlessGone(lead));
      } catch (RuntimeException | Error e) { // an executor may also fail to start a thread
        lead.reject(e);
      }
    }

    private void runUnlessGone(Lead<K, V> lead) {
      if (gone()) {
        lead.close();
      } else {
        lead.run(loader);
      }
    }
  }

  /** One key of a bulk read, which leads by taking part in a bulk load. */
  static final class Part<K, V> extends Caller<K, V, V> {

    private final Rounds<K, V> rounds;

    Part(K key, AsyncLoader<K, V> refresher, Executor thread, Rounds<K, V> rounds) {
      super(key, refresher, thread);
      this.rounds = rounds;
    }

    @Override
    void complete(@Nullable V value) {
      future.complete(value);
    }

    @Override
    void lead(Lead<K, V> lead) {
      rounds.leads(this, lead);
    }

    @Override
    boolean gathers() {
      return true;
    }

    @Override
    void waits() {
      rounds.heard(this);
    }

    @Override
    void leave() {
      super.leave();
      rounds.left(this);
    }
  }

  /** A read that takes part in the flight, and leads by means of its own. */
  static final class Opener<K, V> extends Caller<K, V, Flight<V>> {

    Opener(K key, AsyncLoader<K, V> refresher, Executor thread) {
      super(key, refresher, thread);
    }

    @Override
    boolean gathers() {
      return false;
    }

    @Override
    void complete(@Nullable V value) {
      future.complete(new Landed<>(value));
    }

    @Override
    void lead(Lead<K, V> lead) {
      if (!future.complete(lead)) {
        lead.close();
      }
    }

    /** The lead may have come at the very moment in which the caller left. */
    @Override
    void leave() {
      super.leave();
      Stages.then(
          future,
          (flight, error) -> {
            if (flight != null) {
              flight.close();
            }
          });
    }
  }
}
