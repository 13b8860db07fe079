package io.github.corral.redis.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * All that the protocol asks of a Redis client, whatever the servers' topology. Thread-safe.
 *
 * <p>An implementation keeps a connection for commands to each primary that it is asked for, and
 * one for the feed, and never sends a command twice that may have been run. What a server refuses
 * because the key's slot is elsewhere, it has not run: such a command is sent on to where the slot
 * is.
 */
public interface RedisPort extends AutoCloseable {

  /** What tells the primary that keeps a key from the others. */
  String primary(byte[] key);

  /**
   * The way to the primary that keeps a key. Not complete before the first attempt to connect has
   * ended, and from then on complete, exceptionally while there is no connection.
   */
  CompletableFuture<? extends RedisLink> link(byte[] key);

  /**
   * Subscribes to a channel, again after each lost connection: at one server, which hears what all
   * primaries publish. Called once.
   *
   * @param channel the channel
   * @param listener told by one thread at a time
   */
  void subscribe(byte[] channel, ChannelListener listener);

  /**
   * Gives the feed's connection up, which seems dead, and makes another, to another server if there
   * is one.
   */
  void resubscribe();

  /** Waits until the first attempt to connect has ended, whatever came of it, or time is up. */
  void awaitFirst(Duration most);

  /** Ends all connections and all attempts to make one, within a finite time. */
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
