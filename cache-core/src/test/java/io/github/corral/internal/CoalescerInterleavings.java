package io.github.corral.internal;

import io.github.corral.spi.BulkLoader;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/** Loads that are gathered while windows end, for Lincheck: each is loaded once, and answered. */
@Param(name = "key", gen = IntGen.class, conf = "1:2")
public class CoalescerInterleavings {

  private final Coalescer<Integer, Integer> coalescer;
  private final Queue<Runnable> windows = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger loaded = new AtomicInteger();

  /** How a coalescer is made of a timer and what begins its loads. */
  interface Making {
    Coalescer<Integer, Integer> make(Host.Timer timer, Consumer<Batch<Integer, Integer>> begin);
  }

  /** With the coalescer of production. */
  public CoalescerInterleavings() {
    this((timer, begin) -> new Coalescer<>(1, timer, begin));
  }

  CoalescerInterleavings(Making making) {
    BulkLoader<Integer, Integer> loader =
        (keys, load) -> {
          loaded.addAndGet(keys.size());
          Map<Integer, Integer> values = new HashMap<>();
          keys.forEach(key -> values.put(key, key));
          return values;
        };
    coalescer =
        making.make(
            (nanos, window) -> {
              windows.add(window);
              return () -> {};
            },
            batch -> batch.run(loader));
  }

  /** Asks for a load. */
  @Operation
  @SuppressWarnings("NullAway") // nobody looks at its circumstances
  public void load(@Param(name = "key") int key) {
    asked.incrementAndGet();
    coalescer.load(key, null).thenAccept(value -> answered.incrementAndGet());
  }

  /** The first window that is open ends. */
  @Operation
  public void pass() {
    Runnable window = windows.poll();
    if (window != null) {
      window.run();
    }
  }

  /** All have been answered once all windows have ended. */
  @Validate
  public void eachIsLoadedOnce() {
    for (Runnable window = windows.poll(); window != null; window = windows.poll()) {
      window.run();
    }
    if (loaded.get() != asked.get() || answered.get() != asked.get()) {
      throw new AssertionError(
          asked + " were asked for, " + loaded + " loaded and " + answered + " answered");
    }
  }

  /** A window ends, whether it has begun already or not. */
  public static final class EndingTwice extends CoalescerInterleavings {
    /** Broken. */
    public EndingTwice() {
      super(
          (timer, begin) ->
              new Coalescer<>(1, timer, begin) {
                @Override
                boolean close(Batch<Integer, Integer> batch) {
                  boolean unused = super.close(batch);
                  return true;
                }
              });
    }
  }

  /** A window that ends stays open. */
  public static final class StayingOpen extends CoalescerInterleavings {
    /** Broken. */
    public StayingOpen() {
      super(
          (timer, begin) ->
              new Coalescer<>(1, timer, begin) {
                @Override
                boolean close(Batch<Integer, Integer> batch) {
                  return true;
                }
              });
    }
  }

  /** A key comes twice into one window. */
  public static final class TakingTwice extends CoalescerInterleavings {
    /** Broken. */
    public TakingTwice() {
      super(
          (timer, begin) ->
              new Coalescer<>(1, timer, begin) {
                @Override
                boolean isFull(Batch<Integer, Integer> batch, Integer key) {
                  return false;
                }
              });
    }
  }
}
