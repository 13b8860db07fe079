package io.github.corral.internal;

import io.github.corral.Explanation;
import io.github.corral.ReadThroughCache;
import io.github.corral.internal.Caller.Getter;
import io.github.corral.internal.Caller.Opener;
import io.github.corral.internal.LoadingThreads.Frame;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Flight;
import io.github.corral.spi.KeyLoader;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The blocking and the asynchronous face of an engine: its reads. */
public final class CacheFront<K, V> extends WriteFront<K, V> implements ReadThroughCache<K, V> {

  private final @Nullable AsyncLoader<K, V> loader;
  private final BulkFront<K, V> bulk;
  private final Explainer<K, V> explainer;

  /** Makes a front; without a loader, of the methods that bring one. */
  public CacheFront(Engine<K, V> engine, @Nullable AsyncLoader<K, V> loader) {
    super(engine);
    this.loader = engine.coalesced(loader);
    this.bulk = new BulkFront<>(engine, this.loader);
    this.explainer = engine.explainer();
    if (this.loader != null) {
      engine.sweep(this.loader);
    }
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public @Nullable V get(K key) {
    return getBlocking(key, ownLoader());
  }

  @Override
  public @Nullable V refresh(K key) {
    checkOpen();
    Frame within = engine.threads().current();
    String chain = within == null ? null : within.chainTo(engine.text(key));
    if (chain != null) {
      throw new IllegalStateException(
          engine.subject(engine.text(key))
              + "its own load asks for its refresh and would wait for itself ("
              + chain
              + "); read the source there, not the cache");
    }
    CompletableFuture<V> refreshed = refreshAsync(key, within);
    Mailbox mailbox = new Mailbox(engine.executor());
    try {
      return await(refreshed, mailbox, key);
    } finally {
      refreshed.cancel(false);
      leave(within, mailbox);
    }
  }

  @Override
  public CompletableFuture<V> refreshAsync(K key) {
    checkOpen();
    return refreshAsync(key, null);
  }

  private CompletableFuture<V> refreshAsync(K key, @Nullable Frame within) {
    return expiring(engine.reload(Objects.requireNonNull(key, "key"), ownLoader(), within), key);
  }

  @Override
  public @Nullable V get(K key, KeyLoader<K, V> with) {
    Entry<V> quick = quick(key);
    return quick != null ? quick.value() : getBlocking(key, Loaders.of(with));
  }

  @Override
  public CompletableFuture<V> getAsync(K key) {
    return getAsync(key, ownLoader());
  }

  @Override
  public CompletableFuture<V> getAsync(K key, AsyncLoader<K, V> with) {
    Entry<V> quick = quick(key);
    return quick != null
        ? CompletableFuture.completedFuture(quick.value())
        : expiring(new Getter<>(key, with, engine.executor(), engine.loads()));
  }

  @Override
  public Flight<V> open(K key, KeyLoader<K, V> refresher) {
    Entry<V> quick = quick(key);
    if (quick != null) {
      return new Landed<>(quick.value());
    }
    Mailbox mailbox = new Mailbox(engine.executor());
    Flight<V> flight = blocking(new Opener<>(key, Loaders.of(refresher), mailbox), mailbox);
    if (flight instanceof Lead<?, ?> lead) {
      lead.holdThread();
    }
    return flight;
  }

  @Override
  public CompletableFuture<Flight<V>> openAsync(K key, AsyncLoader<K, V> refresher) {
    Entry<V> quick = quick(key);
    return quick != null
        ? CompletableFuture.completedFuture(new Landed<>(quick.value()))
        : expiring(new Opener<>(key, refresher, engine.executor()));
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys) {
    checkOpen();
    AsyncLoader<K, V> unused = ownLoader();
    return bulk.getAll(keys, engine.bulkLoader());
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> with) {
    checkOpen();
    return bulk.getAll(keys, Objects.requireNonNull(with, "loader"));
  }

  @Override
  public CompletableFuture<Map<K, V>> getAllAsync(Collection<? extends K> keys) {
    checkOpen();
    AsyncLoader<K, V> unused = ownLoader();
    return bulk.getAllAsync(keys, engine.bulkLoader());
  }

  @Override
  public CompletableFuture<Map<K, V>> getAllAsync(
      Collection<? extends K> keys, BulkLoader<K, V> with) {
    checkOpen();
    return bulk.getAllAsync(keys, Objects.requireNonNull(with, "loader"));
  }

  @Override
  public @Nullable V getIfPresent(K key) {
    Entry<V> quick = quick(key);
    if (quick != null) {
      return quick.value();
    }
    Mailbox mailbox = new Mailbox(engine.executor());
    try {
      Entry<V> entry = await(engine.peek(key, mailbox), mailbox, key);
      return entry == null ? null : entry.value();
    } finally {
      mailbox.close();
    }
  }

  @Override
  public CompletableFuture<V> getIfPresentAsync(K key) {
    checkOpen();
    return engine
        .peek(Objects.requireNonNull(key, "key"), engine.executor())
        .thenApply(entry -> entry == null ? null : entry.value());
  }

  @Override
  public Explanation explain(K key) {
    checkOpen();
    return explainer.explain(Objects.requireNonNull(key, "key"));
  }

  @Override
  public CompletableFuture<Explanation> explainAsync(K key) {
    checkOpen();
    return explainer.explainAsync(Objects.requireNonNull(key, "key"));
  }

  private @Nullable Entry<V> quick(K key) {
    checkOpen();
    return engine.quick(Objects.requireNonNull(key, "key"));
  }

  private @Nullable V getBlocking(K key, AsyncLoader<K, V> with) {
    Entry<V> quick = quick(key);
    if (quick != null) {
      return quick.value();
    }
    Mailbox mailbox = new Mailbox(engine.executor());
    return blocking(new Getter<>(key, with, mailbox, engine.loads(mailbox)), mailbox);
  }

  private <R> R blocking(Caller<K, V, R> caller, Mailbox mailbox) {
    boolean answered = false;
    Frame within = engine.threads().current();
    caller.within = within;
    try {
      engine.read(caller);
      R answer = await(caller.future, mailbox, caller.key);
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        caller.leave();
      }
      leave(within, mailbox);
    }
  }

  private static void leave(@Nullable Frame within, Mailbox mailbox) {
    if (within != null) {
      within.goesOn();
    }
    mailbox.close();
  }

  private <R> CompletableFuture<R> expiring(Caller<K, V, R> caller) {
    engine.read(caller);
    return expiring(caller.future, caller.key);
  }

  private <R> CompletableFuture<R> expiring(CompletableFuture<R> future, K key) {
    if (!future.isDone()) {
      Runnable cancel =
          engine.after(
              engine.loadTimeoutNanos(),
              () -> future.completeExceptionally(engine.timeout(engine.text(key), "its value")));
      Stages.then(future, (value, error) -> cancel.run());
    }
    return future;
  }

  private <R> R await(CompletableFuture<R> future, Mailbox mailbox, K key) {
    try {
      mailbox.await(future, engine.loadTimeoutNanos());
      return future.join();
    } catch (TimeoutException e) {
      throw engine.timeout(engine.text(key), "its value");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw engine.failure(engine.text(key), "the wait for its value was interrupted", e);
    } catch (CompletionException e) {
      throw Applied.unwrapped(e);
    }
  }

  private AsyncLoader<K, V> ownLoader() {
    if (loader == null) {
      throw new IllegalStateException(
          "cache '" + engine.name() + "' was built without a loader: bring one with each call");
    }
    return loader;
  }
}
