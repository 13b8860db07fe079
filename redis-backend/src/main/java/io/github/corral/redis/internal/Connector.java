package io.github.corral.redis.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one thread on which attempts to connect begin, as a client's way to connect to the address
 * that it was made with blocks. Thread-safe.
 */
final class Connector {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");

  private static final long FIRST_DELAY_MILLIS = 10;
  private static final long LONGEST_DELAY_MILLIS = 1_000;
  private static final int MOST_DOUBLINGS = 10;

  /** How long a close waits for what it has begun. */
  static final Duration CLOSE = Duration.ofSeconds(2);

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, Connector::thread);

  Connector() {
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "corral-redis");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Runs an attempt after a delay that doubles with each one that failed, up to a second, of which
   * chance takes up to a half. Does nothing once closed.
   */
  void attempt(Runnable attempt, int failures) {
    long longest =
        failures == 0
            ? 0
            : Math.min(
                LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(failures - 1, MOST_DOUBLINGS));
    long delay = longest - ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    try {
      ScheduledFuture<?> unused = executor.schedule(attempt, delay, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // Nothing is to be kept any more.
    }
  }

  /**
   * Ends the attempts. One that is under way is waited for a little while; an unresponsive server
   * can hold it for as long as the client's own settings allow, and then it closes what it got. It
   * is not interrupted: the client would connect all the same, and nobody would close the
   * connection.
   */
  void close() {
    executor.shutdown();
    try {
      executor.awaitTermination(CLOSE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for something to end, whatever comes of it, or until time is up. */
  static void await(CompletableFuture<?> something, Duration most) {
    try {
      something.handle((done, failure) -> true).get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(Level.DEBUG, "redis: has not ended within " + most, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
