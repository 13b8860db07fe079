package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.internal.BulkCalls;
import io.github.corral.spi.Flight;
import io.github.corral.spi.KeyLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads that read keys one by one, and would wait for themselves. */
class NestedLoadsTest extends NestedLoads {

  @Test
  void get_theLoaderAsksForItsOwnKey_throwsAtOnceWithTheChain() {
    TieredCache<Integer, String> cache = cache("c");
    AtomicReference<Throwable> inside = new AtomicReference<>();
    KeyLoader<Integer, String> loader =
        key -> {
          try {
            return cache.get(1, k -> "inner");
          } catch (IllegalStateException e) {
            inside.set(e);
            return "outer";
          }
        };

    assertThat(cache.get(1, loader)).isEqualTo("outer");

    assertThat(inside.get())
        .hasMessage(
            "cache 'c', key 1: its own load asks for it and would wait for itself"
                + " (c::1 > c::1); read the source there, not the cache");
    assertThat(cache.getIfPresent(1)).isEqualTo("outer");
  }

  @Test
  void get_byWayOfOtherKeysAndCaches_throwsWithTheWholeChain() {
    TieredCache<Integer, String> one = cache("c");
    TieredCache<Integer, String> two = cache("d");

    assertThatThrownBy(
            () -> one.get(1, a -> two.get(2, b -> one.get(3, c -> one.get(1, d -> "never")))))
        .isInstanceOf(LoadFailedException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage(
            "cache 'c', key 1: its own load asks for it and would wait for itself"
                + " (c::1 > d::2 > c::3 > c::1); read the source there, not the cache");
  }

  @Test
  void open_ofAKeyThatThisThreadHasOpened_throwsUntilItIsCommitted() {
    TieredCache<Integer, String> cache = cache("c");
    Flight<String> flight = cache.open(1, key -> "unused");

    assertThatThrownBy(() -> cache.open(1, key -> "unused"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("c::1 > c::1");
    assertThatThrownBy(() -> cache.get(1, key -> "unused"))
        .isInstanceOf(IllegalStateException.class);
    flight.commit("a");

    assertThat(cache.get(1, key -> "unused")).isEqualTo("a");
  }

  @Test
  void get_afterANestedLoad_theThreadIsFreeAgain() {
    TieredCache<Integer, String> cache = cache("c");
    assertThat(cache.get(1, key -> cache.get(2, k -> "b") + "a")).isEqualTo("ba");
    Flight<String> flight = cache.open(3, key -> "unused");
    flight.close();

    cache.invalidate(1);

    assertThat(cache.get(1, key -> "c")).isEqualTo("c");
    assertThat(cache.get(3, key -> "d")).isEqualTo("d");
  }

  /** Both loads have begun when each reads the other's key. */
  private void bothReadEachOther(TieredCache<Integer, String> one, TieredCache<Integer, String> two)
      throws Exception {
    CyclicBarrier begun = new CyclicBarrier(2);
    AtomicInteger inner = new AtomicInteger();
    FutureTask<String> first =
        start(
            () ->
                one.get(
                    1,
                    key -> {
                      begun.await(20, TimeUnit.SECONDS);
                      return "1(" + two.get(2, k -> "own" + inner.incrementAndGet()) + ")";
                    }));
    FutureTask<String> second =
        start(
            () ->
                two.get(
                    2,
                    key -> {
                      begun.await(20, TimeUnit.SECONDS);
                      return "2(" + one.get(1, k -> "own" + inner.incrementAndGet()) + ")";
                    }));

    String a = result(first);
    String b = result(second);

    assertThat(inner.get()).as("at least one breaks the cycle").isBetween(1, 2);
    assertThat(a).matches("1\\((own\\d|2\\(own\\d\\))\\)");
    assertThat(b).matches("2\\((own\\d|1\\(own\\d\\))\\)");
  }

  @Test
  void get_twoThreadsReadEachOthersKeys_oneLoadsForItselfAlone() throws Exception {
    TieredCache<Integer, String> cache = cache("c");

    bothReadEachOther(cache, cache);

    assertThat(counts.of("load TIMEOUT")).isZero();
    assertThat(stored("c", 1)).startsWith("1(");
    assertThat(cache.getIfPresent(2)).startsWith("2(");
  }

  @Test
  void get_acrossCachesOfOneCorral_theCycleIsBroken() throws Exception {
    bothReadEachOther(cache("c"), cache("d"));
  }

  @Test
  void get_onThreadsOfTheLoaderExecutor_theCycleIsBroken() throws Exception {
    TieredCache<Integer, String> cache = builder(corral, "c").loaderExecutor(pool).build();

    bothReadEachOther(cache, cache);
  }

  @Test
  void get_manyRounds_everyCycleIsBroken() throws Exception {
    for (int round = 0; round < 100; round++) {
      bothReadEachOther(cache("c" + round), cache("d" + round));
    }
  }

  @Test
  void get_threeThreadsInARing_theCycleIsBroken() throws Exception {
    TieredCache<Integer, String> cache = cache("c");
    CyclicBarrier begun = new CyclicBarrier(3);
    List<FutureTask<String>> reads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int key = i;
      int next = (i + 1) % 3;
      reads.add(
          start(
              () ->
                  cache.get(
                      key,
                      k -> {
                        begun.await(20, TimeUnit.SECONDS);
                        return cache.get(next, n -> "own");
                      })));
    }

    for (FutureTask<String> read : reads) {
      assertThat(result(read)).isEqualTo("own");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void open_twoThreadsOpenEachOthersKeys_oneLeadsAnUnstoredFlight(boolean commitFirst)
      throws Exception {
    TieredCache<Integer, String> cache = cache("c");
    CountDownLatch opened = new CountDownLatch(1);
    Flight<String> mine = cache.open(1, key -> "unused");
    FutureTask<String> other =
        start(
            () -> {
              try (Flight<String> theirs = cache.open(2, key -> "unused")) {
                opened.countDown();
                try (Flight<String> joined = cache.open(1, key -> "unused")) {
                  theirs.commit("2");
                  return joined.leads() ? "leads" : joined.value();
                }
              }
            });
    awaitSignal(opened);
    awaitJoined(1);

    Flight<String> alone = cache.open(2, key -> "unused");
    assertThat(alone.leads()).isTrue();
    if (commitFirst) {
      alone.commit("unstored");
      assertThat(cache.getIfPresent(2)).isNull();
    } else {
      alone.close();
    }
    mine.commit("1");

    assertThat(result(other)).isEqualTo("1");
    assertThat(stored("c", 2)).isEqualTo("2");
  }

  @Test
  void get_theLoadThatBreaksTheCycleFails_onlyItsCallerHearsOfIt() throws Exception {
    TieredCache<Integer, String> cache = cache("c");
    CountDownLatch opened = new CountDownLatch(1);
    Flight<String> mine = cache.open(1, key -> "unused");
    FutureTask<String> other =
        start(
            () ->
                cache.get(
                    2,
                    key -> {
                      opened.countDown();
                      return cache.get(1, k -> "unused");
                    }));
    awaitSignal(opened);
    awaitJoined(1);

    assertThatThrownBy(
            () ->
                cache.get(
                    2,
                    key -> {
                      throw new IllegalStateException("down");
                    }))
        .isInstanceOf(LoadFailedException.class)
        .hasRootCauseMessage("down");
    mine.commit("1");

    assertThat(result(other)).isEqualTo("1");
    assertThat(cache.get(2, key -> "unused")).isEqualTo("1");
  }

  @Test
  void get_aloneInItsWindow_theLoaderThatAsksForItsOwnKeyIsFoundOut() {
    ReadThroughCache<?, ?>[] cache = new ReadThroughCache<?, ?>[1];
    cache[0] =
        builder(corral, "c")
            .bulkLoader(new BulkCalls())
            .coalesceLoads(Duration.ofMillis(1))
            .build(key -> String.valueOf(get(cache[0], key)));

    assertThatThrownBy(() -> get(cache[0], 1))
        .isInstanceOf(LoadFailedException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @SuppressWarnings("unchecked")
  private static String get(ReadThroughCache<?, ?> cache, int key) {
    return ((ReadThroughCache<Integer, String>) cache).get(key);
  }
}
