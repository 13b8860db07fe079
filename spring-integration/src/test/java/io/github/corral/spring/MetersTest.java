package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.search.RequiredSearch;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.ConfigurableApplicationContext;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MetersTest {

  private static RealRedis redis;
  private static ConfigurableApplicationContext context;
  private static Library library;
  private static MeterRegistry meters;

  @BeforeAll
  static void start() {
    redis = RealRedis.start();
    context = Apps.shared(Library.App.class, redis.port(), "meters");
    Beats.awaitFirst(context);
    library = context.getBean(Library.class);
    meters = context.getBean(MeterRegistry.class);
  }

  @AfterAll
  static void stop() {
    context.close();
    redis.close();
  }

  static class Late {
    @Cacheable("late")
    public String find(long id) {
      return "late";
    }
  }

  @Test
  void meters_atStart_thereForEveryCacheThatAMethodNames() {
    Set<String> caches =
        meters.find("cache.gets").meters().stream()
            .map(meter -> String.valueOf(meter.getId().getTag("cache")))
            .collect(Collectors.toSet());
    assertThat(caches)
        .contains("books", "lists", "first", "second", "outer", "inner", "facade")
        .containsAll(context.getBean(CacheManager.class).getCacheNames());
  }

  @Test
  void meters_everyName_isAsDocumented() {
    assertThat(
            meters.getMeters().stream()
                .filter(meter -> "books".equals(meter.getId().getTag("cache")))
                .map(Meter::getId)
                .map(Meter.Id::getName)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(
            "cache.gets",
            "cache.size",
            "cache.evictions",
            "corral.loads",
            "corral.lease.waits",
            "corral.not.kept",
            "corral.stale",
            "corral.joined",
            "corral.refreshes",
            "corral.overtaken",
            "corral.detached",
            "corral.feed.gaps",
            "corral.feed.dropped",
            "corral.too.large",
            "corral.codec.failures",
            "corral.changes.kept",
            "corral.remote.failures");
  }

  @Test
  void meters_missAndHit_areCounted() {
    double misses = gets("outer", "miss", "l1");
    library.nested(1);
    assertThat(gets("outer", "miss", "l1") - misses).isEqualTo(1);
    assertThat(of("corral.loads", "outer").tag("outcome", "success").timer().count()).isEqualTo(1);
    Cache outer = context.getBean(CacheManager.class).getCache("outer");
    await().until(() -> outer.get(1) != null);
    double hits = gets("outer", "hit", "l1");
    library.nested(1);
    library.nested(1);
    assertThat(gets("outer", "hit", "l1") - hits).isEqualTo(2);
  }

  @Test
  void meters_failedLoad_isCounted() {
    library.source(
        99L,
        () -> {
          throw new IllegalStateException();
        });
    assertThatThrownBy(() -> library.book(99)).isInstanceOf(IllegalStateException.class);
    assertThat(of("corral.loads", "books").tag("outcome", "failure").timer().count()).isEqualTo(1);
  }

  @Test
  void meters_cacheThatIsMadeLater_areThereToo() {
    var beans = (DefaultListableBeanFactory) context.getBeanFactory();
    beans.registerBeanDefinition("late", new RootBeanDefinition(Late.class));
    assertThat(meters.find("cache.gets").tag("cache", "late").meters()).isEmpty();
    context.getBean(Late.class).find(1);
    assertThat(gets("late", "miss", "l1")).isEqualTo(1);
  }

  private static RequiredSearch of(String name, String cache) {
    return meters.get(name).tag("cache", cache);
  }

  private static double gets(String cache, String result, String tier) {
    return meters
        .get("cache.gets")
        .tags(Tags.of("cache", cache, "result", result, "tier", tier))
        .counter()
        .count();
  }
}
