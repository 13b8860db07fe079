package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RedisPort.ChannelListener;
import java.util.concurrent.CompletableFuture;

/** A connection for a subscription. Thread-safe. */
interface FeedConnection extends ServerConnection {

  /**
   * Subscribes; called once.
   *
   * @param listener told by one thread at a time, and in the order in which the server has told it
   * @return completes once it is confirmed; fails with the server's refusal, or with a {@link
   *     ConnectionLostException}
   */
  CompletableFuture<Void> subscribe(byte[] channel, ChannelListener listener);
}
