package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.spring.Callers.Latches;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cache.CacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;

/**
 * Values that are stale after a millisecond, and are served while their method is invoked again.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RefreshTest {

  private static final AtomicLong IDS = new AtomicLong(1);

  private static RealRedis redis;
  private static ConfigurableApplicationContext context;
  private static Library library;

  private final long id = IDS.incrementAndGet();

  @BeforeAll
  static void start() {
    redis = RealRedis.start();
    context =
        Apps.shared(
            Library.App.class,
            redis.port(),
            "refresh",
            "corral.defaults.fresh-for=1ms",
            "corral.defaults.stale-for=1h",
            "corral.defaults.jitter=0");
    Beats.awaitFirst(context);
    library = context.getBean(Library.class);
  }

  @AfterAll
  static void stop() {
    context.close();
    redis.close();
  }

  @Test
  void stale_isServedWhileTheMethodIsInvokedAgain() {
    library.book(id);
    CountDownLatch release = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          Latches.await(release);
          return new Book(id, "second edition");
        });
    await().until(() -> library.book(id) != null && library.calls(id) == 2);
    assertThat(library.book(id)).isEqualTo(new Book(id, "by default"));
    release.countDown();
    await().until(() -> library.book(id).title().equals("second edition"));
  }

  @Test
  void stale_optional_isRefreshedUnwrapped() {
    library.optional(id);
    library.source(id, () -> new Book(id, "second edition"));
    await().until(() -> library.optional(id).orElseThrow().title().equals("second edition"));
    assertThat(library.book(id)).isEqualTo(new Book(id, "second edition"));
  }

  @Test
  void stale_vetoedRefresh_isNotStored() {
    library.unlessTitle(id);
    library.source(id, () -> new Book(id, "secret"));
    await().until(() -> library.unlessTitle(id).title().equals("secret"));
    assertThat(context.getBean(CacheManager.class).getCache("books").get(id)).isNull();
  }

  @Test
  void stale_refreshFails_isServedOn() {
    library.book(id);
    library.source(
        id,
        () -> {
          throw new IllegalStateException("no such book");
        });
    await().until(() -> library.book(id) != null && library.calls(id) >= 2);
    assertThat(library.book(id)).isEqualTo(new Book(id, "by default"));
  }

  @Test
  void stale_future_isRefreshed() {
    library.source(id, () -> CompletableFuture.completedFuture(new Book(id, "first edition")));
    library.future(id).join();
    library.source(id, () -> CompletableFuture.completedFuture(new Book(id, "second edition")));
    await().until(() -> library.future(id).join().title().equals("second edition"));
  }

  @Test
  void stale_mono_isRefreshed() {
    library.source(id, () -> Mono.just(new Book(id, "first edition")));
    library.mono(id).block();
    library.source(id, () -> Mono.just(new Book(id, "second edition")));
    await().until(() -> library.mono(id).block().title().equals("second edition"));
  }

  @Test
  void stale_evictBesides_isNotDoneByTheRefresh() {
    library.alsoEvicting(id);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          reached.countDown();
          Latches.await(release);
          return new Book(id, "second edition");
        });
    await().until(() -> library.alsoEvicting(id) != null && reached.getCount() == 0);
    library.source(id, () -> new Book(id, "third edition"));
    var lists = context.getBean(CacheManager.class).getCache("lists");
    lists.put(id, java.util.List.of());
    release.countDown();
    await().until(() -> title("books").equals("second edition"));
    assertThat(lists.get(id)).isNotNull();
  }

  private String title(String cache) {
    return ((Book) context.getBean(CacheManager.class).getCache(cache).get(id).get()).title();
  }
}
