package io.github.corral.spring;

import io.github.corral.LoadFailedException;
import io.github.corral.LoadTimeoutException;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Flight;
import io.github.corral.spi.KeyLoader;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache.ValueWrapper;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationInvoker.ThrowableWrapper;
import org.springframework.cache.interceptor.CachePutOperation;
import org.springframework.cache.support.SimpleValueWrapper;
import org.springframework.util.ReflectionUtils;

/**
 * An invocation by a caller. Each of its misses opens a flight, which this invocation leads until
 * Spring stores the value (commit), the method fails (fail), or the invocation ends without either.
 */
final class FlightScope extends Scope {

  /** Loads a key again, behind a value that is served. */
  interface Refresher {
    KeyLoader<String, Object> blocking(CorralCache cache, CacheOperation by);

    AsyncLoader<String, Object> later(CorralCache cache, CacheOperation by);
  }

  private record Known(@Nullable Object value) {}

  /** What was looked up in vain; without a flight, what is then stored is let go. */
  private record Miss(
      CorralCache cache, CacheOperation by, String text, @Nullable Flight<Object> flight) {

    boolean of(CorralCache other, String otherText) {
      return cache == other && text.equals(otherText);
    }
  }

  private final @Nullable Scope outer;
  private final Method method;
  private final Refresher refresher;
  private final List<Miss> misses = new CopyOnWriteArrayList<>();

  private volatile boolean used;
  private volatile boolean over;
  private volatile @Nullable Known known;

  /**
   * Makes a scope.
   *
   * @param outer the invocation in which this one happens, if any
   * @param method what is invoked
   * @param refresher invokes it again
   */
  FlightScope(@Nullable Scope outer, Method method, Refresher refresher) {
    this.outer = outer;
    this.method = method;
    this.refresher = refresher;
  }

  /** Tells whether any cache was read. */
  boolean used() {
    return used;
  }

  @Override
  @Nullable ValueWrapper find(CorralCache cache, CacheOperation by, String text) {
    used = true;
    if (missed(cache, by, text)) {
      return null;
    }
    try {
      return landed(open(cache, by, text), cache, by, text);
    } catch (LoadFailedException e) {
      // Not an error of the cache: it must not reach the CacheErrorHandler.
      throw new ThrowableWrapper(thrown(e));
    }
  }

  private Flight<Object> open(CorralCache cache, CacheOperation by, String text) {
    try {
      return cache.tiered().open(text, refresher.blocking(cache, by));
    } catch (LoadFailedException e) {
      return cache.failures().instead(text, e);
    }
  }

  @Override
  @Nullable CompletableFuture<ValueWrapper> findLater(
      CorralCache cache, CacheOperation by, String text) {
    used = true;
    if (missed(cache, by, text)) {
      return null;
    }
    CompletableFuture<ValueWrapper> found = new CompletableFuture<>();
    Stages.then(
        openLater(cache, by, text),
        (flight, error) -> complete(found, flight, error, cache, by, text));
    return found;
  }

  private CompletableFuture<Flight<Object>> openLater(
      CorralCache cache, CacheOperation by, String text) {
    return cache
        .tiered()
        .openAsync(text, refresher.later(cache, by))
        .exceptionallyCompose(
            error ->
                Stages.unwrapped(error) instanceof LoadFailedException failed
                    ? cache.failures().insteadLater(text, failed)
                    : CompletableFuture.failedFuture(error));
  }

  /** What follows the lookup, Spring's part and the method itself, runs within and so in scope. */
  private void complete(
      CompletableFuture<ValueWrapper> found,
      @Nullable Flight<Object> flight,
      @Nullable Throwable error,
      CorralCache cache,
      CacheOperation by,
      String text) {
    Scope before = enter();
    try {
      if (flight != null) {
        found.complete(landed(flight, cache, by, text));
      } else if (error != null) {
        Throwable plain = Stages.unwrapped(error);
        found.completeExceptionally(
            plain instanceof LoadFailedException failed
                ? new FlightFailure(thrown(failed))
                : plain);
      }
    } finally {
      leave(before);
    }
  }

  private @Nullable ValueWrapper landed(
      Flight<Object> flight, CorralCache cache, CacheOperation by, String text) {
    if (flight.leads()) {
      misses.add(new Miss(cache, by, text, flight));
      if (over) {
        flight.close();
      }
      return null;
    }
    Object value = flight.value();
    if (value == CorralCache.UNSHARED) {
      misses.add(new Miss(cache, by, text, null));
      return null;
    }
    known = new Known(value);
    return new SimpleValueWrapper(value);
  }

  /**
   * A key that this invocation or one around it loads already would wait for itself: for what is
   * inside, the load of the outer one counts.
   */
  private boolean missed(CorralCache cache, CacheOperation by, String text) {
    if (misses.stream().anyMatch(miss -> miss.of(cache, text))) {
      return true;
    }
    if (outer == null || !outer.loads(cache, text)) {
      return false;
    }
    misses.add(new Miss(cache, by, text, null));
    return true;
  }

  @Override
  boolean loads(CorralCache cache, String text) {
    return leads(cache, text) || (outer != null && outer.loads(cache, text));
  }

  private boolean leads(CorralCache cache, String text) {
    return !over && misses.stream().anyMatch(miss -> miss.flight() != null && miss.of(cache, text));
  }

  @Override
  void store(CorralCache cache, CacheOperation by, String text, @Nullable Object value) {
    Miss miss = by instanceof CachePutOperation ? null : miss(cache, text);
    if (miss == null) {
      cache.store(text, value);
    } else if (miss.flight() != null) {
      cache.failures().forget(text);
      miss.flight().commit(value);
    }
  }

  private @Nullable Miss miss(CorralCache cache, String text) {
    return misses.stream().filter(miss -> miss.of(cache, text)).findFirst().orElse(null);
  }

  @Override
  void evict(CorralCache cache, String text) {
    cache.drop(text);
  }

  @Override
  boolean listens() {
    return misses.stream().anyMatch(miss -> miss.flight() != null);
  }

  @Override
  void loaded(@Nullable Object value) {
    known = new Known(value);
  }

  @Override
  void failed(Throwable error) {
    boolean personal = Failures.personal(error);
    for (Miss miss : misses) {
      if (miss.flight() != null && !personal) {
        miss.cache().failures().remember(miss.text(), error);
        miss.flight().fail(error);
      } else if (miss.flight() != null) {
        miss.flight().close();
      }
    }
  }

  /**
   * A value that is known and was not stored has been vetoed. Those who wait get it all the same,
   * so that they do not load one after another; unless the veto may have been about the caller, and
   * then each loads for itself.
   */
  @Override
  void end() {
    Known value = known;
    if (value == null) {
      abandon();
      return;
    }
    over = true;
    for (Miss miss : misses) {
      if (miss.flight() != null) {
        miss.flight()
            .commitUnstored(Veto.ofValue(miss.by()) ? value.value() : CorralCache.UNSHARED);
      }
    }
  }

  @Override
  void abandon() {
    over = true;
    for (Miss miss : misses) {
      if (miss.flight() != null) {
        miss.flight().close();
      }
    }
  }

  /** What the invocation throws for a failed load: what the method threw, if it may throw that. */
  private Throwable thrown(LoadFailedException failed) {
    Throwable cause = failed.getCause();
    if (failed instanceof LoadTimeoutException
        || cause == null
        || cause instanceof InterruptedException) {
      return failed;
    }
    boolean allowed =
        cause instanceof RuntimeException
            || cause instanceof Error
            || ReflectionUtils.declaresException(method, cause.getClass());
    return allowed ? cause : failed;
  }
}
