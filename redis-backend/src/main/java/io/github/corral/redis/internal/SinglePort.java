package io.github.corral.redis.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** One primary, wherever the client finds it each time that it connects. Thread-safe. */
final class SinglePort implements RedisPort {

  private final Connector connector = new Connector();
  private final ServerNode node;
  private final KeptFeed feed;

  private SinglePort(
      Supplier<CompletionStage<CommandConnection>> commands,
      Supplier<CompletionStage<FeedConnection>> feed,
      LongSupplier nanos) {
    this.node = new ServerNode(connector, commands, "this server", nanos, Routes.NONE);
    this.feed = new KeptFeed(connector, feed);
  }

  /**
   * Makes a port and begins to connect.
   *
   * @param commands makes a connection for commands; may block
   * @param feed makes one for a subscription; may block
   */
  static RedisPort open(
      Supplier<CompletionStage<CommandConnection>> commands,
      Supplier<CompletionStage<FeedConnection>> feed,
      LongSupplier nanos) {
    SinglePort port = new SinglePort(commands, feed, nanos);
    port.node.keep();
    return port;
  }

  @Override
  public void awaitFirst(Duration most) {
    Connector.await(node.link(), most);
  }

  @Override
  public String primary(byte[] key) {
    return "primary";
  }

  @Override
  public CompletableFuture<ServerLink> link(byte[] key) {
    return node.link();
  }

  @Override
  public void subscribe(byte[] channel, ChannelListener listener) {
    feed.subscribe(channel, listener);
  }

  @Override
  public void resubscribe() {
    feed.renew();
  }

  @Override
  public void close() {
    Connector.await(CompletableFuture.allOf(node.close(), feed.close()), Connector.CLOSE);
    connector.close();
  }
}
