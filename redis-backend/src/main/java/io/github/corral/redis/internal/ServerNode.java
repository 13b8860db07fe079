package io.github.corral.redis.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The connection for commands to one server, made again when it is lost. Thread-safe. */
final class ServerNode {

  private final KeptConnection<CommandConnection> kept;
  private final String address;
  private final LongSupplier nanos;
  private final Routes routes;

  /** Those who come before the first attempt to connect has ended get what comes of it. */
  private final CompletableFuture<ServerLink> first = new CompletableFuture<>();

  private volatile CompletableFuture<ServerLink> link = first;

  ServerNode(
      Connector connector,
      Supplier<CompletionStage<CommandConnection>> open,
      String address,
      LongSupplier nanos,
      Routes routes) {
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
  CompletableFuture<ServerLink> link() {
    return link;
  }

  /** Closes the connection, and makes no other; completes once it is closed, or soon. */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> gone = kept.close();
    unlinked(new IllegalStateException("this tier is closed"));
    return gone;
  }

  private void linked(CommandConnection connection) {
    ServerLink made = new ServerLink(connection, address, nanos, kept::renew, routes);
    link = CompletableFuture.completedFuture(made);
    first.complete(made);
  }

  private void unlinked(Throwable cause) {
    link = CompletableFuture.failedFuture(cause);
    first.completeExceptionally(cause);
  }
}
