package io.github.corral.internal;

import java.util.Collection;
import java.util.concurrent.Executor;

/**
 * One bulk load among the loads that a cache may run at once. It gives its place up when it ends,
 * or at the load timeout, like the load of a single key. Whether it passes the line, or yields to
 * callers, depends on the leads that it is to load, which may become more until it runs.
 */
final class BulkPlace implements LoadLimit.Entrant {

  /** A bulk load that is to run. */
  interface Work {

    /** Those whose keys it will load, as far as they have come. */
    Collection<? extends Lead<?, ?>> leads();

    void run();

    /** No executor takes it, or everything ends. */
    void reject(Throwable error);
  }

  private final Engine<?, ?> engine;
  private final Executor executor;
  private final Work work;
  private volatile Runnable cancelDeadline = () -> {};

  BulkPlace(Engine<?, ?> engine, Executor executor, Work work) {
    this.engine = engine;
    this.executor = executor;
    this.work = work;
  }

  /** Has the work run when there is room for it. */
  void enter() {
    cancelDeadline = engine.after(engine.loadTimeoutNanos(), this::leave);
    work.leads().forEach(lead -> lead.standsIn(this));
    engine.limit().enter(this);
  }

  /** One more lead has come. */
  void joined(Lead<?, ?> lead) {
    lead.standsIn(this);
    engine.limit().review(this);
  }

  @Override
  public boolean refreshes() {
    return work.leads().stream().allMatch(Lead::refreshes);
  }

  @Override
  public boolean passes() {
    return work.leads().stream().anyMatch(Lead::passes);
  }

  @Override
  public void admit() {
    work.leads().forEach(lead -> lead.standsIn(null));
    if (engine.closed()) {
      work.reject(new IllegalStateException("the cache was closed"));
      leave();
      return;
    }
    try {
      executor.execute(this::runAndLeave);
    } catch (RuntimeException | Error e) { // an executor may also fail to start a thread
      work.reject(e);
      leave();
    }
  }

  private void runAndLeave() {
    try {
      work.run();
    } finally {
      leave();
    }
  }

  private void leave() {
    cancelDeadline.run();
    engine.limit().leave(this);
  }
}
