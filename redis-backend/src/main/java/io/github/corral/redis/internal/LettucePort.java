package io.github.corral.redis.internal;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Redis by way of Lettuce. Thread-safe. */
public final class LettucePort implements RedisPort {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");

  private final LongSupplier nanos;
  private final Connector connector = new Connector();
  private final KeptConnection<StatefulRedisConnection<byte[], byte[]>> commands;
  private final KeptConnection<StatefulRedisPubSubConnection<byte[], byte[]>> feed;

  /** Those who come before the first attempt to connect has ended get what comes of it. */
  private final CompletableFuture<RedisLink> first = new CompletableFuture<>();

  private volatile CompletableFuture<RedisLink> link = first;

  LettucePort(RedisClient client, LongSupplier nanos) {
    this.nanos = nanos;
    this.commands =
        new KeptConnection<>(connector, () -> client.connect(ByteArrayCodec.INSTANCE), true);
    this.feed =
        new KeptConnection<>(connector, () -> client.connectPubSub(ByteArrayCodec.INSTANCE), false);
  }

  /** Makes a port and begins to connect. */
  public static LettucePort open(RedisClient client) {
    return open(client, System::nanoTime);
  }

  static LettucePort open(RedisClient client, LongSupplier nanos) {
    LettucePort port = new LettucePort(client, nanos);
    port.commands.keep(port::linked, port::unlinked);
    return port;
  }

  @Override
  public void awaitFirst(Duration most) {
    try {
      first.handle((made, failure) -> made).get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(Level.DEBUG, "redis: not connected yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String primary(byte[] key) {
    return "primary";
  }

  @Override
  public CompletableFuture<RedisLink> link(byte[] key) {
    return link;
  }

  @Override
  public void subscribe(byte[] channel, ChannelListener listener) {
    feed.keep(connection -> listen(connection, channel, listener), cause -> {});
  }

  @Override
  public void resubscribe() {
    feed.renew();
  }

  @Override
  public void close() {
    commands.close();
    feed.close();
    connector.close();
    unlinked(new IllegalStateException("this tier is closed"));
  }

  private void linked(StatefulRedisConnection<byte[], byte[]> connection) {
    RedisLink made = new LettuceLink(connection, nanos, commands::renew);
    link = CompletableFuture.completedFuture(made);
    first.complete(made);
  }

  private void unlinked(Throwable cause) {
    link = CompletableFuture.failedFuture(cause);
    first.completeExceptionally(cause);
  }

  /** Lettuce tells a subscriber of one connection on that connection's one thread. */
  private static void listen(
      StatefulRedisPubSubConnection<byte[], byte[]> connection,
      byte[] channel,
      ChannelListener listener) {
    connection.addListener(
        new RedisPubSubAdapter<byte[], byte[]>() {
          @Override
          public void message(byte[] from, byte[] message) {
            listener.message(message);
          }

          @Override
          public void subscribed(byte[] to, long count) {
            listener.subscribed();
          }
        });
    CompletableFuture<Void> unused =
        connection.async().subscribe(channel).toCompletableFuture().whenComplete(LettucePort::log);
  }

  private static void log(@Nullable Void done, @Nullable Throwable failure) {
    boolean lost = failure instanceof CancellationException; // then the next one subscribes
    if (failure != null && !lost) {
      LOG.log(
          Level.WARNING, "feed: cannot subscribe; caches in this process stay unproven", failure);
    }
  }
}
