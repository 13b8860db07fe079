package io.github.corral.redis.histories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.policy.Failure;
import io.github.corral.redis.internal.FaultyProxy;
import io.github.corral.redis.internal.RealRedis;
import io.github.corral.spi.RemoteTier;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A request for a lease is stuck on a connection that is lost, and reaches the server late: after
 * an invalidation has voided the lease that a second request has got.
 */
@Timeout(60)
class RepeatedAttemptTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);
  private static final int MOST_RETRIES = 100;
  private static final Kind KIND = Kind.STEADY;
  private static final int KEY = 9;

  @TempDir Path run;

  private final Standalone redis = new Standalone(2);
  private final long beginning = System.nanoTime();
  private final AtomicLong version = new AtomicLong();
  private final AtomicLong loads = new AtomicLong();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final List<AutoCloseable> open = new ArrayList<>();

  /** A process of the fleet, with its history. */
  private record Member(HistoryFile history, ReadThroughCache<Integer, String> cache) {}

  @AfterEach
  void closeAll() throws Exception {
    mayEnd.countDown();
    for (AutoCloseable it : open) {
      it.close();
    }
    redis.close();
  }

  @Test
  void check_libraryItself_noViolation() throws Exception {
    assertThat(violationsWith(tier -> tier)).isEmpty();
  }

  /** As a client library does that sends again by itself what had no reply. */
  @Test
  void check_sameTokenForARepeatedAttempt_isFoundOut() throws Exception {
    assertThat(violationsWith(RepeatedAttemptTest::repeating)).containsOnlyKeys("I1");
  }

  private Map<String, Integer> violationsWith(UnaryOperator<RemoteTier> broken) throws Exception {
    Member member = member(0, broken);
    Member other = member(1, tier -> tier);
    HistoryFile parent = history("parent.log");
    FaultyProxy proxy = redis.proxy(0);

    long from = parent.now();
    proxy.holdRequestsFrom(it -> it.contains("EVALSHA") && it.contains(KIND.text() + "::" + KEY));
    CompletableFuture<Void> read = CompletableFuture.runAsync(() -> read(member));
    await().atMost(PATIENCE).until(proxy::holds);
    proxy.cutClients();
    assertThat(loading.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    invalidate(other);
    proxy.letRequestsPass();
    await("the late request to be executed").atMost(PATIENCE).until(this::isLeased);
    mayEnd.countDown();
    read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    parent.line("F", from, parent.now(), Fault.REQUESTS_LATE, 0);
    read(other);

    return Checker.check(run, Mutant.NONE).counts();
  }

  private Member member(int process, UnaryOperator<RemoteTier> broken) {
    HistoryFile history = history(Mutant.NONE + "/" + process + ".log");
    RedisURI uri = RealRedis.uri(redis.proxy(process).port());
    RedisClient own = RedisClient.create(uri);
    Corral corral =
        Corral.builder()
            .remote(broken.apply(Mutant.NONE.tier(own, Mutant.NONE.namespace(), PATIENCE)))
            .lease(Duration.ofSeconds(1))
            .build();
    open.add(0, corral);
    open.add(() -> own.shutdown(Duration.ZERO, PATIENCE));
    ReadThroughCache<Integer, String> cache =
        corral
            .cache(KIND.text(), Integer.class, String.class)
            .failure(Failure.loadTimeout(PATIENCE))
            .build(key -> load(history, process, key));
    assertThat(cache.get(KEY - 1)).isNotNull(); // the barriers are known from here on
    return new Member(history, cache);
  }

  private HistoryFile history(String name) {
    HistoryFile history = new HistoryFile(run.resolve(name), beginning);
    open.add(history);
    return history;
  }

  private String load(HistoryFile history, int process, int key) throws InterruptedException {
    String origin = process + "." + loads.incrementAndGet();
    history.line("l", history.now(), origin, KIND, key);
    String value = key + "/" + version.get() + "/" + origin;
    if (key == KEY) {
      loading.countDown();
      boolean unused = mayEnd.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    history.line("L", history.now(), origin, "ok");
    return value;
  }

  private void read(Member member) {
    long begin = member.history.now();
    String value = member.cache.get(KEY);
    member.history.line("R", begin, member.history.now(), "get", KIND, KEY, value);
  }

  private void invalidate(Member member) {
    HistoryFile history = member.history;
    history.line("c", history.now(), "1.1", "invalidate", KIND, KEY);
    history.line("w", history.now(), "1.1", KIND, KEY, version.incrementAndGet());
    member.cache.invalidate(KEY);
    history.line("e", history.now(), "1.1", "ok");
  }

  private boolean isLeased() {
    return !redis.commands().keys("{fleet0:*}:e:steady::" + KEY).isEmpty();
  }

  private static RemoteTier repeating(RemoteTier tier) {
    return Tap.around(
        RemoteTier.class,
        tier,
        (method, arguments, target) ->
            method.getName().equals("lookup")
                ? tried(() -> called(target, method, arguments), MOST_RETRIES)
                : target.call(method, arguments));
  }

  @SuppressWarnings("unchecked")
  private static CompletionStage<Object> called(
      Tap.Target target, Method method, Object[] arguments) throws Throwable {
    return (CompletionStage<Object>) target.call(method, arguments);
  }

  private interface Attempt {
    CompletionStage<Object> begin() throws Throwable;
  }

  private static CompletionStage<Object> tried(Attempt attempt, int times) {
    CompletionStage<Object> reply;
    try {
      reply = attempt.begin();
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
    return times == 0
        ? reply
        : reply.exceptionallyComposeAsync(error -> tried(attempt, times - 1), LATER);
  }
}
