package io.github.corral.internal;

import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the engine runs on: everything that a simulation replaces.
 *
 * @param nanoTime a monotonic clock that starts near 0, in nanoseconds
 * @param hitTime the clock by which entries of this process are served; nanoTime, or one that lags
 *     behind it
 * @param random thread-safe, and different in every process
 * @param executor for loads and continuations; may reject
 * @param upkeep for the short tasks by which caches in this process keep to their size; never
 *     rejects
 * @param timer for deadlines and waits
 * @param close ends the executor's and the timer's threads
 */
public record Host(
    LongSupplier nanoTime,
    LongSupplier hitTime,
    RandomGenerator random,
    Executor executor,
    Executor upkeep,
    Timer timer,
    Runnable close) {

  private static final System.Logger LOG = System.getLogger("io.github.corral");
  private static final int THREADS = Math.max(8, 4 * Runtime.getRuntime().availableProcessors());
  private static final int QUEUED = 10_000;

  /** Runs a task after a delay, on a thread where it must not block. */
  public interface Timer {
    /**
     * Schedules a task.
     *
     * @param nanos the delay in nanoseconds
     * @param task the task
     * @return cancels it
     */
    Runnable after(long nanos, Runnable task);
  }

  /** A host with one clock for everything, where whoever finds upkeep to be due does it. */
  public Host(
      LongSupplier nanoTime,
      RandomGenerator random,
      Executor executor,
      Timer timer,
      Runnable close) {
    this(nanoTime, nanoTime, random, executor, Runnable::run, timer, close);
  }

  /**
   * This host, with a coarse clock for hits.
   *
   * @return a host to be closed in place of this one
   */
  public Host withCoarseHitTime() {
    CoarseClock clock = new CoarseClock(nanoTime);
    clock.start();
    return new Host(
        nanoTime,
        clock::now,
        random,
        executor,
        upkeep,
        timer,
        () -> {
          clock.end();
          close.run();
        });
  }

  /**
   * Daemon threads: a bounded pool, one timer, and one for upkeep.
   *
   * @return a host to be closed
   */
  public static Host threads() {
    long origin = System.nanoTime();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUED),
            daemons("corral-load-"));
    pool.allowCoreThreadTimeOut(true);
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, daemons("corral-timer-"), new ThreadPoolExecutor.DiscardPolicy());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    ForkJoinPool upkeep = new ForkJoinPool(1); // of daemons; takes Caffeine's tasks as they are
    LongSupplier nanoTime = () -> System.nanoTime() - origin;
    return new Host(
        nanoTime,
        nanoTime,
        new SplitMix(new SecureRandom().nextLong()),
        pool,
        task -> executeOrRun(upkeep, task),
        (nanos, task) -> {
          var scheduled = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
          return () -> scheduled.cancel(false);
        },
        () -> {
          timer.shutdownNow();
          upkeep.shutdownNow();
          pool.shutdownNow().forEach(Host::finish);
        });
  }

  private static void executeOrRun(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) { // after the end
      task.run();
    }
  }

  /** Runs what was still queued: somebody may wait for it, and no load is left among it. */
  private static void finish(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.DEBUG, "a task failed after the end", e);
    }
  }

  private static ThreadFactory daemons(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
