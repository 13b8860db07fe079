package io.github.corral.redis.internal;

import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The connection for commands to one server, made again when it is lost. Thread-safe. */
final class LettuceNode {

  private final KeptConnection<StatefulRedisConnection<byte[], byte[]>> kept;
  private final String address;
  private final LongSupplier nanos;
  private final LettuceRoutes routes;

  /** Those who come before the first attempt to connect has ended get what comes of it. */
  private final CompletableFuture<LettuceLink> first = new CompletableFuture<>();

  private volatile CompletableFuture<LettuceLink> link = first;

  LettuceNode(
      Connector connector,
      Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> open,
      String address,
      LongSupplier nanos,
      LettuceRoutes routes) {
    this.kept = new KeptConnection<>(connector, open, true);
    this.address = address;
    this.nanos = nanos;
    this.routes = routes;
  }

  /** Begins to connect. */
  void keep() {
    kept.keep(this::linked, this::unlinked);
  }

  /** The connection; see {@link RedisPort#link}. */
  CompletableFuture<LettuceLink> link() {
    return link;
  }

  /** Closes the connection, and makes no other; completes once it is closed, or soon. */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> gone = kept.close();
    unlinked(new IllegalStateException("this tier is closed"));
    return gone;
  }

  private void linked(StatefulRedisConnection<byte[], byte[]> connection) {
    LettuceLink made = new LettuceLink(connection, address, nanos, kept::renew, routes);
    link = CompletableFuture.completedFuture(made);
    first.complete(made);
  }

  private void unlinked(Throwable cause) {
    link = CompletableFuture.failedFuture(cause);
    first.completeExceptionally(cause);
  }
}
