package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.corral.spi.Recorder;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** What a hit costs that can be counted. */
class HitTest {

  private static final int HITS = 100_000;

  private final VirtualTime time = new VirtualTime(new SplittableRandom(5));
  private final LongAdder hits = new LongAdder();
  private final LongAdder clockReads = new LongAdder();

  private CacheFront<Integer, String> cacheWithOneEntry() {
    Host host = time.host(new SplitMix(1));
    Host counting =
        new Host(
            host.nanoTime(),
            () -> {
              clockReads.increment();
              return time.nanos();
            },
            host.random(),
            host.executor(),
            host.upkeep(),
            host.timer(),
            host.close());
    Recorder recorder =
        new Recorder() {
          @Override
          public void hit(Tier tier) {
            hits.increment();
          }
        };
    Fleet fleet = new Fleet(counting, new LocalTier(time::nanos), false, 3_000, name -> recorder);
    CacheFront<Integer, String> cache =
        new CacheFront<>(
            fleet.register(Settings.plain("c")),
            (key, load) -> CompletableFuture.completedFuture("a"));
    assertThat(cache.get(1)).isEqualTo("a");
    return cache;
  }

  /**
   * By the bytes of this thread; of the compiler's doings only what it does on this thread shows.
   */
  @Test
  void get_hit_allocatesNothing() {
    CacheFront<Integer, String> cache = cacheWithOneEntry();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    Integer key = 1;
    for (int i = 0; i < HITS; i++) {
      cache.get(key);
    }
    long before = threads.getThreadAllocatedBytes(self);
    for (int i = 0; i < HITS; i++) {
      cache.get(key);
    }
    long bytes = threads.getThreadAllocatedBytes(self) - before;

    assertThat(hits.sum()).isEqualTo(2 * HITS);
    assertThat(bytes).as("bytes of %d hits", HITS).isLessThan(HITS);
  }

  @Test
  void get_hit_readsTheTimeOnce() {
    CacheFront<Integer, String> cache = cacheWithOneEntry();
    long before = clockReads.sum();

    cache.get(1);

    assertThat(clockReads.sum()).isEqualTo(before + 1);
  }
}
