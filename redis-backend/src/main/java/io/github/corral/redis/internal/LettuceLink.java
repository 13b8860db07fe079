package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RefusedException.Reason;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
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

  private static final int MOST_REDIRECTIONS = 5;
  private static final ByteArrayCodec CODEC = ByteArrayCodec.INSTANCE;

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String address;
  private final ServerClock clock = new ServerClock();
  private final LongSupplier nanos;
  private final Runnable giveUp;
  private final LettuceRoutes routes;
  private volatile long lastHeard;

  /** A command, which is sent to one server after another until one of them runs it. */
  private interface Request<T> {
    CompletableFuture<T> sendBy(LettuceLink link, boolean asking);
  }

  LettuceLink(
      StatefulRedisConnection<byte[], byte[]> connection,
      String address,
      LongSupplier nanos,
      Runnable giveUp,
      LettuceRoutes routes) {
    this.connection = connection;
    this.address = address;
    this.nanos = nanos;
    this.giveUp = giveUp;
    this.routes = routes;
    this.lastHeard = nanos.getAsLong();
  }

  @Override
  public CompletableFuture<Found> get(byte[] key) {
    return send((link, asking) -> link.read(key, asking), false, MOST_REDIRECTIONS);
  }

  @Override
  public CompletableFuture<List<@Nullable Object>> eval(
      Script script, byte[][] keys, byte[][] arguments) {
    return send(
        (link, asking) -> link.run(script, keys, arguments, asking), false, MOST_REDIRECTIONS);
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

  /** The server's view of its cluster, as {@code CLUSTER NODES} tells it. */
  CompletableFuture<String> topology() {
    return connection.async().clusterNodes().toCompletableFuture().handle(this::answer);
  }

  /** Host and port, or what stands for them. */
  String address() {
    return address;
  }

  private <T> CompletableFuture<T> send(Request<T> request, boolean asking, int redirections) {
    return request
        .sendBy(this, asking)
        .exceptionallyCompose(
            failure -> {
              Redirection to = Redirection.of(cause(failure));
              if (to == null || redirections == 0) {
                return CompletableFuture.failedFuture(failure);
              }
              return routes
                  .follow(to, address)
                  .thenCompose(link -> link.send(request, to.ask(), redirections - 1));
            });
  }

  private CompletableFuture<Found> read(byte[] key, boolean asking) {
    CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(CODEC).addKey(key);
    return dispatch(CommandType.GET, new ValueOutput<>(CODEC), arguments, asking)
        .thenApply(value -> new Found(value, clock));
  }

  /** A server that does not know a script's digest has not run it, so its text can be sent. */
  private CompletableFuture<List<@Nullable Object>> run(
      Script script, byte[][] keys, byte[][] arguments, boolean asking) {
    long sent = nanos.getAsLong();
    return run(CommandType.EVALSHA, script.digest(), keys, arguments, asking)
        .exceptionallyCompose(
            failure ->
                cause(failure) instanceof RedisNoScriptException
                    ? run(CommandType.EVAL, script.text(), keys, arguments, asking)
                    : CompletableFuture.failedFuture(failure))
        .thenApply(reply -> clock.learn(sent, nanos.getAsLong(), reply));
  }

  private CompletableFuture<List<@Nullable Object>> run(
      CommandType type, String script, byte[][] keys, byte[][] arguments, boolean asking) {
    CommandArgs<byte[], byte[]> all =
        new CommandArgs<>(CODEC)
            .add(script)
            .add(keys.length)
            .addKeys(List.of(keys))
            .addValues(List.of(arguments));
    return dispatch(type, new NestedMultiOutput<>(CODEC), all, asking);
  }

  /** In one batch with ASKING, as that concerns whatever comes next on the connection. */
  private <T> CompletableFuture<T> dispatch(
      CommandType type,
      CommandOutput<byte[], byte[], T> output,
      CommandArgs<byte[], byte[]> arguments,
      boolean asking) {
    AsyncCommand<byte[], byte[], T> command =
        new AsyncCommand<>(new Command<>(type, output, arguments));
    if (asking) {
      connection.dispatch(
          List.of(
              new AsyncCommand<>(new Command<>(CommandType.ASKING, new StatusOutput<>(CODEC))),
              command));
    } else {
      connection.dispatch(command);
    }
    return command.toCompletableFuture().handle(this::answer);
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
      routes.doubt();
    } else if (RefusedException.is(Reason.CLUSTERDOWN, refused)) {
      routes.doubt();
    }
    throw new CompletionException(refused != null ? refused : cause);
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
