package io.github.corral.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that call at the same time. */
final class Callers<T> {

  static final long SECONDS = 30;

  private final List<FutureTask<T>> tasks = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Starts callers; they call as soon as all of them run. */
  static <T> Callers<T> start(int count, Callable<T> call) {
    Callers<T> callers = new Callers<>();
    CountDownLatch ready = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      callers.add(
          () -> {
            ready.countDown();
            Latches.await(ready);
            return call.call();
          });
    }
    return callers;
  }

  private void add(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    tasks.add(task);
    Thread thread = new Thread(task, "test-caller-" + tasks.size());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Tells whether every caller waits for something. */
  boolean allWait() {
    return threads.stream()
        .map(Thread::getState)
        .allMatch(state -> state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
  }

  /** What the callers got. */
  List<T> values() throws Exception {
    List<T> values = new ArrayList<>();
    for (Future<T> task : tasks) {
      values.add(task.get(SECONDS, TimeUnit.SECONDS));
    }
    return values;
  }

  /** What the callers were thrown. */
  List<Throwable> errors() throws InterruptedException, TimeoutException {
    List<Throwable> errors = new ArrayList<>();
    for (Future<T> task : tasks) {
      try {
        throw new AssertionError("no exception, but " + task.get(SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        errors.add(e.getCause());
      }
    }
    return errors;
  }

  /** Latches with a deadline. */
  static final class Latches {

    private Latches() {}

    static void await(CountDownLatch latch) {
      try {
        if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("not released within " + SECONDS + " s");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
