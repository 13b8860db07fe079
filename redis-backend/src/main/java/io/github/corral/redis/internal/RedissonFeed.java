package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RedisPort.ChannelListener;
import java.util.concurrent.CompletableFuture;
import org.redisson.client.ChannelName;
import org.redisson.client.RedisPubSubConnection;
import org.redisson.client.RedisPubSubListener;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.protocol.pubsub.PubSubType;

/**
 * A connection of Redisson's for a subscription, which is told on the connection's one thread, as
 * {@link RedissonServers} sees to. Thread-safe.
 */
final class RedissonFeed extends RedissonConnection<RedisPubSubConnection>
    implements FeedConnection {

  RedissonFeed(RedisPubSubConnection connection) {
    super(connection);
  }

  @Override
  public CompletableFuture<Void> subscribe(byte[] channel, ChannelListener listener) {
    ChannelName name = new ChannelName(channel);
    CompletableFuture<Void> confirmed = new CompletableFuture<>();
    connection.addListener(
        name,
        new RedisPubSubListener<byte[]>() {
          @Override
          public void onStatus(PubSubType type, CharSequence of) {
            if (type == PubSubType.SUBSCRIBE) {
              confirmed.complete(null);
              listener.subscribed();
            }
          }

          @Override
          public void onMessage(CharSequence from, byte[] message) {
            listener.message(message);
          }
        });
    return orLost(confirmed, connection.subscribe(confirmed, ByteArrayCodec.INSTANCE, name));
  }
}
