package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.Corral;
import io.github.corral.TieredCache;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import io.lettuce.core.RedisClient;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.cache.interceptor.KeyGenerator;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.redis.cache.RedisCacheManager;

class CorralAutoConfigurationTest {

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  CorralAutoConfiguration.class,
                  CacheAutoConfiguration.class,
                  DataRedisAutoConfiguration.class));

  private final ApplicationContextRunner caching =
      bare.withUserConfiguration(Caching.class).withPropertyValues("corral.remote=none");

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  static class Caching {}

  // ---------------------------------------------------------------- when it applies

  @Test
  void start_withoutEnableCaching_nothingIsMade() {
    bare.run(context -> assertThat(context).doesNotHaveBean(Corral.class));
  }

  @Test
  void start_withEnableCaching_corralIsTheCacheManager() {
    caching.run(
        context -> {
          assertThat(context).hasSingleBean(CacheManager.class);
          assertThat(context.getBean("cacheManager")).isInstanceOf(CorralCacheManager.class);
          assertThat(context.getBean(CacheInterceptor.class))
              .isInstanceOf(CorralCacheInterceptor.class);
        });
  }

  @Test
  void start_withOwnCacheManager_backsOff() {
    caching
        .withBean(ConcurrentMapCacheManager.class)
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(Corral.class);
              assertThat(context.getBean(CacheInterceptor.class))
                  .isExactlyInstanceOf(CacheInterceptor.class);
            });
  }

  @Test
  void start_disabled_bootsOwnConfigurationApplies() {
    caching
        .withPropertyValues("corral.enabled=false")
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(Corral.class);
              assertThat(context.getBean(CacheManager.class)).isInstanceOf(RedisCacheManager.class);
            });
  }

  @Test
  void start_cachingSwitchedOff_staysOff() {
    caching
        .withPropertyValues("spring.cache.type=none")
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(Corral.class);
              assertThat(context.getBean(CacheManager.class)).isInstanceOf(NoOpCacheManager.class);
            });
  }

  // ---------------------------------------------------------------- the tier between processes

  @Test
  void start_remoteNone_noTier() {
    caching.run(context -> assertThat(context).doesNotHaveBean(RemoteTier.class));
  }

  @Test
  void start_noLettuce_noTier() {
    bare.withUserConfiguration(Caching.class)
        .withClassLoader(new FilteredClassLoader(RedisClient.class))
        .run(
            context -> {
              assertThat(context).hasSingleBean(Corral.class);
              assertThat(context).doesNotHaveBean(RemoteTier.class);
            });
  }

  @Test
  void start_connectionDetails_makeATier() {
    bare.withUserConfiguration(Caching.class)
        .withPropertyValues("spring.data.redis.port=" + RealRedis.freePort())
        .run(context -> assertThat(context).hasSingleBean(RemoteTier.class));
  }

  @Test
  void start_ownTier_isUsed() {
    InMemoryServer server = new InMemoryServer(() -> 1);
    bare.withUserConfiguration(Caching.class, Titles.class)
        .withBean(RemoteTier.class, () -> new InMemoryTier(server))
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(RedisConnection.class);
              assertThat(context.getBean(Titles.class).find(1)).isEqualTo("title 1");
              assertThat(context.getBean(CacheManager.class).getCache("titles").get(1).get())
                  .isEqualTo("title 1");
            });
  }

  static class Titles {

    @Cacheable("titles")
    public String find(long id) {
      return "title " + id;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spring.data.redis.sentinel, spring.data.redis.sentinel.master=m, spring.data.redis.sentinel.nodes=h:1",
    "spring.data.redis.cluster, spring.data.redis.cluster.nodes=h:1, x=y",
    "spring.data.redis.masterreplica, spring.data.redis.masterreplica.nodes=h:1, x=y"
  })
  void start_otherTopologies_areRefused(String property, String first, String second) {
    bare.withUserConfiguration(Caching.class)
        .withPropertyValues(first, second)
        .run(
            context ->
                assertThat(failure(context))
                    .hasMessage(property + ": not supported yet; only a standalone Redis is"));
  }

  // ---------------------------------------------------------------- properties

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          corral.caches.posts.fresh-for=-5s      | corral.caches.posts.fresh-for: -5s is not between 1ms and 3650d
          corral.caches.posts.fresh-for=0        | corral.caches.posts.fresh-for: 0ms is not between 1ms and 3650d
          corral.caches.posts.fresh-for=3651d    | corral.caches.posts.fresh-for: 3651d is not between 1ms and 3650d
          corral.caches.posts.stale-for=-1ms     | corral.caches.posts.stale-for: -1ms is not between 0ms and 3650d
          corral.caches.posts.negative-for=-90s  | corral.caches.posts.negative-for: -90s is not between 0ms and 3650d
          corral.caches.posts.load-timeout=25h   | corral.caches.posts.load-timeout: 25h is not between 1ms and 1d
          corral.caches.posts.jitter=0.6         | corral.caches.posts.jitter: 0.6 is not between 0 and 0.5
          corral.caches.posts.jitter=NaN         | corral.caches.posts.jitter: NaN is not between 0 and 0.5
          corral.caches.posts.early-beta=-1      | corral.caches.posts.early-beta: -1.0 is not between 0 and 1000
          corral.caches.posts.maximum-size=0     | corral.caches.posts.maximum-size: 0 is not 1 or more
          corral.caches.posts.schema=65536       | corral.caches.posts.schema: 65536 is not between 1 and 65535
          corral.caches[a.b].schema=0            | corral.caches[a.b].schema: 0 is not between 1 and 65535
          corral.defaults.fresh-for=-5s          | corral.defaults.fresh-for: -5s is not between 1ms and 3650d
          corral.defaults.value-type=x.Y         | corral.defaults.value-type: x.Y is not allowed: each cache has a value type of its own
          corral.lease=1ms                       | corral.lease: 1ms is not between 100ms and 10m
          corral.redis.timeout=0                 | corral.redis.timeout: 0ms is not between 1ms and 1m
          corral.caches.posts.value-type=x.Y     | corral.caches.posts.value-type: x.Y is not a type: there is no class 'x.Y'
          """)
  void start_wrongProperty_failsWithNameValueAndWhatIsAllowed(String property, String message) {
    caching
        .withPropertyValues(property)
        .run(
            context -> {
              assertThat(failure(context)).hasMessage(message);
              assertThat(((InvalidConfiguration) failure(context)).action())
                  .contains(property.substring(0, property.indexOf('=')));
            });
  }

  @Test
  void start_wrongNamespace_failsWithWhatIsAllowed() {
    bare.withUserConfiguration(Caching.class)
        .withPropertyValues("corral.redis.namespace=a b")
        .run(
            context ->
                assertThat(failure(context))
                    .hasMessageStartingWith(
                        "corral.redis.namespace: 'a b' is not 1 to 64 letters"));
  }

  @Test
  void start_noneAndBeta_contradictEachOther() {
    caching
        .withPropertyValues("corral.caches.posts.refresh=none", "corral.caches.posts.early-beta=2")
        .run(
            context ->
                assertThat(failure(context))
                    .hasMessage(
                        "corral.caches.posts.early-beta: 2.0 is set although"
                            + " corral.caches.posts.refresh is none: set one of the two"));
  }

  @Test
  void start_unknownProperty_fails() {
    caching
        .withPropertyValues("corral.caches.posts.fresh-fro=5s")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("corral.caches.posts.fresh-fro"));
  }

  // ---------------------------------------------------------------- value types

  static class Books {

    @Cacheable("books")
    public @Nullable Book find(long id) {
      return new Book(id, "found");
    }
  }

  static class BookOptionals {

    @CachePut("books")
    public Optional<Book> save(long id) {
      return Optional.of(new Book(id, "saved"));
    }
  }

  static class BookLists {

    @Cacheable("books")
    public List<Book> all() {
      return List.of();
    }
  }

  interface Finder<T> {
    @Cacheable("generic")
    T find(long id);
  }

  static class BookFinder implements Finder<Book> {
    @Override
    public Book find(long id) {
      return new Book(id, "found");
    }
  }

  static class Wiper {
    @CacheEvict(cacheNames = "books", allEntries = true)
    public void wipe() {}
  }

  static class Elsewhere {
    @CacheEvict(cacheNames = "books", allEntries = true, cacheManager = "other")
    public void wipe() {}

    @Cacheable(cacheNames = "books", cacheManager = "other")
    public String text() {
      return "elsewhere";
    }
  }

  @Test
  void types_sameTypeInSeveralShapes_isOne() {
    caching
        .withUserConfiguration(Books.class, BookOptionals.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void types_twoInOneCache_failAtStartAndNameBoth() {
    caching
        .withUserConfiguration(Books.class, BookLists.class)
        .run(
            context -> {
              assertThat(failure(context))
                  .hasMessageContaining("cache 'books' has two value types: ")
                  .hasMessageContaining(Book.class.getName() + " by ")
                  .hasMessageContaining("java.util.List<" + Book.class.getName() + "> by ")
                  .hasMessageContaining("Books.find")
                  .hasMessageContaining("BookLists.all");
              assertThat(((InvalidConfiguration) failure(context)).action())
                  .contains("corral.caches.books.value-type")
                  .contains("a cache of its own");
            });
  }

  @Test
  void types_twoInOneCacheOfALazyBean_failAtStart() {
    caching
        .withUserConfiguration(Books.class, LazyLists.class)
        .run(context -> assertThat(failure(context)).hasMessageContaining("two value types"));
  }

  @Lazy
  static class LazyLists extends BookLists {}

  @Test
  void types_twoInOneCache_propertyDecides() {
    caching
        .withUserConfiguration(Books.class, BookLists.class)
        .withPropertyValues("corral.caches.books.value-type=java.io.Serializable")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void types_ofGenericInterface_isThatOfTheBean() {
    caching
        .withUserConfiguration(BookFinder.class)
        .run(
            context ->
                assertThat(context.getBean(CacheTypes.class).of("generic")).isEqualTo(Book.class));
  }

  @Test
  void types_openTypeWithATier_failsAtStartAndNamesTheProperty() {
    bare.withUserConfiguration(Caching.class, OpenType.class)
        .withPropertyValues("spring.data.redis.port=" + RealRedis.freePort())
        .run(
            context -> {
              assertThat(failure(context))
                  .hasMessageContaining("cache 'open'")
                  .hasMessageContaining("java.lang.Object");
              assertThat(((InvalidConfiguration) failure(context)).action())
                  .contains("corral.caches.open.value-type");
            });
  }

  static class OpenType {
    @Cacheable("open")
    public Object find() {
      return 1;
    }
  }

  @Test
  void getCache_unknownName_failsAndNamesTheProperty() {
    caching.run(
        context ->
            assertThatThrownBy(() -> context.getBean(CacheManager.class).getCache("books"))
                .hasMessageContaining("cache 'books'")
                .hasMessageContaining("corral.caches.books.value-type"));
  }

  @Test
  void getCache_typeByProperty_works() {
    caching
        .withPropertyValues("corral.caches.books.value-type=" + Book.class.getName())
        .run(
            context -> {
              CacheManager manager = context.getBean(CacheManager.class);
              assertThat(manager.getCacheNames()).containsExactly("books");
              Cache books = manager.getCache("books");
              books.put(1, new Book(1, "x"));
              assertThat(books.get(1L, Book.class)).isEqualTo(new Book(1, "x"));
            });
  }

  @Test
  void getCache_beforeTheEndOfTheStart_typeIsKnown() {
    caching
        .withUserConfiguration(Books.class)
        .withBean(Early.class)
        .run(
            context -> assertThat(context.getBean(Early.class).cache.getName()).isEqualTo("books"));
  }

  static class Early {
    final Cache cache;

    Early(CacheManager manager) {
      cache = manager.getCache("books");
    }
  }

  @Test
  void allEntries_isNoClaimToAType() {
    caching
        .withUserConfiguration(Books.class, Wiper.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void otherCacheManager_isNotConcerned() {
    caching
        .withUserConfiguration(Books.class, Elsewhere.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  // ---------------------------------------------------------------- Spring's own settings

  @Configuration(proxyBeanMethods = false)
  static class Configured implements CachingConfigurer {

    final Errors errors = new Errors();

    @Override
    public KeyGenerator keyGenerator() {
      return (target, method, parameters) -> "generated";
    }

    @Override
    public CacheErrorHandler errorHandler() {
      return errors;
    }
  }

  static class Errors implements CacheErrorHandler {

    final java.util.concurrent.atomic.AtomicInteger gets =
        new java.util.concurrent.atomic.AtomicInteger();

    @Override
    public void handleCacheGetError(RuntimeException e, Cache cache, Object key) {
      gets.incrementAndGet();
    }

    @Override
    public void handleCachePutError(
        RuntimeException e, Cache cache, Object key, @Nullable Object value) {}

    @Override
    public void handleCacheEvictError(RuntimeException e, Cache cache, Object key) {}

    @Override
    public void handleCacheClearError(RuntimeException e, Cache cache) {}
  }

  @Test
  void cachingConfigurer_keyGenerator_isUsed() {
    caching
        .withUserConfiguration(Configured.class, Books.class)
        .run(
            context -> {
              context.getBean(Books.class).find(1);
              assertThat(
                      context.getBean(CacheManager.class).getCache("books").get("generated").get())
                  .isEqualTo(new Book(1, "found"));
            });
  }

  static class Failing {

    @Cacheable("failing")
    public Book fail(long id) {
      throw new IllegalStateException("the method's own");
    }

    @Cacheable(cacheNames = "failing", key = "new Object()")
    public Book badKey(long id) {
      return new Book(id, "not cached");
    }
  }

  @Test
  void errorHandler_methodFails_isNotAsked() {
    caching
        .withUserConfiguration(Configured.class, Failing.class)
        .run(
            context -> {
              Failing failing = context.getBean(Failing.class);
              for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> failing.fail(1)).hasMessage("the method's own");
              }
              assertThat(context.getBean(Configured.class).errors.gets).hasValue(0);
            });
  }

  @Test
  void errorHandler_cacheFails_isAskedAndMayLetTheMethodServe() {
    caching
        .withUserConfiguration(Configured.class, Failing.class)
        .run(
            context -> {
              assertThat(context.getBean(Failing.class).badKey(1).title()).isEqualTo("not cached");
              assertThat(context.getBean(Configured.class).errors.gets).hasValue(1);
            });
  }

  @Test
  void nativeCache_isTheTieredCache() {
    caching
        .withUserConfiguration(Books.class)
        .run(
            context ->
                assertThat(context.getBean(CacheManager.class).getCache("books").getNativeCache())
                    .isInstanceOf(TieredCache.class));
  }

  private static Throwable failure(AssertableApplicationContext context) {
    assertThat(context).hasFailed();
    Throwable error = context.getStartupFailure();
    while (!(error instanceof InvalidConfiguration) && error.getCause() != null) {
      error = error.getCause();
    }
    assertThat(error).isInstanceOf(InvalidConfiguration.class);
    return error;
  }
}
