package io.github.corral.redis.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connection, and another when it is lost. Thread-safe.
 *
 * <p>Clients do that themselves, but send again what had no reply when a connection was lost,
 * although the server may have run it. So a connection is closed as soon as it is lost, before its
 * client would make it again. As the loss is told after the last message, the next connection's
 * messages are told after those of this one.
 */
final class KeptConnection<C extends ServerConnection> {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");

  private final Connector connector;
  private final Supplier<CompletionStage<C>> open;
  private final boolean logged;
  private final AtomicReference<@Nullable Kept> current = new AtomicReference<>();
  private volatile Consumer<C> up = connection -> {};
  private volatile Consumer<Throwable> down = cause -> {};
  private volatile boolean closed;

  // Of one attempt after the other.
  private int failures;

  KeptConnection(Connector connector, Supplier<CompletionStage<C>> open, boolean logged) {
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

  /** Closes the connection, and makes no other; completes once it is closed, or soon. */
  CompletableFuture<Void> close() {
    closed = true;
    Kept kept = current.getAndSet(null);
    if (kept == null) {
      return CompletableFuture.completedFuture(null);
    }
    kept.end();
    return kept.gone.completeOnTimeout(null, Connector.CLOSE.toSeconds(), TimeUnit.SECONDS);
  }

  private void connect() {
    if (closed) {
      return;
    }
    CompletionStage<C> attempt;
    try {
      attempt = open.get();
    } catch (RuntimeException e) {
      failed(e);
      return;
    }
    CompletionStage<C> unused =
        attempt.whenComplete(
            (connection, failure) -> {
              if (failure == null) {
                made(connection);
              } else {
                failed(failure);
              }
            });
  }

  private void made(C connection) {
    Kept kept = new Kept(connection);
    connection.onLost(kept::lost);
    current.set(kept);
    succeeded();
    if (!closed) {
      up.accept(connection);
    }
    if (closed || !connection.isOpen()) {
      kept.lost();
    }
  }

  private void failed(Throwable cause) {
    if (closed) {
      return;
    }
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
  private final class Kept {

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
  }
}
