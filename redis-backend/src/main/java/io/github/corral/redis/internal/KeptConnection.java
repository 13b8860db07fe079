package io.github.corral.redis.internal;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connection, and another when it is lost. Thread-safe.
 *
 * <p>Lettuce could do that itself, but would then send again what had no reply when the connection
 * was lost, although the server may have run it. So a connection is closed as soon as it is lost,
 * on the event loop and before Lettuce's own watchdog hears of it; a closed one fails what it holds
 * and never reconnects. As the loss is told after the last message, the next connection's messages
 * are told after those of this one.
 */
final class KeptConnection<C extends StatefulConnection<byte[], byte[]>> {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");

  private static final long CLOSE_SECONDS = 2;

  private final Connector connector;
  private final Supplier<C> open;
  private final boolean logged;
  private final AtomicReference<@Nullable Kept> current = new AtomicReference<>();
  private volatile Consumer<C> up = connection -> {};
  private volatile Consumer<Throwable> down = cause -> {};
  private volatile boolean closed;

  // Used by the connector's thread only.
  private int failures;

  KeptConnection(Connector connector, Supplier<C> open, boolean logged) {
    this.connector = connector;
    this.open = open;
    this.logged = logged;
  }

  /**
   * Begins.
   *
   * @param up told of each connection
   * @param down told of each loss and of each attempt that failed
   */
  void keep(Consumer<C> up, Consumer<Throwable> down) {
    this.up = up;
    this.down = down;
    connector.attempt(this::connect, 0);
  }

  /** Gives the connection up, so that another is made. */
  void renew() {
    Kept kept = current.get();
    if (kept != null) {
      kept.end();
    }
  }

  /** Closes the connection, waits a little while until it is closed, and makes no other. */
  void close() {
    closed = true;
    Kept kept = current.getAndSet(null);
    if (kept != null) {
      kept.end();
      kept.gone.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  private void connect() {
    if (closed) {
      return;
    }
    C connection;
    try {
      connection = open.get();
    } catch (RuntimeException e) {
      failed(e);
      return;
    }
    Kept kept = new Kept(connection);
    connection.addListener(kept);
    current.set(kept);
    succeeded();
    if (!closed) {
      up.accept(connection);
    }
    if (closed || !connection.isOpen()) {
      kept.lost();
    }
  }

  private void failed(RuntimeException cause) {
    failures++;
    if (failures == 1 && logged) {
      LOG.log(
          Level.WARNING,
          "redis: unreachable ({0}), trying again every second at most; until then nothing is read"
              + " from it or stored in it",
          cause.getMessage() + ": " + root(cause).getMessage());
    }
    down.accept(new IllegalStateException("redis: unreachable; trying again", cause));
    connector.attempt(this::connect, failures);
  }

  private static Throwable root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  private void succeeded() {
    if (failures > 0 && logged) {
      LOG.log(Level.WARNING, "redis: reachable again, after {0} failed attempts", failures);
    }
    failures = 0;
  }

  /** A connection from its making to its end. */
  private final class Kept implements RedisConnectionStateListener {

    private final C connection;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    Kept(C connection) {
      this.connection = connection;
    }

    void end() {
      if (ended.compareAndSet(false, true)) {
        CompletableFuture<Void> unused =
            connection.closeAsync().whenComplete((done, failure) -> gone.complete(null));
      }
    }

    void lost() {
      end();
      if (current.compareAndSet(this, null) && !closed) {
        down.accept(new IllegalStateException("redis: the connection was lost; trying again"));
        connector.attempt(KeptConnection.this::connect, 0);
      }
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {}

    /** Told on the connection's event loop. */
    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
      lost();
    }

    @Override
    public void onRedisExceptionCaught(RedisChannelHandler<?, ?> handler, Throwable cause) {}
  }
}
