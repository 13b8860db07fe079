package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.internal.BulkCalls;
import io.github.corral.policy.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loads on several threads that read many keys, or refresh one, and would wait in a cycle. */
class NestedCyclesTest extends NestedLoads {

  private final BulkCalls bulk = new BulkCalls();
  private final AtomicReference<Function<Integer, String>> loader =
      new AtomicReference<>(key -> "own" + key);
  private final ReadThroughCache<Integer, String> cache =
      builder(corral, "c")
          .failure(Failure.loadTimeout(Duration.ofSeconds(10)))
          .bulkLoader(bulk)
          .build(key -> loader.get().apply(key));

  /** A load of a key that others can read before it goes on. */
  private final class Load {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final FutureTask<String> read;

    Load(int key, Function<Integer, String> within) throws InterruptedException {
      read =
          start(
              () ->
                  cache.get(
                      key,
                      it -> {
                        begun.countDown();
                        awaitSignal(goesOn);
                        return key + "(" + within.apply(key) + ")";
                      }));
      awaitSignal(begun);
    }

    void goOn() {
      goesOn.countDown();
    }

    String result() throws Exception {
      return NestedLoads.result(read);
    }
  }

  private String all(Integer... keys) {
    return cache.getAll(List.of(keys)).toString();
  }

  @ParameterizedTest
  @CsvSource({"2, 9", "9, 2"})
  void getAll_anotherLoadReadsBack_whoeverClosesTheCycleLoadsForItself(int one, int other)
      throws Exception {
    Load first = new Load(1, key -> all(one, other));
    Load second = new Load(2, key -> cache.get(1));
    first.goOn();
    awaitJoined(1);
    second.goOn();

    assertThat(second.result()).isEqualTo("2(own1)");
    assertThat(first.result()).startsWith("1({").contains("2=2(own1)", "9=v9");
    assertThat(stored("c", 1)).as("the load for itself is not").startsWith("1(");
  }

  @Test
  void getAll_closesTheCycleByOneKey_loadsThatOneForItself() throws Exception {
    Load first = new Load(1, key -> cache.get(2));
    Load second = new Load(2, key -> all(8, 1, 9));
    first.goOn();
    awaitJoined(1);
    second.goOn();

    assertThat(second.result()).isEqualTo("2({8=v8, 1=v1, 9=v9})");
    assertThat(first.result()).isEqualTo("1(2({8=v8, 1=v1, 9=v9}))");
    assertThat(stored("c", 1)).as("the load for itself is not").startsWith("1(");
    assertThat(cache.getIfPresent(8)).isEqualTo("v8");
  }

  @Test
  void getAll_threeLoadsInARing_theCycleIsBroken() throws Exception {
    Load first = new Load(1, key -> all(2, 7));
    Load second = new Load(2, key -> all(3, 8));
    Load third = new Load(3, key -> all(1, 9));
    first.goOn();
    awaitJoined(1);
    second.goOn();
    awaitJoined(2);
    third.goOn();

    assertThat(third.result()).isEqualTo("3({1=v1, 9=v9})");
    assertThat(second.result()).isEqualTo("2({3=3({1=v1, 9=v9}), 8=v8})");
    assertThat(first.result()).startsWith("1({2=2(");
    assertThat(stored("c", 1)).startsWith("1(");
  }

  @Test
  void getAll_theCycleClosesWhileItsOwnKeysAreLoaded_isBroken() throws Exception {
    Load first = new Load(1, key -> all(2, 9));
    Load second = new Load(2, key -> cache.get(1));
    bulk.once(
        () -> {
          second.goOn();
          await()
              .atMost(20, TimeUnit.SECONDS)
              .until(() -> second.read.isDone() || counts.of("joined") == 2);
          return null;
        });
    first.goOn();

    assertThat(second.result()).isEqualTo("2(own1)");
    assertThat(first.result()).isEqualTo("1({2=2(own1), 9=v9})");
  }

  @Test
  void getAll_whatItHasAlready_closesNoCycle() throws Exception {
    Load third = new Load(3, key -> "c");
    Load second = new Load(2, key -> "b");
    CountDownLatch served = new CountDownLatch(1);
    Load first = new Load(1, key -> all(2, 3));
    first.goOn();
    awaitJoined(2);
    second.goOn();
    assertThat(second.result()).isEqualTo("2(b)");
    FutureTask<String> later =
        start(
            () ->
                cache.get(
                    4,
                    key -> {
                      served.countDown();
                      return cache.get(1);
                    }));
    awaitSignal(served);
    awaitJoined(3);
    third.goOn();

    assertThat(result(later)).isEqualTo("1({2=2(b), 3=3(c)})");
    assertThat(first.result()).isEqualTo("1({2=2(b), 3=3(c)})");
  }

  @Test
  void refresh_theRefreshedKeysLoadReadsBack_itLoadsForItself() throws Exception {
    loader.set(key -> key == 2 ? "2(" + cache.get(1) + ")" : "own" + key);

    assertThat(cache.get(1, key -> "1(" + cache.refresh(2) + ")")).isEqualTo("1(2(own1))");

    assertThat(stored("c", 1)).isEqualTo("1(2(own1))");
  }

  @Test
  void refresh_wouldCloseTheCycle_loadsForItself() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    loader.set(key -> "own" + key + "." + loads.incrementAndGet());
    Load first = new Load(1, key -> cache.refresh(2));
    Load second = new Load(2, key -> cache.get(1));
    second.goOn();
    awaitJoined(1);
    first.goOn();

    assertThat(first.result()).isEqualTo("1(own2.1)");
    assertThat(second.result()).isEqualTo("2(1(own2.1))");
    assertThat(stored("c", 2)).isEqualTo("2(1(own2.1))");
  }
}
