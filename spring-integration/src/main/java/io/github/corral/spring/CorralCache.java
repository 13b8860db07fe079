package io.github.corral.spring;

import io.github.corral.LoadFailedException;
import io.github.corral.TieredCache;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.support.SimpleValueWrapper;

/**
 * A Corral cache as Spring's, for calls from code. Annotated methods use it through {@link
 * FlightCache}.
 *
 * <p>A null value that is cached is not told from an absent one by the methods that do not load.
 * Thread-safe.
 */
final class CorralCache implements Cache {

  /** Given to those who wait for a value that must not be shared: they load for themselves. */
  static final Object UNSHARED =
      new Object() {
        @Override
        public String toString() {
          return "a value that is not shared";
        }
      };

  private final TieredCache<String, Object> tiered;
  private final KeyText keys;
  private final KnownFailures failures;

  CorralCache(TieredCache<String, Object> tiered, KnownFailures failures) {
    this.tiered = tiered;
    this.keys = new KeyText(tiered.name());
    this.failures = failures;
  }

  TieredCache<String, Object> tiered() {
    return tiered;
  }

  KnownFailures failures() {
    return failures;
  }

  String text(Object key) {
    return keys.of(key);
  }

  @Override
  public String getName() {
    return tiered.name();
  }

  @Override
  public Object getNativeCache() {
    return tiered;
  }

  @Override
  public @Nullable ValueWrapper get(Object key) {
    return wrapped(tiered.getIfPresent(text(key)));
  }

  @Override
  @SuppressWarnings("unchecked") // checked by the type, if the caller gave one
  public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
    Object value = tiered.getIfPresent(text(key));
    if (value != null && type != null && !type.isInstance(value)) {
      throw new IllegalStateException(
          "cache '"
              + getName()
              + "': a value is of "
              + value.getClass()
              + ", and "
              + type
              + " was asked for");
    }
    return (T) value;
  }

  @Override
  @SuppressWarnings("unchecked") // the caller knows what it caches
  public <T> @Nullable T get(Object key, Callable<T> loader) {
    try {
      Object value = tiered.get(text(key), text -> loader.call());
      return value == UNSHARED ? loader.call() : (T) value;
    } catch (LoadFailedException e) {
      throw new ValueRetrievalException(key, loader, e.getCause() != null ? e.getCause() : e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ValueRetrievalException(key, loader, e);
    }
  }

  @Override
  public CompletableFuture<?> retrieve(Object key) {
    return tiered.getIfPresentAsync(text(key)).thenApply(CorralCache::wrapped);
  }

  @Override
  @SuppressWarnings("unchecked") // the caller knows what it caches
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
    CompletableFuture<T> loaded =
        tiered
            .getAsync(text(key), (text, load) -> (CompletableFuture<Object>) loader.get())
            .thenCompose(
                value ->
                    value == UNSHARED
                        ? loader.get()
                        : CompletableFuture.completedFuture((T) value));
    return Stages.mapped(loaded, value -> value, CorralCache::thrown);
  }

  private static Throwable thrown(Throwable error) {
    return error instanceof LoadFailedException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  private static @Nullable ValueWrapper wrapped(@Nullable Object value) {
    return value == null ? null : new SimpleValueWrapper(value);
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    store(text(key), value);
  }

  @Override
  public void evict(Object key) {
    drop(text(key));
  }

  /**
   * Stores a value. In an open transaction it is dropped at first, and stored after the commit:
   * until then it may yet be rolled back.
   */
  void store(String text, @Nullable Object value) {
    if (Transactions.open()) {
      tiered.invalidate(text);
      Transactions.atEnd(() -> tiered.put(text, value), () -> tiered.invalidate(text));
    } else {
      tiered.put(text, value);
    }
  }

  /**
   * Drops a value. In an open transaction it is dropped at once, for the transaction's own reads,
   * and again at its end, for others may have loaded the old value meanwhile.
   */
  void drop(String text) {
    dropping(() -> tiered.invalidate(text));
  }

  /**
   * Drops all values. In an open transaction they are dropped at once, and again at its end, as by
   * {@link #evict}.
   */
  @Override
  public void clear() {
    dropping(tiered::clear);
  }

  private static void dropping(Runnable drop) {
    drop.run();
    if (Transactions.open()) {
      Transactions.atEnd(drop, drop);
    }
  }
}
