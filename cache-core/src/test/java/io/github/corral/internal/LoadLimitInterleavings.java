package io.github.corral.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Loads in line for the one place of a cache, for Lincheck: each is admitted once, when there is
 * room or when a load comes to wait for it that has the place.
 */
public class LoadLimitInterleavings {

  private final LoadLimit limit;
  private final Item holder = new Item(false);
  private final Item item = new Item(false);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicBoolean entered = new AtomicBoolean();
  private final AtomicBoolean left = new AtomicBoolean();

  /** With the limit of production. */
  public LoadLimitInterleavings() {
    this(new LoadLimit(1));
  }

  LoadLimitInterleavings(LoadLimit limit) {
    this.limit = limit;
    limit.enter(holder);
  }

  private final class Item implements LoadLimit.Entrant {
    private final AtomicInteger admitted = new AtomicInteger();
    private final boolean brief;
    private volatile boolean passes;

    private Item(boolean brief) {
      this.brief = brief;
    }

    /** Always the same: Lincheck changes that of objects once they are made. */
    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public void admit() {
      admitted.incrementAndGet();
      if (brief) {
        if (running.incrementAndGet() > 1) {
          throw new AssertionError("two at once");
        }
        running.decrementAndGet();
        limit.leave(this);
      }
    }

    @Override
    public boolean refreshes() {
      return !passes;
    }

    @Override
    public boolean passes() {
      return passes;
    }
  }

  /** Comes to stand in line. */
  @Operation(runOnce = true)
  public void enter() {
    limit.enter(item);
    entered.set(true);
  }

  /** The load that has the place comes to wait for it. */
  @Operation(runOnce = true)
  public void waitFor() {
    item.passes = true;
    limit.review(item);
  }

  /** The load that has the place ends. */
  @Operation(runOnce = true)
  public void end() {
    limit.leave(holder);
    left.set(true);
  }

  /** Another load comes, and ends as soon as it is admitted. */
  @Operation
  public void runBriefly() {
    limit.enter(new Item(true));
  }

  /** Nobody is forgotten. */
  @Validate
  public void eachIsAdmittedOnce() {
    boolean due = entered.get() && (item.passes || left.get());
    if (item.admitted.get() != (due ? 1 : 0)) {
      throw new AssertionError("admitted " + item.admitted + " times");
    }
    limit.leave(holder);
    limit.leave(item);
    if (limit.size() != 0) {
      throw new AssertionError(limit.size() + " are left");
    }
  }

  /** Enters the line without a look at who has come meanwhile. */
  public static final class NotLookingAgain extends LoadLimitInterleavings {
    /** Broken. */
    public NotLookingAgain() {
      super(
          new LoadLimit(1) {
            private final ThreadLocal<Boolean> entering = ThreadLocal.withInitial(() -> false);

            @Override
            void enter(Entrant load) {
              entering.set(true);
              super.enter(load);
              entering.set(false);
            }

            @Override
            void review(Entrant load) {
              if (!entering.get()) {
                super.review(load);
              }
            }
          });
    }
  }
}
