package io.github.corral.redis.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A client's way to the servers of a cluster. Thread-safe. */
interface ClusterClient {

  /** Finds out who keeps what, of the servers that the client was made with. May block. */
  CompletionStage<Topology> find();

  /** Connects to a server. */
  CompletionStage<CommandConnection> connect(String address);

  /** Connects to a server for a subscription. */
  CompletionStage<FeedConnection> connectFeed(String address);

  /** Ends what was made for the port alone, once its connections are closed. */
  CompletableFuture<Void> close();
}
