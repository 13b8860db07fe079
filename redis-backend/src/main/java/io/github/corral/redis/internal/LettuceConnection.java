package io.github.corral.redis.internal;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * A connection of Lettuce's. Thread-safe.
 *
 * <p>Lettuce connects again by itself and then sends again what had no reply, unless the connection
 * is closed. The loss is told on its event loop before the watchdog hears of it, so whoever closes
 * it then is in time; a closed one fails what it holds.
 */
abstract class LettuceConnection<C extends StatefulConnection<byte[], byte[]>>
    implements ServerConnection {

  final C connection;

  LettuceConnection(C connection) {
    this.connection = connection;
  }

  @Override
  public final boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public final void onLost(Runnable told) {
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {}

          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            told.run();
          }

          @Override
          public void onRedisExceptionCaught(RedisChannelHandler<?, ?> handler, Throwable cause) {}
        });
  }

  @Override
  public final CompletableFuture<Void> closeAsync() {
    return connection.closeAsync();
  }
}
