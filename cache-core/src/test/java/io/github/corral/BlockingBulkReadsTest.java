package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.github.corral.internal.BulkCalls;
import io.github.corral.internal.Counts;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Flight;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of many keys with real threads that wait for each other and never for the clock. */
@Timeout(60)
class BlockingBulkReadsTest {

  private final InMemoryServer server =
      new InMemoryServer(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  private final List<Corral> open = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Counts counts = new Counts();
  private final BulkCalls loader = new BulkCalls();

  @AfterEach
  void closeAll() throws InterruptedException {
    open.forEach(Corral::close);
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(20));
      assertThat(thread.isAlive()).as("%s has ended", thread.getName()).isFalse();
    }
  }

  private CacheBuilder<Integer, String> process() {
    Corral corral =
        Corral.builder().remote(new InMemoryTier(server)).recorders(name -> counts).build();
    open.add(corral);
    return corral
        .cache("c", Integer.class, String.class)
        .expiry(CacheExpiry.freshFor(Duration.ofMinutes(10)).jitter(0))
        .refresh(Refresh.none());
  }

  private <T> FutureTask<T> start(Callable<T> task) {
    FutureTask<T> started = new FutureTask<>(task);
    Thread thread = new Thread(started, "caller-" + threads.size());
    threads.add(thread);
    thread.start();
    return started;
  }

  private Thread lastThread() {
    return threads.get(threads.size() - 1);
  }

  private static <T> T result(FutureTask<T> task) throws Exception {
    return task.get(30, TimeUnit.SECONDS);
  }

  private static BulkLoadException failure(FutureTask<?> task) throws Exception {
    try {
      throw new AssertionError("it gave " + task.get(30, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(BulkLoadException.class);
      return (BulkLoadException) e.getCause();
    }
  }

  private void awaitJoined(int callers) {
    await().atMost(30, TimeUnit.SECONDS).until(() -> counts.of("joined") >= callers);
  }

  private static List<Integer> keys(int from, int count) {
    return new ArrayList<>(IntStream.range(from, from + count).boxed().toList());
  }

  @Test
  void getAll_nothingIsThere_oneBulkLoadOnTheCallingThread() {
    ReadThroughCache<Integer, String> cache = process().buildBulk(loader);

    assertThat(cache.getAll(List.of(2, 1, 2))).containsExactly(entry(2, "v2"), entry(1, "v1"));

    assertThat(loader.calls()).containsExactly(List.of(2, 1));
    assertThat(loader.threads()).containsExactly(Thread.currentThread());
    assertThat(cache.get(1)).isEqualTo("v1");
  }

  @Test
  void getAllAsync_nothingIsThere_oneBulkLoadOnAThreadOfTheCorral() throws Exception {
    ReadThroughCache<Integer, String> cache = process().buildBulk(loader);

    assertThat(cache.getAllAsync(List.of(1, 2)).get(20, TimeUnit.SECONDS)).hasSize(2);

    assertThat(loader.calls()).hasSize(1);
    assertThat(loader.threads().get(0).getName()).startsWith("corral-load-");
  }

  @Test
  void getAll_executorForLoads_oneBulkLoadOnIt() {
    List<Thread> started = Collections.synchronizedList(new ArrayList<>());
    ReadThroughCache<Integer, String> cache =
        process()
            .loaderExecutor(
                task -> {
                  Thread thread = new Thread(task);
                  started.add(thread);
                  thread.start();
                })
            .buildBulk(loader);

    assertThat(cache.getAll(List.of(1, 2))).hasSize(2);

    assertThat(started).containsExactlyElementsOf(loader.threads());
  }

  @Test
  void getAll_noBulkLoader_oneLoadPerKeyOnTheCallingThread() {
    List<Thread> loaded = new ArrayList<>();
    ReadThroughCache<Integer, String> cache =
        process()
            .build(
                key -> {
                  loaded.add(Thread.currentThread());
                  return "of " + key;
                });

    assertThat(cache.getAll(List.of(1, 2))).containsExactly(entry(1, "of 1"), entry(2, "of 2"));

    assertThat(loaded).containsExactly(Thread.currentThread(), Thread.currentThread());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void getAll_manyAtOnceInOppositeOrders_eachKeyIsLoadedOnce(boolean twoProcesses)
      throws Exception {
    int rounds = 40;
    int size = 30;
    ReadThroughCache<Integer, String> one = process().buildBulk(loader);
    ReadThroughCache<Integer, String> two = twoProcesses ? process().buildBulk(loader) : one;
    CyclicBarrier together = new CyclicBarrier(4);
    List<FutureTask<Boolean>> readers = new ArrayList<>();
    for (int reader = 0; reader < 4; reader++) {
      int number = reader;
      ReadThroughCache<Integer, String> cache = reader % 2 == 0 ? one : two;
      readers.add(
          start(
              () -> {
                for (int round = 0; round < rounds; round++) {
                  // Overlapping: each reader has some keys that others do not ask for.
                  List<Integer> keys = keys(round * 100 + number * 5, size);
                  if (number >= 2) {
                    Collections.reverse(keys);
                  }
                  together.await(20, TimeUnit.SECONDS);
                  Map<Integer, String> values = cache.getAll(keys);
                  assertThat(values.keySet()).containsExactlyElementsOf(keys);
                  assertThat(cache.get(keys.get(0))).isEqualTo("v" + keys.get(0));
                }
                return true;
              }));
    }

    for (FutureTask<Boolean> reader : readers) {
      assertThat(result(reader)).isTrue();
    }
    List<Integer> loaded = new ArrayList<>();
    loader.calls().forEach(loaded::addAll);
    assertThat(loaded).hasSize(rounds * (size + 15)).doesNotHaveDuplicates();
  }

  @Test
  void getAll_interruptedWhileItLoads_whatItLeadsIsHandedOver() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch loading = new CountDownLatch(1);
    AtomicReference<Boolean> flagged = new AtomicReference<>();
    ReadThroughCache<Integer, String> cache = process().buildBulk(loader);
    loader.once(
        () -> {
          loading.countDown();
          never.await();
          return true;
        });
    FutureTask<Map<Integer, String>> first =
        start(
            () -> {
              try {
                return cache.getAll(List.of(1, 2, 3));
              } finally {
                flagged.set(Thread.currentThread().isInterrupted());
              }
            });
    Thread interrupted = lastThread();
    assertThat(loading.await(20, TimeUnit.SECONDS)).isTrue();
    FutureTask<Map<Integer, String>> second = start(() -> cache.getAll(List.of(3, 1, 4)));
    Thread heir = lastThread();
    awaitJoined(2);
    FutureTask<String> single = start(() -> cache.get(2));
    awaitJoined(3);

    interrupted.interrupt();

    assertThat(failure(first).<Integer>failures()).containsOnlyKeys(1, 2, 3);
    assertThat(flagged).hasValue(true);
    assertThat(result(second)).containsOnlyKeys(1, 3, 4);
    assertThat(result(single)).isEqualTo("v2");
    assertThat(counts.of("load FAILURE")).isZero();
    assertThat(loader.calls()).startsWith(List.of(1, 2, 3));
    assertThat(loader.threads().subList(1, loader.threads().size()))
        .containsOnly(heir, lastThread());
  }

  @Test
  void getAll_interruptedBeforehand_nothingIsLoadedAndTheKeysAreFree() {
    ReadThroughCache<Integer, String> cache = process().buildBulk(loader);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> cache.getAll(List.of(1, 2)))
        .isInstanceOf(BulkLoadException.class)
        .hasMessageContaining("interrupted");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(loader.calls()).isEmpty();
    assertThat(cache.getAll(List.of(1, 2))).hasSize(2);
  }

  @Test
  void getAll_interruptedWhileItWaits_onlyItLeavesWithWhatItHas() throws Exception {
    ReadThroughCache<Integer, String> cache = process().buildBulk(loader);
    Flight<String> elsewhere = process().build().open(1, key -> "unused");
    FutureTask<Map<Integer, String>> waiting = start(() -> cache.getAll(List.of(1, 2)));
    Thread interrupted = lastThread();
    await().atMost(20, TimeUnit.SECONDS).until(() -> loader.calls().size() == 1);

    interrupted.interrupt();

    BulkLoadException failure = failure(waiting);
    assertThat(failure.<Integer>failures()).containsOnlyKeys(1);
    elsewhere.commit("a");
    assertThat(cache.getAll(List.of(1, 2))).containsExactly(entry(1, "a"), entry(2, "v2"));
    assertThat(loader.calls()).containsExactly(List.of(2));
  }

  @Test
  void getAll_oneKeyIsNotThereAtTheLoadTimeout_itFailsAndTheRestIsTold() {
    Flight<String> elsewhere = process().build().open(1, key -> "unused");
    ReadThroughCache<Integer, String> cache =
        process().failure(Failure.loadTimeout(Duration.ofMillis(200))).buildBulk(loader);

    assertThatThrownBy(() -> cache.getAll(List.of(1, 2)))
        .isInstanceOfSatisfying(
            BulkLoadException.class,
            failure -> {
              assertThat(failure.<Integer, String>loaded()).containsExactly(entry(2, "v2"));
              assertThat(failure.<Integer>failures().get(1))
                  .isInstanceOf(LoadTimeoutException.class);
              assertThat(failure.getStackTrace())
                  .anyMatch(frame -> frame.getClassName().endsWith("BlockingBulkReadsTest"));
            });
    elsewhere.close();
  }

  @Test
  void getAll_theLeaderOfAKeyGivesUp_itIsLoadedByAFurtherBulkLoad() throws Exception {
    ReadThroughCache<Integer, String> cache = process().buildBulk(loader);
    Flight<String> leader = cache.open(1, key -> "unused");
    FutureTask<Map<Integer, String>> waiting = start(() -> cache.getAll(List.of(1, 2)));
    awaitJoined(1);
    await().atMost(20, TimeUnit.SECONDS).until(() -> loader.calls().size() == 1);

    leader.close();

    assertThat(result(waiting)).hasSize(2);
    assertThat(loader.calls()).containsExactly(List.of(2), List.of(1));
    assertThat(loader.threads()).containsOnly(lastThread());
  }

  @Test
  void get_coalesced_blockingCallersGetWhatOneBulkLoadGave() throws Exception {
    ReadThroughCache<Integer, String> cache =
        process().coalesceLoads(Duration.ofMillis(100)).buildBulk(loader);
    List<FutureTask<String>> reads = new ArrayList<>();
    for (int key = 0; key < 20; key++) {
      int mine = key;
      reads.add(start(() -> cache.get(mine)));
    }

    for (int key = 0; key < 20; key++) {
      assertThat(result(reads.get(key))).isEqualTo("v" + key);
    }
    List<Integer> loaded = new ArrayList<>();
    loader.calls().forEach(loaded::addAll);
    assertThat(loaded).hasSize(20).doesNotHaveDuplicates();
    assertThat(loader.threads()).allMatch(thread -> thread.getName().startsWith("corral-load-"));
  }

  @Test
  void getAll_closed_isRefused() {
    ReadThroughCache<Integer, String> cache = process().buildBulk(loader);
    open.get(0).close();

    assertThatThrownBy(() -> cache.getAll(List.of(1))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cache.getAllAsync(List.of(1), loader))
        .isInstanceOf(IllegalStateException.class);
  }
}
