package io.github.corral.spring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.corral.LoadFailedException;
import io.github.corral.LoadTimeoutException;
import io.github.corral.policy.Failure;
import io.github.corral.spi.Flight;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the loads of one cache failed with. When a load has failed, no process loads the key for a
 * while, and of another process's failure only the class name is known. But callers of an annotated
 * method expect the method's own exceptions; so each process invokes it once, stores nothing, and
 * from then on throws what it threw. Thread-safe.
 */
final class KnownFailures {

  private static final int MOST = 1_000;

  private final String cache;
  private final Duration loadTimeout;
  private final Cache<String, Throwable> known =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfterWrite(Failure.defaults().backoffMax())
          .executor(Runnable::run)
          .build();
  private final ConcurrentHashMap<String, CompletableFuture<Object>> probes =
      new ConcurrentHashMap<>();

  KnownFailures(String cache, Duration loadTimeout) {
    this.cache = cache;
    this.loadTimeout = loadTimeout;
  }

  void remember(String text, Throwable error) {
    known.put(text, error);
  }

  void forget(String text) {
    known.invalidate(text);
  }

  /**
   * What a caller gets instead of a failure without a cause.
   *
   * @throws LoadFailedException with the cause, as soon as it is known
   */
  Flight<Object> instead(String text, LoadFailedException failure) {
    try {
      return insteadLater(text, failure).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LoadFailedException failed ? failed : failure;
    }
  }

  /** As {@link #instead}; completes within the load timeout. */
  CompletableFuture<Flight<Object>> insteadLater(String text, LoadFailedException failure) {
    if (failure instanceof LoadTimeoutException || failure.getCause() != null) {
      return CompletableFuture.failedFuture(failure);
    }
    Throwable error = known.getIfPresent(text);
    if (error != null) {
      return CompletableFuture.failedFuture(caused(failure, error));
    }
    CompletableFuture<Object> mine = new CompletableFuture<>();
    CompletableFuture<Object> other = probes.putIfAbsent(text, mine);
    return other == null
        ? CompletableFuture.completedFuture(new Probe(text, mine))
        : joined(failure, other);
  }

  private CompletableFuture<Flight<Object>> joined(
      LoadFailedException failure, CompletableFuture<Object> probe) {
    CompletableFuture<Object> bounded =
        probe.copy().orTimeout(loadTimeout.toNanos(), TimeUnit.NANOSECONDS);
    return Stages.mapped(
        bounded,
        Joined::new,
        error ->
            error instanceof TimeoutException && !probe.isDone()
                ? timeout()
                : caused(failure, error));
  }

  private LoadTimeoutException timeout() {
    return new LoadTimeoutException(
        "cache '"
            + cache
            + "': no value after "
            + loadTimeout.toMillis()
            + " ms of waiting for another caller of this process, after the load of the key had"
            + " failed elsewhere");
  }

  private static LoadFailedException caused(LoadFailedException failure, Throwable cause) {
    return new LoadFailedException(String.valueOf(failure.getMessage()), cause);
  }

  /** The one invocation in this process, of which nothing is stored. */
  private final class Probe implements Flight<Object> {

    private final String text;
    private final CompletableFuture<Object> result;

    Probe(String text, CompletableFuture<Object> result) {
      this.text = text;
      this.result = result;
    }

    @Override
    public boolean leads() {
      return true;
    }

    @Override
    public @Nullable Object value() {
      throw new IllegalStateException("this caller leads and must load the value");
    }

    @Override
    public void commit(@Nullable Object value) {
      commitUnstored(value);
    }

    @Override
    public void commitUnstored(@Nullable Object value) {
      probes.remove(text, result);
      result.complete(value);
    }

    @Override
    public void fail(Throwable error) {
      probes.remove(text, result);
      result.completeExceptionally(error);
    }

    @Override
    public void close() {
      commitUnstored(CorralCache.UNSHARED);
    }
  }

  private record Joined(@Nullable Object value) implements Flight<Object> {

    @Override
    public boolean leads() {
      return false;
    }

    @Override
    public void commit(@Nullable Object ignored) {}

    @Override
    public void commitUnstored(@Nullable Object ignored) {}

    @Override
    public void fail(Throwable ignored) {}

    @Override
    public void close() {}
  }
}
