package io.github.corral.internal;

import io.github.corral.internal.Caller.Getter;
import io.github.corral.internal.LoadingThreads.Frame;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The reads of many keys, blocking and asynchronous. */
final class BulkFront<K, V> {

  /** How long refreshes behind a bulk read are gathered; nobody waits for them. */
  private static final long REFRESH_WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Engine<K, V> engine;
  private final @Nullable AsyncLoader<K, V> single;

  BulkFront(Engine<K, V> engine, @Nullable AsyncLoader<K, V> single) {
    this.engine = engine;
    this.single = single;
  }

  /** Reads; without a bulk loader by the single one, which there then is. */
  Map<K, V> getAll(Collection<? extends K> keys, @Nullable BulkLoader<K, V> bulk) {
    Map<K, @Nullable V> answers = room(keys);
    List<K> missing = quick(keys, answers);
    if (missing.isEmpty()) {
      return BulkRead.present(answers);
    }
    Mailbox mailbox = new Mailbox(engine.executor());
    return await(
        new BulkRead<>(engine, answers, missing, callers(bulk, mailbox, engine.loads(mailbox))),
        mailbox);
  }

  CompletableFuture<Map<K, V>> getAllAsync(
      Collection<? extends K> keys, @Nullable BulkLoader<K, V> bulk) {
    Map<K, @Nullable V> answers = room(keys);
    List<K> missing = quick(keys, answers);
    if (missing.isEmpty()) {
      return CompletableFuture.completedFuture(BulkRead.present(answers));
    }
    return expiring(
        new BulkRead<>(engine, answers, missing, callers(bulk, engine.executor(), engine.loads())));
  }

  private Map<K, @Nullable V> room(Collection<? extends K> keys) {
    return new LinkedHashMap<>((int) Math.ceil(keys.size() / 0.75));
  }

  /** Answers what it can, leaves room for the rest, and tells what that is. */
  private List<K> quick(Collection<? extends K> keys, Map<K, @Nullable V> answers) {
    List<K> missing = List.of();
    for (K key : keys) {
      if (answers.containsKey(Objects.requireNonNull(key, "key"))) {
        continue;
      }
      Entry<V> entry = engine.quick(key);
      answers.put(key, entry == null ? null : entry.value());
      if (entry == null) {
        missing = missing.isEmpty() ? new ArrayList<>() : missing;
        missing.add(key);
      }
    }
    return missing;
  }

  private Function<K, ? extends Caller<K, V, V>> callers(
      @Nullable BulkLoader<K, V> bulk, Executor thread, Executor loads) {
    if (bulk == null) {
      AsyncLoader<K, V> loader = Objects.requireNonNull(single, "single");
      return key -> new Getter<>(key, loader, thread, loads);
    }
    Coalescer<K, V> refresher = engine.coalescer(REFRESH_WINDOW_NANOS, bulk, Loaders.alone(bulk));
    return new Rounds<>(engine, bulk, refresher, thread, loads)::caller;
  }

  private Map<K, V> await(BulkRead<K, V> read, Mailbox mailbox) {
    boolean ended = false;
    Frame within = engine.threads().current();
    try {
      read.within(within);
      read.start();
      waitFor(read, mailbox);
      ended = true;
      return read.future.join();
    } catch (CompletionException e) {
      throw Applied.unwrapped(e);
    } finally {
      if (!ended) {
        read.future.cancel(false);
      }
      if (within != null) {
        within.goesOn();
      }
      mailbox.close();
    }
  }

  private void waitFor(BulkRead<K, V> read, Mailbox mailbox) {
    try {
      mailbox.await(read.future, engine.loadTimeoutNanos());
    } catch (TimeoutException e) {
      read.fail(key -> engine.timeout(engine.text(key), "its value"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      read.fail(
          key -> engine.failure(engine.text(key), "the wait for its value was interrupted", e));
    }
  }

  private CompletableFuture<Map<K, V>> expiring(BulkRead<K, V> read) {
    read.start();
    if (!read.future.isDone()) {
      Runnable cancel =
          engine.after(
              engine.loadTimeoutNanos(),
              () -> read.fail(key -> engine.timeout(engine.text(key), "its value")));
      Stages.then(read.future, (answer, error) -> cancel.run());
    }
    return read.future;
  }
}
