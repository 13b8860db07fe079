package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.internal.Counts;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What tests of loads that read through caches themselves share. Real threads. */
@Timeout(60)
abstract class NestedLoads {

  final InMemoryServer server =
      new InMemoryServer(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  final Counts counts = new Counts();
  final Corral corral =
      Corral.builder().remote(new InMemoryTier(server)).recorders(name -> counts).build();
  private final Corral elsewhere = Corral.builder().remote(new InMemoryTier(server)).build();
  final ExecutorService pool = Executors.newCachedThreadPool();
  final List<Thread> threads = new ArrayList<>();

  @AfterEach
  final void closeAll() throws InterruptedException {
    corral.close();
    elsewhere.close();
    pool.shutdownNow();
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(20));
      assertThat(thread.isAlive()).as("%s has ended", thread.getName()).isFalse();
    }
  }

  final CacheBuilder<Integer, String> builder(Corral of, String name) {
    return of.cache(name, Integer.class, String.class)
        .expiry(CacheExpiry.freshFor(Duration.ofMinutes(10)).jitter(0))
        .refresh(Refresh.none());
  }

  final TieredCache<Integer, String> cache(String name) {
    return builder(corral, name).build();
  }

  final FutureTask<String> start(Callable<String> task) {
    FutureTask<String> started = new FutureTask<>(task);
    Thread thread = new Thread(started, "caller-" + threads.size());
    threads.add(thread);
    thread.start();
    return started;
  }

  static String result(FutureTask<String> task) throws Exception {
    return task.get(20, TimeUnit.SECONDS);
  }

  /** What another process sees of a key in the remote tier, without a load. */
  final String stored(String cache, int key) {
    TieredCache<Integer, String> other = builder(elsewhere, cache).build();
    return String.valueOf(other.getIfPresent(key));
  }

  static void awaitSignal(CountDownLatch signal) throws InterruptedException {
    assertThat(signal.await(20, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits until so many reads have joined the flights of others. */
  final void awaitJoined(long reads) {
    await().atMost(20, TimeUnit.SECONDS).until(() -> counts.of("joined") >= reads);
  }
}
