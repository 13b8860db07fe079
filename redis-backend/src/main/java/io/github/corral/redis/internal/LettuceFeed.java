package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RedisPort.ChannelListener;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connection that the feed comes by, made again when it is lost. Thread-safe. */
final class LettuceFeed {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");

  private final KeptConnection<StatefulRedisPubSubConnection<byte[], byte[]>> kept;

  LettuceFeed(
      Connector connector,
      Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> open) {
    this.kept = new KeptConnection<>(connector, open, false);
  }

  void subscribe(byte[] channel, ChannelListener listener) {
    kept.keep(connection -> listen(connection, channel, listener), cause -> {});
  }

  void renew() {
    kept.renew();
  }

  /** Closes the connection, and makes no other; completes once it is closed, or soon. */
  CompletableFuture<Void> close() {
    return kept.close();
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
        connection.async().subscribe(channel).toCompletableFuture().whenComplete(LettuceFeed::log);
  }

  private static void log(@Nullable Void done, @Nullable Throwable failure) {
    if (failure instanceof RedisCommandExecutionException) { // if it was lost, the next subscribes
      LOG.log(
          Level.WARNING, "feed: cannot subscribe; caches in this process stay unproven", failure);
    }
  }
}
