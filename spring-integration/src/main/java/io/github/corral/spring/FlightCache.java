package io.github.corral.spring;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationInvoker.ThrowableWrapper;
import org.springframework.cache.support.SimpleValueWrapper;
import org.springframework.util.ObjectUtils;

/**
 * A cache as one operation of one invocation sees it. Spring gets and puts without protection; this
 * cache makes of each get that misses a flight, and of the put that follows its commit.
 */
final class FlightCache implements Cache {

  private final CorralCache cache;
  private final Scope scope;
  private final CacheOperation by;
  private final BooleanSupplier optionalLater;

  /**
   * Makes a view of a cache.
   *
   * @param cache the cache
   * @param scope the invocation
   * @param by the operation
   * @param optionalLater whether the method returns a future or a publisher of an Optional, in
   *     which Spring leaves the Optional around the value
   */
  FlightCache(CorralCache cache, Scope scope, CacheOperation by, BooleanSupplier optionalLater) {
    this.cache = cache;
    this.scope = scope;
    this.by = by;
    this.optionalLater = optionalLater;
  }

  @Override
  public String getName() {
    return cache.getName();
  }

  @Override
  public Object getNativeCache() {
    return cache.getNativeCache();
  }

  @Override
  public @Nullable ValueWrapper get(Object key) {
    return scope.find(cache, by, cache.text(key));
  }

  @Override
  public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
    return cache.get(key, type);
  }

  @Override
  @SuppressWarnings("unchecked") // Spring gives the value to the method's caller
  public <T> @Nullable T get(Object key, Callable<T> loader) {
    String text = cache.text(key);
    try {
      ValueWrapper found = scope.find(cache, by, text);
      if (found != null) {
        return (T) found.get();
      }
      T value = loader.call();
      scope.store(cache, by, text, value);
      return value;
    } catch (ThrowableWrapper e) {
      throw new ValueRetrievalException(key, loader, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ValueRetrievalException(key, loader, e);
    }
  }

  @Override
  public @Nullable CompletableFuture<?> retrieve(Object key) {
    CompletableFuture<ValueWrapper> found = scope.findLater(cache, by, cache.text(key));
    return found == null || !optionalLater.getAsBoolean() ? found : rewrapped(found);
  }

  private static CompletableFuture<ValueWrapper> rewrapped(CompletableFuture<ValueWrapper> found) {
    return Stages.mapped(found, FlightCache::optional, error -> error);
  }

  private static @Nullable ValueWrapper optional(@Nullable ValueWrapper found) {
    return found == null ? null : new SimpleValueWrapper(Optional.ofNullable(found.get()));
  }

  @Override
  @SuppressWarnings("unchecked") // Spring gives the value to the method's caller
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
    CompletableFuture<?> found = retrieve(key);
    if (found == null) {
      return loaded(key, loader);
    }
    CompletableFuture<T> given =
        found.thenCompose(
            wrapper ->
                wrapper == null
                    ? loaded(key, loader)
                    : CompletableFuture.completedFuture((T) ((ValueWrapper) wrapper).get()));
    return Stages.mapped(given, value -> value, FlightCache::passing);
  }

  private <T> CompletableFuture<T> loaded(Object key, Supplier<CompletableFuture<T>> loader) {
    return loader
        .get()
        .thenApply(
            value -> {
              put(key, value);
              return value;
            });
  }

  private static Throwable passing(Throwable error) {
    return error instanceof FlightFailure ? error : new FlightFailure(error);
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    scope.store(cache, by, cache.text(key), ObjectUtils.unwrapOptional(value));
  }

  @Override
  public void evict(Object key) {
    scope.evict(cache, cache.text(key));
  }

  @Override
  public void clear() {
    cache.clear();
  }
}
