package io.github.corral.internal;

import io.github.corral.RemoteTierException;
import io.github.corral.TieredCache;
import io.github.corral.WriteFailedException;
import io.github.corral.spi.SourceWrite;
import io.github.corral.spi.Writer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The blocking and the asynchronous face of an engine: its invalidations and writes. */
abstract class WriteFront<K, V> implements TieredCache<K, V> {

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  final Engine<K, V> engine;

  WriteFront(Engine<K, V> engine) {
    this.engine = engine;
  }

  @Override
  public void put(K key, @Nullable V value) {
    if (engine.writer() == null) {
      awaitApplied(putAsync(key, value));
    } else {
      writeThrough(key, value);
    }
  }

  @Override
  public CompletableFuture<Void> putAsync(K key, @Nullable V value) {
    checkOpen();
    Objects.requireNonNull(key, "key");
    return engine.writer() == null
        ? engine.writes().put(key, value)
        : discard(
            engine
                .writes()
                .update(
                    key,
                    () -> CompletableFuture.completedFuture(written(key, value)),
                    engine.loads()));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    if (engine.writer() == null) {
      awaitApplied(putAllAsync(values));
    } else {
      checked(values).forEach(this::writeThrough);
    }
  }

  @Override
  public CompletableFuture<Void> putAllAsync(Map<? extends K, ? extends V> values) {
    checked(values);
    if (engine.writer() == null) {
      return all(values.entrySet().stream().map(it -> putAsync(it.getKey(), it.getValue())));
    }
    CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    for (Map.Entry<? extends K, ? extends V> it : List.copyOf(values.entrySet())) {
      last = last.thenCompose(done -> putAsync(it.getKey(), it.getValue()));
    }
    return last;
  }

  private static <K, V> Map<K, V> checked(Map<K, V> values) {
    values.forEach(
        (key, value) -> {
          Objects.requireNonNull(key, "key");
          Objects.requireNonNull(value, "value");
        });
    return values;
  }

  @Override
  public void remove(K key) {
    requireWriter();
    writeThrough(key, null);
  }

  @Override
  public CompletableFuture<Void> removeAsync(K key) {
    requireWriter();
    return putAsync(key, null);
  }

  private void requireWriter() {
    if (engine.writer() == null) {
      throw new IllegalStateException(
          engine.subject() + "was built without a writer: remove(..) has no source to write to");
    }
  }

  private void writeThrough(K key, @Nullable V value) {
    V unused = update(key, () -> written(key, value));
  }

  /** Has the cache's writer write or delete; gives what the source then holds. */
  private @Nullable V written(K key, @Nullable V value) {
    Writer<K, V> writer = Objects.requireNonNull(engine.writer(), "writer");
    try {
      if (value == null) {
        writer.delete(key);
      } else {
        writer.write(key, value);
      }
      return value;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new WriteFailedException(
          engine.subject(engine.text(key)) + "its writer failed; nothing was published", e);
    }
  }

  @Override
  public <E extends Exception> @Nullable V update(K key, SourceWrite<V, E> source) throws E {
    checkOpen();
    Writes<K, V>.Write write = engine.writes().open(Objects.requireNonNull(key, "key"));
    V value;
    try {
      awaitApplied(write.begin());
      value = source.write();
    } catch (Throwable e) { // whatever it was, the source may have been written
      awaitAborted(write.abort());
      throw e;
    }
    awaitApplied(write.publish(value));
    return value;
  }

  private void awaitAborted(CompletableFuture<Void> aborted) {
    try {
      awaitApplied(aborted);
    } catch (RemoteTierException e) {
      LOG.log(System.Logger.Level.DEBUG, "a write was given up before it was aborted", e);
    }
  }

  @Override
  public CompletableFuture<V> updateAsync(K key, Callable<? extends CompletionStage<V>> source) {
    checkOpen();
    Objects.requireNonNull(source, "source");
    return engine.writes().update(Objects.requireNonNull(key, "key"), source, engine.loads());
  }

  @Override
  public void invalidate(K key) {
    awaitApplied(invalidateAsync(key));
  }

  @Override
  public CompletableFuture<Void> invalidateAsync(K key) {
    checkOpen();
    return engine.writes().invalidate(Objects.requireNonNull(key, "key"));
  }

  @Override
  public void invalidateAll(Collection<? extends K> keys) {
    awaitApplied(invalidateAllAsync(keys));
  }

  @Override
  public CompletableFuture<Void> invalidateAllAsync(Collection<? extends K> keys) {
    keys.forEach(key -> Objects.requireNonNull(key, "key"));
    return all(keys.stream().map(this::invalidateAsync));
  }

  @Override
  public void expire(K key) {
    awaitApplied(expireAsync(key));
  }

  @Override
  public CompletableFuture<Void> expireAsync(K key) {
    checkOpen();
    return engine.writes().expire(Objects.requireNonNull(key, "key"));
  }

  @Override
  public void clear() {
    awaitApplied(clearAsync());
  }

  @Override
  public CompletableFuture<Void> clearAsync() {
    checkOpen();
    return engine.writes().clear();
  }

  private static CompletableFuture<Void> all(Stream<CompletableFuture<Void>> each) {
    return CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new));
  }

  private static CompletableFuture<Void> discard(CompletableFuture<?> stage) {
    return stage.thenAccept(value -> {});
  }

  private void awaitApplied(CompletableFuture<?> applied) {
    Applied.await(applied, engine.loadTimeoutNanos(), engine.subject());
  }

  final void checkOpen() {
    if (engine.closed()) {
      throw new IllegalStateException(engine.subject() + "its Corral is closed");
    }
  }
}
