package io.github.corral.redis.internal;

import java.util.concurrent.CompletableFuture;

/**
 * All that the protocol asks of a Redis client. Thread-safe.
 *
 * <p>An implementation keeps a connection for commands and one for the feed, always to a primary,
 * and never sends a command twice.
 */
interface RedisPort extends AutoCloseable {

  /**
   * The connection for commands: not complete before the first attempt to connect has ended, and
   * from then on complete, exceptionally while there is no connection.
   */
  CompletableFuture<RedisLink> link();

  /**
   * Subscribes to a channel, again after each lost connection. Called once.
   *
   * @param channel the channel
   * @param listener told by one thread at a time
   */
  void subscribe(byte[] channel, ChannelListener listener);

  /** Gives the feed's connection up, which seems dead, and makes another. */
  void resubscribe();

  /** Ends both connections and all attempts to make one, within a finite time. */
  @Override
  void close();

  /** Hears a channel. */
  interface ChannelListener {

    /** The server has confirmed a subscription. */
    void subscribed();

    /** A message came. */
    void message(byte[] message);
  }
}
