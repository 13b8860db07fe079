package io.github.corral.internal;

import static org.awaitility.Awaitility.await;

import io.github.corral.spi.Recorder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Blocking reads of one and of many keys that load by their own loaders, beside invalidations and
 * reads that are given up, for Lincheck: all are answered, by what was not invalidated before they
 * began, and nothing is left of them.
 */
public class FrontInterleavings {

  /** For the waits of flights that no wake-up reaches; shared, because nothing closes it. */
  private static final Host.Timer TIMER = Host.threads().timer();

  private final Fleet fleet;
  private final CacheFront<Integer, Long> cache;
  private final AtomicLong source = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();

  /** With the guards of production. */
  public FrontInterleavings() {
    this(new Guards());
  }

  FrontInterleavings(Guards guards) {
    Host host = new Host(() -> 1, new SplitMix(1), Runnable::run, TIMER, () -> {});
    fleet =
        new Fleet(
            host, new LocalTier(() -> 1), false, 1_000, name -> Recorder.NONE, guards, Outbox::new);
    cache = new CacheFront<>(fleet.register(new CacheSettings<>("c", String::valueOf, null)), null);
  }

  private static void check(Long value, long floor) {
    if (value == null || value < floor) {
      throw new AssertionError("got " + value + ", but " + floor + " was acknowledged");
    }
  }

  /** Reads, and loads if it must. */
  @Operation
  public void get() {
    long floor = acknowledged.get();
    check(cache.get(1, key -> source.get()), floor);
  }

  /** Reads two keys, and loads if it must. */
  @Operation
  public void getAll() {
    long floor = acknowledged.get();
    Map<Integer, Long> values =
        cache.getAll(
            List.of(2, 1),
            (keys, load) -> {
              Map<Integer, Long> loaded = new HashMap<>();
              keys.forEach(key -> loaded.put(key, source.get()));
              return loaded;
            });
    check(values.get(1), floor);
  }

  /** Begins a read, and gives it up. */
  @Operation
  public void giveUp() {
    CompletableFuture<Long> read =
        cache.getAsync(1, (key, load) -> CompletableFuture.completedFuture(source.get()));
    read.cancel(false);
  }

  /** Changes the source and invalidates. */
  @Operation
  public void change() {
    long version = source.incrementAndGet();
    cache.invalidate(1);
    acknowledged.accumulateAndGet(version, Math::max);
  }

  /** Nothing is left, once flights that nobody waits for have noticed it. */
  @Validate
  public void nothingIsLeft() {
    if (fleet.flights() > 0) {
      await().atMost(60, TimeUnit.SECONDS).until(() -> fleet.flights() == 0);
    }
    if (fleet.threads().size() > 0) {
      throw new AssertionError(fleet.threads().size() + " threads count as loading");
    }
  }

  /** With guards that never see a change. */
  public static final class Unguarded extends FrontInterleavings {
    /** Without a check. */
    public Unguarded() {
      super(new Deafened());
    }
  }

  private static final class Deafened extends Guards {
    @Override
    boolean holds(int stripe, long count) {
      return true;
    }
  }
}
