package io.github.corral.redis.internal;

import java.util.concurrent.CompletableFuture;

/**
 * A connection to one server, of some client's make. Thread-safe.
 *
 * <p>It never connects again, and never sends anything again. When it is lost, what it has sent and
 * had no answer to fails.
 */
interface ServerConnection {

  boolean isOpen();

  /**
   * Has the loss told, once and after the last message. A loss before this may not be told; see
   * {@link #isOpen}.
   */
  void onLost(Runnable told);

  /** Closes it, which counts as a loss; completes once it is closed. */
  CompletableFuture<Void> closeAsync();
}
