package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RedisPort.ChannelListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connection that the feed comes by, made again when it is lost. Thread-safe. */
final class KeptFeed {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");

  private final KeptConnection<FeedConnection> kept;

  KeptFeed(Connector connector, Supplier<CompletionStage<FeedConnection>> open) {
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

  private static void listen(FeedConnection connection, byte[] channel, ChannelListener listener) {
    CompletableFuture<Void> unused =
        connection.subscribe(channel, listener).whenComplete((done, failure) -> log(failure));
  }

  private static void log(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause != null && !(cause instanceof ConnectionLostException)) { // then the next subscribes
      LOG.log(Level.WARNING, "feed: cannot subscribe; caches in this process stay unproven", cause);
    }
  }
}
