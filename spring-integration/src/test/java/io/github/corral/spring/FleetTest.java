package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.corral.spring.Callers.Latches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;

/** Two applications on one Redis, as two processes of a fleet. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FleetTest {

  private static final AtomicLong IDS = new AtomicLong(1);

  private static RealRedis redis;
  private static ConfigurableApplicationContext one;
  private static ConfigurableApplicationContext two;
  private static Library here;
  private static Library there;

  private final long id = IDS.incrementAndGet();

  @BeforeAll
  static void start() {
    redis = RealRedis.start();
    one = Apps.shared(Library.App.class, redis.port(), "fleet");
    two = Apps.shared(Library.App.class, redis.port(), "fleet");
    Beats.awaitFirst(one, two);
    here = one.getBean(Library.class);
    there = two.getBean(Library.class);
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    redis.close();
  }

  private void source(java.util.concurrent.Callable<Object> source) {
    here.source(id, source);
    there.source(id, source);
  }

  private int calls() {
    return here.calls(id) + there.calls(id);
  }

  @Test
  void cacheable_100ConcurrentCallersOfAColdKey_oneInvocationInTheFleet() throws Exception {
    AtomicInteger arrived = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(100);
    source(
        () -> {
          // The load lasts until every caller has called.
          Latches.await(all);
          return new Book(id, "shared");
        });
    Callers<Book> callers =
        Callers.start(
            100,
            () -> {
              Library mine = arrived.incrementAndGet() % 2 == 0 ? here : there;
              all.countDown();
              return mine.book(id);
            });
    assertThat(callers.values()).hasSize(100).containsOnly(new Book(id, "shared"));
    assertThat(calls()).isEqualTo(1);
  }

  @Test
  void cacheable_futureAndPublisherAndBlockingCallersTogether_oneInvocationInTheFleet()
      throws Exception {
    CountDownLatch all = new CountDownLatch(30);
    List<LongFunction<Book>> ways =
        List.of(
            key -> here.book(key),
            key -> there.book(key),
            key -> here.optional(key).orElseThrow(),
            key -> there.bookInSync(key));
    AtomicInteger arrived = new AtomicInteger();
    source(
        () -> {
          Latches.await(all);
          return new Book(id, "shared");
        });
    Callers<Book> callers =
        Callers.start(
            30,
            () -> {
              var way = ways.get(arrived.getAndIncrement() % ways.size());
              all.countDown();
              return way.apply(id);
            });
    assertThat(callers.values()).containsOnly(new Book(id, "shared"));
    assertThat(calls()).isEqualTo(1);
  }

  @Test
  void cacheEvict_here_isSeenThere() {
    here.book(id);
    assertThat(there.book(id)).isEqualTo(new Book(id, "by default"));
    assertThat(calls()).isEqualTo(1);
    here.source(id, () -> null);
    here.evict(id);
    there.source(id, () -> new Book(id, "second edition"));
    await()
        .atMost(Duration.ofSeconds(Callers.SECONDS))
        .untilAsserted(() -> assertThat(there.book(id).title()).isEqualTo("second edition"));
    assertThat(here.book(id).title()).isEqualTo("second edition");
  }

  @Test
  void cachePut_here_isSeenThere() {
    there.book(id);
    here.source(id, () -> new Book(id, "second edition"));
    here.put(id);
    await()
        .atMost(Duration.ofSeconds(Callers.SECONDS))
        .untilAsserted(() -> assertThat(there.book(id).title()).isEqualTo("second edition"));
    assertThat(there.calls(id)).isEqualTo(1);
  }

  @Test
  void exception_here_isThrownThereAsTheMethodsOwn() {
    source(
        () -> {
          throw new IllegalStateException("no such book");
        });
    List<Library> processes = List.of(here, there);
    for (Library process : processes) {
      assertThatThrownBy(() -> process.book(id))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no such book");
    }
  }

  @Test
  void exception_manyCallersThere_atMostOneInvocationMore() throws Exception {
    source(
        () -> {
          throw new IllegalStateException("no such book");
        });
    assertThatThrownBy(() -> here.book(id)).isInstanceOf(IllegalStateException.class);
    Callers<Book> callers = Callers.start(20, () -> there.book(id));
    List<Throwable> errors = new ArrayList<>(callers.errors());
    assertThat(errors)
        .hasSize(20)
        .allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class))
        .allSatisfy(e -> assertThat(e).hasMessage("no such book"));
    assertThat(there.calls(id)).isLessThanOrEqualTo(2);
  }
}
