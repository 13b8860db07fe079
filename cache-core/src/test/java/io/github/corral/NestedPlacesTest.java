package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.internal.BulkCalls;
import io.github.corral.policy.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Loads that read other keys of their cache run these loads in their own place. */
class NestedPlacesTest extends NestedLoads {

  private final BulkCalls bulk = new BulkCalls();

  /** What the loader of single keys does, where it is the cache's. */
  private final AtomicReference<Function<Integer, String>> loader =
      new AtomicReference<>(key -> "b" + key);

  private CacheBuilder<Integer, String> onePlace() {
    return builder(corral, "c")
        .failure(Failure.loadTimeout(Duration.ofSeconds(10)).maxLoads(1))
        .bulkLoader(bulk);
  }

  private ReadThroughCache<Integer, String> cache(CacheBuilder<Integer, String> builder) {
    return builder.build(key -> loader.get().apply(key));
  }

  /** The first load goes on once another read stands in line. */
  private String read(
      ReadThroughCache<Integer, String> cache,
      Function<Integer, String> within,
      Callable<String> inLine)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch queued = new CountDownLatch(1);
    FutureTask<String> first =
        start(
            () ->
                cache.get(
                    1,
                    key -> {
                      begun.countDown();
                      awaitSignal(queued);
                      return within.apply(key);
                    }));
    awaitSignal(begun);
    FutureTask<String> second = start(inLine);
    await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> threads.get(1).getState() == Thread.State.TIMED_WAITING);
    queued.countDown();
    return result(first) + " " + result(second);
  }

  @Test
  void get_aLoadReadsAnotherKey_runsInItsPlace() {
    ReadThroughCache<Integer, String> cache = cache(onePlace());

    assertThat(cache.get(1, a -> cache.get(2) + "a")).isEqualTo("b2a");
  }

  @Test
  void getAll_aLoadReadsManyKeys_theBulkLoadRunsInItsPlace() {
    ReadThroughCache<Integer, String> cache = cache(onePlace());

    assertThat(cache.get(1, a -> cache.getAll(List.of(2, 3)) + "a")).isEqualTo("{2=v2, 3=v3}a");
  }

  @Test
  void getAll_aBulkLoadReadsManyKeys_theirsRunsInItsPlace() {
    ReadThroughCache<Integer, String> cache = cache(onePlace());
    bulk.once(() -> cache.getAll(List.of(3, 4)));

    assertThat(cache.getAll(List.of(1, 2))).hasSize(2);
    assertThat(bulk.calls()).containsExactly(List.of(1, 2), List.of(3, 4));
  }

  @Test
  void get_aLoadReadsAKeyWhoseLoadsAreGathered_theirsRunsInItsPlace() {
    ReadThroughCache<Integer, String> cache = cache(onePlace().coalesceLoads(Duration.ofMillis(1)));
    loader.set(key -> key == 1 ? cache.get(2) + "a" : "b" + key);

    assertThat(cache.get(1)).isEqualTo("b2a");
  }

  @Test
  void get_aLoadReadsAKeyThatStandsInLine_itWaitsNoLonger() throws Exception {
    ReadThroughCache<Integer, String> cache = cache(onePlace());

    assertThat(read(cache, key -> cache.get(2) + "a", () -> cache.get(2))).isEqualTo("b2a b2");
  }

  @Test
  void get_aLoadReadsAKeyOfABulkLoadThatStandsInLine_itWaitsNoLonger() throws Exception {
    ReadThroughCache<Integer, String> cache = cache(onePlace());

    assertThat(read(cache, key -> cache.get(2) + "a", () -> "" + cache.getAll(List.of(2, 3))))
        .isEqualTo("v2a {2=v2, 3=v3}");
  }

  @Test
  void refresh_aLoadRefreshesAnotherKey_runsInItsPlace() {
    ReadThroughCache<Integer, String> cache = cache(onePlace());

    assertThat(cache.get(1, a -> cache.refresh(2) + "a")).isEqualTo("b2a");
  }

  @Test
  void refresh_aLoadRefreshesAKeyThatStandsInLine_itWaitsNoLonger() throws Exception {
    ReadThroughCache<Integer, String> cache = cache(onePlace());

    assertThat(read(cache, key -> cache.refresh(2) + "a", () -> cache.get(2))).isEqualTo("b2a b2");
  }
}
