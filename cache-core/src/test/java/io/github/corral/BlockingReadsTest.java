package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.corral.internal.Counts;
import io.github.corral.internal.ScriptedTier;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Flight;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The blocking face, with real threads that wait for each other and never for the clock. */
@Timeout(60)
class BlockingReadsTest {

  private static final int CALLERS = 1_000;

  private final InMemoryServer server =
      new InMemoryServer(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  private final List<Corral> open = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Counts counts = new Counts();
  private final AtomicInteger loads = new AtomicInteger();

  @AfterEach
  void closeAll() throws InterruptedException {
    open.forEach(Corral::close);
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(20));
      assertThat(thread.isAlive()).as("%s has ended", thread.getName()).isFalse();
    }
  }

  private Corral alone() {
    return opened(Corral.builder());
  }

  private Corral process() {
    return opened(Corral.builder().remote(new InMemoryTier(server)));
  }

  private Corral opened(Corral.Builder builder) {
    Corral corral = builder.recorders(name -> counts).build();
    open.add(corral);
    return corral;
  }

  private CacheBuilder<Integer, String> cache(Corral corral) {
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

  private static Throwable failure(FutureTask<?> task) throws Exception {
    try {
      throw new AssertionError("it gave " + task.get(30, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  private static void awaitParked(Thread thread) {
    await()
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () ->
                thread.getState() == Thread.State.TIMED_WAITING
                    || thread.getState() == Thread.State.WAITING);
  }

  private void awaitJoined(int callers) {
    await().atMost(30, TimeUnit.SECONDS).until(() -> counts.of("joined") >= callers);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_aThousandThreadsOnAColdKey_oneLoadOnOneOfThem(boolean remote) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<Thread> loader = new AtomicReference<>();
    ReadThroughCache<Integer, String> cache =
        cache(remote ? process() : alone())
            .build(
                key -> {
                  loads.incrementAndGet();
                  loader.set(Thread.currentThread());
                  go.await();
                  return "a";
                });
    List<FutureTask<String>> reads = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      reads.add(start(() -> cache.get(1)));
    }
    awaitJoined(CALLERS - 1);
    go.countDown();

    for (FutureTask<String> read : reads) {
      assertThat(result(read)).isEqualTo("a");
    }
    assertThat(loads).hasValue(1);
    assertThat(threads).contains(loader.get());
  }

  @Test
  void get_twoProcesses_oneLoad() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<FutureTask<String>> reads = new ArrayList<>();
    for (int process = 0; process < 2; process++) {
      ReadThroughCache<Integer, String> cache =
          cache(process())
              .build(
                  key -> {
                    loads.incrementAndGet();
                    go.await();
                    return "a";
                  });
      for (int i = 0; i < CALLERS / 2; i++) {
        reads.add(start(() -> cache.get(1)));
      }
    }
    awaitJoined(CALLERS - 2);
    go.countDown();

    for (FutureTask<String> read : reads) {
      assertThat(result(read)).isEqualTo("a");
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void get_loaderFails_everyCallerHasItsOwnExceptionWithItsOwnStack() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    IllegalStateException cause = new IllegalStateException("down");
    ReadThroughCache<Integer, String> cache =
        cache(alone())
            .build(
                key -> {
                  go.await();
                  throw cause;
                });
    FutureTask<String> leader = start(() -> getFromHere(cache));
    awaitParked(lastThread());
    FutureTask<String> joined = start(() -> getFromThere(cache));
    awaitJoined(1);
    go.countDown();

    assertThat(failure(leader)).isExactlyInstanceOf(LoadFailedException.class).hasCause(cause);
    assertThat(failure(joined)).hasCause(cause).isNotSameAs(failure(leader));
    assertThat(failure(leader).getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("getFromHere"));
    assertThat(failure(joined).getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("getFromThere"))
        .noneMatch(frame -> frame.getMethodName().equals("getFromHere"));
  }

  private static String getFromHere(ReadThroughCache<Integer, String> cache) {
    return String.valueOf(cache.get(1));
  }

  private static String getFromThere(ReadThroughCache<Integer, String> cache) {
    return String.valueOf(cache.get(1));
  }

  @Test
  void get_leaderIsInterruptedWhileItLoads_oneThatWaitsLoadsOnItsOwnThread() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicReference<Thread> second = new AtomicReference<>();
    AtomicReference<Boolean> flagged = new AtomicReference<>();
    ReadThroughCache<Integer, String> cache =
        cache(process())
            .build(
                key -> {
                  if (loads.incrementAndGet() == 1) {
                    never.await();
                  }
                  second.set(Thread.currentThread());
                  return "a";
                });
    FutureTask<String> leader =
        start(
            () -> {
              try {
                return cache.get(1);
              } finally {
                flagged.set(Thread.currentThread().isInterrupted());
              }
            });
    Thread interrupted = lastThread();
    awaitParked(interrupted);
    FutureTask<String> joined = start(() -> cache.get(1));
    awaitJoined(1);

    interrupted.interrupt();

    assertThat(failure(leader))
        .isExactlyInstanceOf(LoadFailedException.class)
        .hasMessageContaining("interrupted");
    assertThat(flagged).hasValue(true);
    assertThat(result(joined)).isEqualTo("a");
    assertThat(second).hasValue(lastThread());
    assertThat(loads).hasValue(2);
    assertThat(counts.of("load FAILURE")).isZero();
  }

  @Test
  void get_oneThatWaitsIsInterrupted_onlyItLeaves() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    ReadThroughCache<Integer, String> cache =
        cache(alone())
            .build(
                key -> {
                  loads.incrementAndGet();
                  go.await();
                  return "a";
                });
    FutureTask<String> leader = start(() -> cache.get(1));
    awaitParked(lastThread());
    FutureTask<String> joined = start(() -> cache.get(1));
    awaitJoined(1);

    lastThread().interrupt();

    assertThat(failure(joined)).isInstanceOf(LoadFailedException.class);
    go.countDown();
    assertThat(result(leader)).isEqualTo("a");
    assertThat(loads).hasValue(1);
  }

  @Test
  void get_theCallerIsInterruptedBeforehand_nothingIsLoadedAndTheKeyIsFree() {
    ReadThroughCache<Integer, String> cache =
        cache(process())
            .build(
                key -> {
                  loads.incrementAndGet();
                  return "a";
                });
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> cache.get(1)).isInstanceOf(LoadFailedException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(loads).hasValue(0);
    assertThat(cache.get(1)).isEqualTo("a");
  }

  @Test
  void get_noValueAtTheLoadTimeout_messageNamesCacheKeyAndTimes() {
    Flight<String> elsewhere = cache(process()).build().open(1, key -> "unused");
    assertThat(elsewhere.leads()).isTrue();
    ReadThroughCache<Integer, String> cache =
        cache(process())
            .failure(Failure.loadTimeout(Duration.ofMillis(50)))
            .build(
                key -> {
                  loads.incrementAndGet();
                  return "a";
                });

    assertThatThrownBy(() -> cache.get(1))
        .isExactlyInstanceOf(LoadTimeoutException.class)
        .hasMessageStartingWith("cache 'c', key 1: no value after 50 ms of waiting for ");

    assertThat(loads).hasValue(0);
    elsewhere.commit("b");
    assertThat(cache.get(1)).isEqualTo("b");
  }

  @Test
  void get_asyncTier_repliesAreHandledOnTheCallersThread() throws Exception {
    ScriptedTier tier = new ScriptedTier(new InMemoryTier(server));
    AtomicReference<Thread> loader = new AtomicReference<>();
    ReadThroughCache<Integer, String> cache =
        cache(opened(Corral.builder().remote(tier)))
            .build(
                key -> {
                  loader.set(Thread.currentThread());
                  return "a";
                });
    tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    FutureTask<String> read = start(() -> cache.get(1));
    await().atMost(20, TimeUnit.SECONDS).until(() -> tier.waiting() == 1);

    tier.letGo();

    assertThat(result(read)).isEqualTo("a");
    assertThat(loader).hasValue(lastThread());
  }

  @Test
  void open_leads_othersWaitForItsCommit() throws Exception {
    TieredCache<Integer, String> cache = cache(alone()).build();
    Flight<String> flight = cache.open(1, key -> "unused");
    assertThat(flight.leads()).isTrue();
    FutureTask<Flight<String>> joined = start(() -> cache.open(1, key -> "unused"));
    awaitJoined(1);

    flight.commit("a");

    assertThat(result(joined).leads()).isFalse();
    assertThat(result(joined).value()).isEqualTo("a");
    assertThat(cache.getIfPresent(1)).isEqualTo("a");
  }

  @Test
  void open_leaderCloses_oneThatWaitsLeads() throws Exception {
    TieredCache<Integer, String> cache = cache(alone()).build();
    Flight<String> flight = cache.open(1, key -> "unused");
    FutureTask<Flight<String>> joined = start(() -> cache.open(1, key -> "unused"));
    awaitJoined(1);

    flight.close();

    assertThat(result(joined).leads()).isTrue();
    result(joined).commit("b");
    assertThat(cache.getIfPresent(1)).isEqualTo("b");
  }

  @Test
  void invalidate_interrupted_throwsWhatItDocuments() throws Exception {
    ScriptedTier tier = new ScriptedTier(new InMemoryTier(server));
    TieredCache<Integer, String> cache = cache(opened(Corral.builder().remote(tier))).build();
    tier.only(Op.INVALIDATE, Fate.HOLD_REQUEST);
    FutureTask<Boolean> invalidating =
        start(
            () -> {
              cache.invalidate(1);
              return true;
            });
    await().atMost(20, TimeUnit.SECONDS).until(() -> tier.waiting() == 1);

    lastThread().interrupt();

    assertThat(failure(invalidating)).isInstanceOf(RemoteTierException.class);
    tier.letGo();
  }

  @Test
  void put_noReply_throws() {
    ScriptedTier tier = new ScriptedTier(new InMemoryTier(server));
    TieredCache<Integer, String> cache = cache(opened(Corral.builder().remote(tier))).build();
    tier.all(Fate.FAIL);

    assertThatThrownBy(() -> cache.put(1, "a"))
        .isInstanceOf(RemoteTierException.class)
        .hasStackTraceContaining("BlockingReadsTest");
    assertThatThrownBy(() -> cache.invalidate(1)).isInstanceOf(RemoteTierException.class);
  }

  @Test
  void getAsync_loaderBlocks_runsOnAThreadOfTheCorral() throws Exception {
    AtomicReference<Thread> loader = new AtomicReference<>();
    ReadThroughCache<Integer, String> cache =
        cache(alone())
            .build(
                key -> {
                  loader.set(Thread.currentThread());
                  return "a";
                });

    assertThat(cache.getAsync(1).get(20, TimeUnit.SECONDS)).isEqualTo("a");

    assertThat(loader.get().getName()).startsWith("corral-load-");
    assertThat(loader.get().isDaemon()).isTrue();
  }

  @Test
  void refresh_staleIsServed_loadsOnAThreadOfTheCorral() throws Exception {
    AtomicReference<Thread> loader = new AtomicReference<>();
    ReadThroughCache<Integer, String> cache =
        alone()
            .cache("c", Integer.class, String.class)
            .expiry(
                CacheExpiry.freshFor(Duration.ofMillis(1)).staleFor(Duration.ofHours(1)).jitter(0))
            .build(
                key -> {
                  loader.set(Thread.currentThread());
                  return "v" + loads.incrementAndGet();
                });
    assertThat(cache.get(1)).isEqualTo("v1");
    assertThat(loader).hasValue(Thread.currentThread());

    await().atMost(20, TimeUnit.SECONDS).until(() -> !"v1".equals(cache.get(1)));

    assertThat(loader.get().getName()).startsWith("corral-load-");
  }

  @Test
  void close_callersWait_theyEndAndSoDoTheThreads() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Corral corral = process();
    ReadThroughCache<Integer, String> cache =
        cache(corral)
            .build(
                key -> {
                  loads.incrementAndGet();
                  go.await();
                  return "a";
                });
    FutureTask<String> leader = start(() -> cache.get(1));
    await().atMost(20, TimeUnit.SECONDS).until(() -> loads.get() == 1);
    FutureTask<String> joined = start(() -> cache.get(1));
    awaitJoined(1);
    CompletableFuture<String> async = cache.getAsync(1);
    CompletableFuture<String> loading = cache.getAsync(2);
    await().atMost(20, TimeUnit.SECONDS).until(() -> loads.get() == 2);

    corral.close();
    corral.close();

    assertThat(failure(joined)).isInstanceOf(LoadFailedException.class);
    assertThat(async).isCompletedExceptionally();
    assertThat(loading).isCompletedExceptionally();
    ReadThroughCache<Integer, String> elsewhere = cache(process()).build(key -> "b");
    assertThat(elsewhere.get(1)).isEqualTo("b");
    go.countDown();
    assertThat(failure(leader)).isInstanceOf(LoadFailedException.class);
    open.forEach(Corral::close);
    await()
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("corral-")));
  }

  @Test
  void everyMethod_closed_throws() {
    Corral corral = alone();
    ReadThroughCache<Integer, String> cache = cache(corral).build(key -> "a");
    assertThat(cache.get(1)).isEqualTo("a");
    corral.close();

    List<Runnable> calls =
        List.of(
            () -> cache.get(1),
            () -> cache.getAsync(1),
            () -> cache.getIfPresent(1),
            () -> cache.getIfPresentAsync(1),
            () -> cache.open(1, key -> "a"),
            () -> cache.openAsync(1, (key, load) -> new CompletableFuture<>()),
            () -> cache.put(1, "a"),
            () -> cache.putAsync(1, "a"),
            () -> cache.invalidate(1),
            () -> cache.invalidateAsync(1));
    assertThat(calls)
        .allSatisfy(
            call ->
                assertThatThrownBy(call::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("cache 'c': its Corral is closed"));
  }
}
