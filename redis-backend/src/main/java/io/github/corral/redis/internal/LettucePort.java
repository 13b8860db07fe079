package io.github.corral.redis.internal;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * One primary by way of Lettuce, wherever the client finds it: at its address, or where Sentinel
 * says that it is. Thread-safe.
 */
public final class LettucePort implements RedisPort {

  private final Connector connector = new Connector();
  private final LettuceNode node;
  private final LettuceFeed feed;

  private LettucePort(RedisClient client, LongSupplier nanos) {
    this.node =
        new LettuceNode(
            connector,
            () -> CompletableFuture.completedFuture(client.connect(ByteArrayCodec.INSTANCE)),
            "this server",
            nanos,
            LettuceRoutes.NONE);
    this.feed =
        new LettuceFeed(
            connector,
            () -> CompletableFuture.completedFuture(client.connectPubSub(ByteArrayCodec.INSTANCE)));
  }

  /** Makes a port and begins to connect. */
  public static RedisPort open(RedisClient client) {
    return open(client, System::nanoTime);
  }

  static RedisPort open(RedisClient client, LongSupplier nanos) {
    LettucePort port = new LettucePort(client, nanos);
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
  public CompletableFuture<LettuceLink> link(byte[] key) {
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
