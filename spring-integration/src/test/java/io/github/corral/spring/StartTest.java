package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.CacheManager;
import org.springframework.context.ConfigurableApplicationContext;

/** How a whole application starts and stops. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(OutputCaptureExtension.class)
class StartTest {

  @Test
  void run_wrongProperty_isShownWithNameValueAndWhatIsAllowed(CapturedOutput output) {
    assertThatThrownBy(
            () -> Apps.alone(Library.App.class, "corral.caches.posts.fresh-for=-5s").close())
        .hasStackTraceContaining(InvalidConfiguration.class.getName());
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("corral.caches.posts.fresh-for: -5s is not between 1ms and 3650d")
        .contains("Correct the property corral.caches.posts.fresh-for.")
        .doesNotContain("at io.github.corral");
  }

  @Test
  void run_cacheThatNobodyNames_isWarnedAbout(CapturedOutput output) {
    Apps.alone(Library.App.class, "corral.caches.boks.fresh-for=5s").close();
    assertThat(output)
        .containsOnlyOnce(
            "corral.caches.boks.* is set, but no annotated method names the cache 'boks'");
  }

  @Test
  void run_lazyInitialization_wrongTypeStillStopsTheStart() {
    assertThatThrownBy(
            () ->
                Apps.alone(
                        Library.App.class,
                        "spring.main.lazy-initialization=true",
                        "corral.caches.books.value-type=x.Y")
                    .close())
        .hasStackTraceContaining("corral.caches.books.value-type: x.Y is not a type");
  }

  @Test
  void run_redisUnreachable_servesFromTheProcessAndSaysSoOnce(CapturedOutput output) {
    int port = RealRedis.freePort();
    try (var context = Apps.shared(Library.App.class, port, "unreachable")) {
      Library library = context.getBean(Library.class);
      for (long id = 0; id < 20; id++) {
        assertThat(library.book(id)).isEqualTo(new Book(id, "by default"));
        assertThat(library.calls(id)).isEqualTo(1);
      }
      await()
          .atMost(Duration.ofSeconds(Callers.SECONDS))
          .untilAsserted(() -> assertThat(output).contains("unreachable"));
    }
    List<String> lines =
        output.toString().lines().filter(line -> line.contains("redis: unreachable")).toList();
    assertThat(lines).hasSize(1);
  }

  @Test
  void close_ends_everyThreadThatTheStartBegan() {
    Set<Thread> before = threads();
    RealRedis redis = RealRedis.start();
    try (ConfigurableApplicationContext context =
        Apps.shared(Library.App.class, redis.port(), "threads")) {
      Library library = context.getBean(Library.class);
      library.book(1);
      library.source(2L, () -> java.util.concurrent.CompletableFuture.completedFuture(null));
      library.future(2).join();
      assertThat(context.getBean(CacheManager.class).getCache("books").get(1)).isNotNull();
      assertThat(names(before)).anyMatch(name -> name.startsWith("corral-"));
      assertThat(names(before)).anyMatch(name -> name.startsWith("lettuce-"));
    } finally {
      redis.close();
    }
    await()
        .atMost(Duration.ofSeconds(Callers.SECONDS))
        .untilAsserted(
            () ->
                assertThat(names(before))
                    .noneMatch(name -> name.startsWith("corral-"))
                    .noneMatch(name -> name.startsWith("lettuce-")));
  }

  private static Set<Thread> threads() {
    return Set.copyOf(Thread.getAllStackTraces().keySet());
  }

  private static Set<String> names(Set<Thread> before) {
    Map<Thread, ?> all = Thread.getAllStackTraces();
    return all.keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }
}
