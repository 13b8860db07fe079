package io.github.corral.internal;

import io.github.corral.Explanation;
import io.github.corral.LoadFailedException;
import io.github.corral.ReadThroughCache;
import io.github.corral.RemoteTierException;
import io.github.corral.internal.Caller.Getter;
import io.github.corral.internal.Caller.Opener;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Flight;
import io.github.corral.spi.KeyLoader;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The blocking and the asynchronous face of an engine. */
public final class CacheFront<K, V> implements ReadThroughCache<K, V> {

  private final Engine<K, V> engine;
  private final @Nullable AsyncLoader<K, V> loader;
  private final Explainer<K, V> explainer;

  /** Makes a front; without a loader, of the methods that bring one. */
  public CacheFront(Engine<K, V> engine, @Nullable AsyncLoader<K, V> loader) {
    this.engine = engine;
    this.loader = loader;
    this.explainer = engine.explainer();
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
    return blocking(new Opener<>(key, Loaders.of(refresher), mailbox), mailbox);
  }

  @Override
  public CompletableFuture<Flight<V>> openAsync(K key, AsyncLoader<K, V> refresher) {
    Entry<V> quick = quick(key);
    return quick != null
        ? CompletableFuture.completedFuture(new Landed<>(quick.value()))
        : expiring(new Opener<>(key, refresher, engine.executor()));
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
  public void put(K key, @Nullable V value) {
    awaitApplied(putAsync(key, value));
  }

  @Override
  public CompletableFuture<Void> putAsync(K key, @Nullable V value) {
    checkOpen();
    return engine.put(Objects.requireNonNull(key, "key"), value);
  }

  @Override
  public void invalidate(K key) {
    awaitApplied(invalidateAsync(key));
  }

  @Override
  public CompletableFuture<Void> invalidateAsync(K key) {
    checkOpen();
    return engine.invalidate(Objects.requireNonNull(key, "key"));
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
    try {
      engine.read(caller);
      R answer = await(caller.future, mailbox, caller.key);
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        caller.leave();
      }
      mailbox.close();
    }
  }

  private <R> CompletableFuture<R> expiring(Caller<K, V, R> caller) {
    engine.read(caller);
    if (!caller.future.isDone()) {
      Runnable cancel =
          engine.after(
              engine.loadTimeoutNanos(),
              () -> caller.fail(engine.timeout(engine.text(caller.key), "its value")));
      Stages.then(caller.future, (value, error) -> cancel.run());
    }
    return caller.future;
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
      throw unwrapped(e);
    }
  }

  /** The tier's own timeout bounds it; the load timeout is for a tier that breaks its word. */
  private void awaitApplied(CompletableFuture<Void> applied) {
    try {
      applied.get(engine.loadTimeoutNanos(), java.util.concurrent.TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteTierException(
          "cache '" + engine.name() + "': interrupted before the remote tier had answered", e);
    } catch (TimeoutException e) {
      throw new RemoteTierException(
          "cache '" + engine.name() + "': the remote tier did not answer", e);
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(Exception e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof LoadFailedException || cause instanceof RemoteTierException) {
      // Each caller's own; it was made on the thread that ended the wait.
      cause.fillInStackTrace();
    }
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }

  private AsyncLoader<K, V> ownLoader() {
    if (loader == null) {
      throw new IllegalStateException(
          "cache '" + engine.name() + "' was built without a loader: bring one with each call");
    }
    return loader;
  }

  private void checkOpen() {
    if (engine.closed()) {
      throw new IllegalStateException("cache '" + engine.name() + "': its Corral is closed");
    }
  }
}
