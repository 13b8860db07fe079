package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RefusedException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the protocol asks of one connection for commands, with what is learned from its answers.
 * Thread-safe.
 */
final class ServerLink implements RedisLink {

  /** After this long without any answer a connection counts as dead, whatever TCP says. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int MOST_REDIRECTIONS = 5;

  private final CommandConnection connection;
  private final String address;
  private final ServerClock clock = new ServerClock();
  private final LongSupplier nanos;
  private final Runnable giveUp;
  private final Routes routes;
  private volatile long lastHeard;

  /** A command, which is sent to one server after another until one of them runs it. */
  private interface Request<T> {
    CompletableFuture<T> sendBy(ServerLink link, boolean asking);
  }

  ServerLink(
      CommandConnection connection,
      String address,
      LongSupplier nanos,
      Runnable giveUp,
      Routes routes) {
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
    return connection.clusterNodes().handle(this::answer);
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
    return connection.get(key, asking).handle(this::answer).thenApply(it -> new Found(it, clock));
  }

  /** A server that does not know a script's digest has not run it, so its text can be sent. */
  private CompletableFuture<List<@Nullable Object>> run(
      Script script, byte[][] keys, byte[][] arguments, boolean asking) {
    long sent = nanos.getAsLong();
    return connection
        .evalsha(script.digest(), keys, arguments, asking)
        .handle(this::answer)
        .exceptionallyCompose(
            failure ->
                RefusedException.is(Reason.NOSCRIPT, failure)
                    ? connection.eval(script.text(), keys, arguments, asking).handle(this::answer)
                    : CompletableFuture.failedFuture(failure))
        .thenApply(reply -> clock.learn(sent, nanos.getAsLong(), reply));
  }

  private <T> T answer(T value, @Nullable Throwable failure) {
    if (failure == null) {
      lastHeard = nanos.getAsLong();
      return value;
    }
    Throwable cause = cause(failure);
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
