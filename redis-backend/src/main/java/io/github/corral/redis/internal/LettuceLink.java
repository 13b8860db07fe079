package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RefusedException.Reason;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A connection of Lettuce's for commands. Thread-safe. */
final class LettuceLink implements RedisLink {

  /** After this long without any answer a connection counts as dead, whatever TCP says. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final ServerClock clock = new ServerClock();
  private final LongSupplier nanos;
  private final Runnable giveUp;
  private volatile long lastHeard;

  LettuceLink(
      StatefulRedisConnection<byte[], byte[]> connection, LongSupplier nanos, Runnable giveUp) {
    this.commands = connection.async();
    this.nanos = nanos;
    this.giveUp = giveUp;
    this.lastHeard = nanos.getAsLong();
  }

  @Override
  public CompletableFuture<Found> get(byte[] key) {
    return commands
        .get(key)
        .toCompletableFuture()
        .handle(this::answer)
        .thenApply(value -> new Found(value, clock));
  }

  @Override
  public CompletableFuture<List<@Nullable Object>> eval(
      Script script, byte[][] keys, byte[][] arguments) {
    long sent = nanos.getAsLong();
    CompletableFuture<List<@Nullable Object>> reply =
        commands
            .<List<@Nullable Object>>evalsha(
                script.digest(), ScriptOutputType.MULTI, keys, arguments)
            .toCompletableFuture();
    return reply
        .exceptionallyCompose(failure -> evalText(script, keys, arguments, failure))
        .handle(this::answer)
        .thenApply(answer -> clock.learn(sent, nanos.getAsLong(), answer));
  }

  @Override
  public ServerClock clock() {
    return clock;
  }

  @Override
  public void unanswered() {
    if (nanos.getAsLong() - lastHeard > SILENCE_NANOS) {
      giveUp.run();
    }
  }

  /** A server that does not know a script's digest has not run it, so its text can be sent. */
  private CompletableFuture<List<@Nullable Object>> evalText(
      Script script, byte[][] keys, byte[][] arguments, Throwable failure) {
    if (!(cause(failure) instanceof RedisNoScriptException)) {
      return CompletableFuture.failedFuture(failure);
    }
    return commands
        .<List<@Nullable Object>>eval(script.text(), ScriptOutputType.MULTI, keys, arguments)
        .toCompletableFuture();
  }

  /**
   * What was not answered when the connection was closed is cancelled by Lettuce, though nobody
   * wanted that.
   */
  private <T> T answer(T value, @Nullable Throwable failure) {
    if (failure == null) {
      lastHeard = nanos.getAsLong();
      return value;
    }
    Throwable cause = cause(failure);
    if (cause instanceof CancellationException) {
      throw new CompletionException(
          new IllegalStateException("redis: the connection was lost before the answer", cause));
    }
    RefusedException refused = RefusedException.of(cause);
    if (RefusedException.is(Reason.READONLY, refused)) {
      giveUp.run(); // a primary no longer; it is to be looked for
    }
    throw new CompletionException(refused != null ? refused : cause);
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
