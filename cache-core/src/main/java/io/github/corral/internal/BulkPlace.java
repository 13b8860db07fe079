package io.github.corral.internal;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One bulk load among the loads that a cache may run at once. It gives its place up when it ends,
 * or at the load timeout, like the load of a single key.
 */
final class BulkPlace implements LoadLimit.Entrant {

  private final Engine<?, ?> engine;
  private final Executor executor;
  private final Runnable load;
  private final Consumer<Throwable> refused;
  private final Runnable cancelDeadline;

  private BulkPlace(
      Engine<?, ?> engine, Executor executor, Runnable load, Consumer<Throwable> refused) {
    this.engine = engine;
    this.executor = executor;
    this.load = load;
    this.refused = refused;
    this.cancelDeadline = engine.after(engine.loadTimeoutNanos(), this::leave);
  }

  /**
   * Runs a bulk load when there is room for it.
   *
   * @param passes whether a load of the cache waits for it that has a place: it runs in that one
   * @param refused told what the executor throws if it does not take it
   */
  static void run(
      Engine<?, ?> engine,
      Executor executor,
      boolean passes,
      Runnable load,
      Consumer<Throwable> refused) {
    BulkPlace place = new BulkPlace(engine, executor, load, refused);
    if (passes) {
      place.admit();
    } else {
      engine.limit().enter(place, false);
    }
  }

  @Override
  public void admit() {
    if (engine.closed()) {
      refused.accept(new IllegalStateException("the cache was closed"));
      leave();
      return;
    }
    try {
      executor.execute(this::runAndLeave);
    } catch (RuntimeException | Error e) { // an executor may also fail to start a thread
      refused.accept(e);
      leave();
    }
  }

  private void runAndLeave() {
    try {
      load.run();
    } finally {
      leave();
    }
  }

  private void leave() {
    cancelDeadline.run();
    engine.limit().leave(this);
  }
}
