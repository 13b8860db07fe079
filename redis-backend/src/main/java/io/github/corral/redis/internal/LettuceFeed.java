package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RedisPort.ChannelListener;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;

/**
 * A connection of Lettuce's for a subscription, which is told on the connection's one thread.
 * Thread-safe.
 */
final class LettuceFeed extends LettuceConnection<StatefulRedisPubSubConnection<byte[], byte[]>>
    implements FeedConnection {

  LettuceFeed(StatefulRedisPubSubConnection<byte[], byte[]> connection) {
    super(connection);
  }

  @Override
  public CompletableFuture<Void> subscribe(byte[] channel, ChannelListener listener) {
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
    return connection
        .async()
        .subscribe(channel)
        .toCompletableFuture()
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    failure instanceof RedisCommandExecutionException
                        ? failure
                        : new ConnectionLostException()));
  }
}
