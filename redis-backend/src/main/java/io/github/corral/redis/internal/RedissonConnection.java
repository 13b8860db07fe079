package io.github.corral.redis.internal;

import io.netty.channel.ChannelFuture;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.redisson.client.RedisConnection;

/**
 * A connection of Redisson's. Thread-safe.
 *
 * <p>What sends commands again in Redisson is its executor of commands, which is not used here. Its
 * watchdog connects again, unless the connection is closed by then: the loss is told on the event
 * loop before the watchdog hears of it. What had no answer it leaves to time out, so that is failed
 * here.
 */
abstract class RedissonConnection<C extends RedisConnection> implements ServerConnection {

  final C connection;

  /** How to fail what is under way; bounded, as a connection that answers nothing is given up. */
  private final Set<Runnable> unanswered = ConcurrentHashMap.newKeySet();

  RedissonConnection(C connection) {
    this.connection = connection;
    onLost(this::failUnanswered);
  }

  /** Fails an answer if it cannot come any more. */
  final <T> CompletableFuture<T> orLost(CompletableFuture<T> answer, ChannelFuture written) {
    Runnable fail = () -> answer.completeExceptionally(new ConnectionLostException());
    unanswered.add(fail);
    written.addListener(
        sent -> {
          if (!sent.isSuccess()) {
            fail.run();
          }
        });
    if (!isOpen()) {
      fail.run();
    }
    return answer.whenComplete((done, failure) -> unanswered.remove(fail));
  }

  private void failUnanswered() {
    unanswered.forEach(Runnable::run);
  }

  @Override
  public final boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public final void onLost(Runnable told) {
    connection.getChannel().closeFuture().addListener(closed -> told.run());
  }

  @Override
  public final CompletableFuture<Void> closeAsync() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    connection.closeAsync().addListener(closed -> done.complete(null));
    return done;
  }
}
