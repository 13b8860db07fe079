package io.github.corral.redis.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One call of the tier, which ends within its timeout whatever becomes of its commands.
 * Thread-safe.
 *
 * @param <T> what it answers
 */
final class Call<T> {

  private final String operation;
  private final Duration timeout;
  private volatile @Nullable RedisLink link;
  private volatile boolean over;

  /** What a call does on a connection. */
  interface Body<T> {
    CompletionStage<T> begin(RedisLink link, Call<T> call);
  }

  Call(String operation, Duration timeout) {
    this.operation = operation;
    this.timeout = timeout;
  }

  /** Begins as soon as there is a connection. */
  CompletionStage<T> on(CompletableFuture<? extends RedisLink> connection, Body<T> body) {
    return connection
        .thenCompose(made -> begin(made, body))
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle(this::end);
  }

  /** Whether nobody waits for the answer any more, so that nothing further should be sent. */
  boolean isOver() {
    return over;
  }

  private CompletionStage<T> begin(RedisLink made, Body<T> body) {
    if (over) {
      return CompletableFuture.failedFuture(new TimeoutException("the call is over"));
    }
    link = made;
    return body.begin(made, this);
  }

  private T end(T value, @Nullable Throwable failure) {
    over = true;
    if (failure == null) {
      return value;
    }
    if (!(failure instanceof TimeoutException)) {
      throw failure instanceof CompletionException e ? e : new CompletionException(failure);
    }
    RedisLink used = link;
    if (used != null) {
      used.unanswered();
    }
    String message = "redis: " + operation + " had no answer within " + timeout.toMillis() + " ms";
    throw new CompletionException(new TimeoutException(message));
  }
}
