package io.github.corral.internal;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a thread that waits: it runs them itself meanwhile, so that a caller loads, and
 * decodes what is found, on its own thread. Once it has stopped waiting, tasks go to another
 * executor.
 */
class Mailbox implements Executor {

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private final Executor otherwise;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean closed;

  Mailbox(Executor otherwise) {
    this.otherwise = otherwise;
  }

  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      if (!closed) {
        tasks.add(task);
        changed.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    otherwise.execute(task);
  }

  /**
   * Runs tasks until the future is done.
   *
   * @throws TimeoutException if that is not within the given time; a task that runs is not
   *     interrupted
   */
  void await(CompletableFuture<?> future, long nanos)
      throws InterruptedException, TimeoutException {
    Stages.then(future, (value, error) -> signal());
    long deadline = System.nanoTime() + nanos;
    while (!future.isDone()) {
      Runnable task = next(future, deadline);
      if (task != null) {
        task.run();
      }
    }
  }

  private void signal() {
    lock.lock();
    try {
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Runnable next(CompletableFuture<?> future, long deadline)
      throws InterruptedException, TimeoutException {
    lock.lockInterruptibly();
    try {
      while (tasks.isEmpty() && !future.isDone()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new TimeoutException();
        }
        changed.await(left, TimeUnit.NANOSECONDS);
      }
      return tasks.poll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends later tasks elsewhere, and runs those that are left. They are short, because whoever
   * waited is gone, and somebody may depend on them, so no other executor may refuse or delay them.
   */
  void close() {
    ArrayDeque<Runnable> left;
    lock.lock();
    try {
      closed = true;
      left = new ArrayDeque<>(tasks);
      tasks.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(Mailbox::finish);
  }

  private static void finish(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "a task of a caller that has left failed", e);
    }
  }
}
