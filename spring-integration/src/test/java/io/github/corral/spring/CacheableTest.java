package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.corral.spring.Callers.Latches;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cache.CacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What annotated methods do with a real Redis behind them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CacheableTest {

  private static final int CALLERS = 12;
  private static final AtomicLong IDS = new AtomicLong(1);

  private static RealRedis redis;
  private static ConfigurableApplicationContext context;
  private static Library library;
  private static MeterRegistry meters;

  private final long id = IDS.incrementAndGet();
  private double missesBefore;

  @BeforeAll
  static void start() {
    redis = RealRedis.start();
    context = Apps.shared(Library.App.class, redis.port(), "cacheable");
    Beats.awaitFirst(context);
    library = context.getBean(Library.class);
    meters = context.getBean(MeterRegistry.class);
  }

  @AfterAll
  static void stop() {
    context.close();
    redis.close();
  }

  @BeforeEach
  void countMisses() {
    missesBefore = misses();
  }

  private static double misses() {
    return meters
        .get("cache.gets")
        .tags("cache", "books", "result", "miss", "tier", "l1")
        .counter()
        .count();
  }

  /** Waits until callers have read the cache in vain, and those given wait for the load. */
  private void awaitMisses(int count, Callers<?> callers) {
    await()
        .atMost(Duration.ofSeconds(Callers.SECONDS))
        .until(() -> misses() - missesBefore >= count && callers.allWait());
  }

  private static Book book(long id, String title) {
    return new Book(id, title);
  }

  // ---------------------------------------------------------------- plain

  @Test
  void cacheable_hit_isNotInvokedAgain() {
    assertThat(library.book(id)).isEqualTo(book(id, "by default"));
    assertThat(library.book(id)).isEqualTo(book(id, "by default"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void cacheable_nullResult_isCached() {
    library.source(id, () -> null);
    assertThat(library.book(id)).isNull();
    assertThat(library.book(id)).isNull();
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void cacheable_concurrentCallers_oneInvocation() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          Latches.await(release);
          return book(id, "shared");
        });
    Callers<Book> callers = Callers.start(CALLERS, () -> library.book(id));
    awaitMisses(CALLERS, callers);
    release.countDown();
    assertThat(callers.values()).hasSize(CALLERS).containsOnly(book(id, "shared"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void cacheable_optional_isUnwrappedInTheCacheAndWrappedForCallers() {
    assertThat(library.optional(id)).contains(book(id, "by default"));
    assertThat(library.optional(id)).contains(book(id, "by default"));
    assertThat(library.book(id)).isEqualTo(book(id, "by default"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void cacheable_emptyOptional_isCached() {
    library.source(id, () -> null);
    assertThat(library.optional(id)).isEmpty();
    assertThat(library.optional(id)).isEmpty();
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void cacheable_conditionFails_isInvokedEachTime() {
    long negative = -id;
    library.positive(negative);
    library.positive(negative);
    assertThat(library.calls(negative)).isEqualTo(2);
  }

  @Test
  void cacheable_keyWithoutText_failsWithTheRemedy() {
    assertThatThrownBy(() -> library.byKeyWithoutText(new StringBuilder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.StringBuilder")
        .hasMessageContaining("#parameter.id");
  }

  // ---------------------------------------------------------------- unless

  @Test
  void unless_vetoOfTheResult_isNotStored() {
    library.source(id, () -> book(id, "secret"));
    assertThat(library.unlessTitle(id).title()).isEqualTo("secret");
    assertThat(library.unlessTitle(id).title()).isEqualTo("secret");
    assertThat(library.calls(id)).isEqualTo(2);
    library.source(id, () -> book(id, "open"));
    assertThat(library.unlessTitle(id).title()).isEqualTo("open");
    assertThat(library.unlessTitle(id).title()).isEqualTo("open");
    assertThat(library.calls(id)).isEqualTo(3);
  }

  @Test
  void unless_vetoOfTheResult_isSharedWithThoseWhoWait() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          Latches.await(release);
          return book(id, "secret");
        });
    Callers<Book> callers = Callers.start(CALLERS, () -> library.unlessTitle(id));
    awaitMisses(CALLERS, callers);
    release.countDown();
    assertThat(callers.values()).containsOnly(book(id, "secret"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void unless_vetoForOneCaller_isNotShownToOthers() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          Latches.await(release);
          return book(id, "for the admin");
        });
    Callers<Book> admin = Callers.start(1, () -> library.unlessAdmin(id, true));
    await().until(() -> library.calls(id) == 1);
    library.source(id, () -> book(id, "for all"));
    Callers<Book> others = Callers.start(CALLERS, () -> library.unlessAdmin(id, false));
    awaitMisses(CALLERS + 1, others);
    release.countDown();
    assertThat(admin.values()).containsOnly(book(id, "for the admin"));
    assertThat(others.values()).hasSize(CALLERS).containsOnly(book(id, "for all"));
  }

  // ---------------------------------------------------------------- failures

  @Test
  void exception_leaderAndThoseWhoWait_getTheMethodsOwn() throws Exception {
    IllegalStateException failure = new IllegalStateException("no such book");
    CountDownLatch release = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          Latches.await(release);
          throw failure;
        });
    Callers<Book> callers = Callers.start(CALLERS, () -> library.book(id));
    awaitMisses(CALLERS, callers);
    release.countDown();
    assertThat(callers.errors()).hasSize(CALLERS).allSatisfy(e -> assertThat(e).isSameAs(failure));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void exception_soonAfter_isTheMethodsOwnWithoutAnotherInvocation() {
    library.source(
        id,
        () -> {
          throw new IllegalStateException("no such book");
        });
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> library.book(id))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no such book");
    }
    library.source(id, () -> book(id, "back"));
    await().ignoreExceptions().until(() -> library.book(id).title().equals("back"));
  }

  @Test
  void exception_checked_passesIfTheMethodDeclaresIt() {
    library.source(
        id,
        () -> {
          throw new IOException("torn page");
        });
    assertThatThrownBy(() -> library.checked(id)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> library.checked(id))
        .isInstanceOf(IOException.class)
        .hasMessage("torn page");
  }

  @Test
  void exception_aboutTheCaller_isNotShared() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          Latches.await(release);
          throw new SecurityException("not you");
        });
    Callers<Book> denied = Callers.start(1, () -> library.book(id));
    await().until(() -> library.calls(id) == 1);
    library.source(id, () -> book(id, "for you"));
    Callers<Book> others = Callers.start(CALLERS, () -> library.book(id));
    awaitMisses(CALLERS + 1, others);
    release.countDown();
    assertThat(denied.errors()).hasOnlyElementsOfType(SecurityException.class);
    assertThat(others.values()).containsOnly(book(id, "for you"));
    assertThat(library.calls(id)).isEqualTo(2);
  }

  // ---------------------------------------------------------------- several caches, nesting

  @Test
  void twoCaches_miss_isStoredInBoth() {
    library.twoCaches(id);
    assertThat(cached("first", id)).isEqualTo(book(id, "by default"));
    assertThat(cached("second", id)).isEqualTo(book(id, "by default"));
  }

  @Test
  void twoCaches_hitInTheSecond_isServedAndLeavesTheFirstFree() {
    library.twoCaches(id);
    library.evictFirst(id);
    assertThat(library.twoCaches(id)).isEqualTo(book(id, "by default"));
    assertThat(library.twoCaches(id)).isEqualTo(book(id, "by default"));
    assertThat(library.calls(id)).isEqualTo(1);
    assertThat(cached("first", id)).isNull();
  }

  @Test
  void nested_otherCache_bothAreStored() {
    assertThat(library.nested(id).title()).isEqualTo("around from the shelf");
    assertThat(cached("outer", id)).isEqualTo(book(id, "around from the shelf"));
    assertThat(cached("inner", id)).isEqualTo(book(id, "from the shelf"));
  }

  @Test
  void nested_sameCacheAndKey_theOuterOneIsStored() {
    assertThat(library.facade(id).title()).isEqualTo("around from the shelf");
    assertThat(library.facade(id).title()).isEqualTo("around from the shelf");
    assertThat(cached("facade", id)).isEqualTo(book(id, "around from the shelf"));
  }

  @Test
  void nested_sameCacheAndKeyInPublishers_theOuterOneIsStored() {
    assertThat(library.facadeMono(id).block().title()).isEqualTo("around from the shelf");
    await()
        .untilAsserted(
            () -> assertThat(cached("facade", id)).isEqualTo(book(id, "around from the shelf")));
  }

  @Test
  void nested_sameCacheAndKeyInFutures_theOuterOneIsStored() {
    assertThat(library.facadeFuture(id).join().title()).isEqualTo("around from the shelf");
    await()
        .untilAsserted(
            () -> assertThat(cached("facade", id)).isEqualTo(book(id, "around from the shelf")));
  }

  @Test
  void caching_evictBesides_isDoneOnHitsToo() {
    library.alsoEvicting(id);
    context.getBean(CacheManager.class).getCache("lists").put(id, List.of(book(id, "old")));
    library.alsoEvicting(id);
    assertThat(library.calls(id)).isEqualTo(1);
    assertThat(cached("lists", id)).isNull();
  }

  // ---------------------------------------------------------------- put and evict

  @Test
  void cachePut_each_isInvokedAndReplacesTheValue() {
    library.book(id);
    library.source(id, () -> book(id, "second edition"));
    library.put(id);
    assertThat(library.book(id)).isEqualTo(book(id, "second edition"));
    assertThat(library.calls(id)).isEqualTo(2);
  }

  @Test
  void cacheEvict_after_isGone() {
    library.book(id);
    library.evict(id);
    library.source(id, () -> book(id, "second edition"));
    assertThat(library.book(id)).isEqualTo(book(id, "second edition"));
  }

  @Test
  void cacheEvict_allEntries_everyKeyIsGone() {
    long other = IDS.incrementAndGet();
    library.book(id);
    library.book(other);

    library.evictAll();

    library.source(id, () -> book(id, "second edition"));
    library.source(other, () -> book(other, "third edition"));
    assertThat(library.book(id)).isEqualTo(book(id, "second edition"));
    assertThat(library.book(other)).isEqualTo(book(other, "third edition"));
  }

  @Test
  void cacheEvict_methodFails_isKept() {
    library.book(id);
    library.source(
        id,
        () -> {
          throw new IllegalStateException();
        });
    assertThatThrownBy(() -> library.evict(id)).isInstanceOf(IllegalStateException.class);
    assertThat(library.book(id)).isEqualTo(book(id, "by default"));
  }

  @Test
  void cacheEvict_beforeInvocationAndMethodFails_isGone() {
    library.book(id);
    library.source(
        id,
        () -> {
          throw new IllegalStateException();
        });
    assertThatThrownBy(() -> library.evictFirstOfAll(id)).isInstanceOf(IllegalStateException.class);
    assertThat(cached("books", id)).isNull();
  }

  @Test
  void cacheEvict_duringALoad_theOldValueIsGivenButNotStored() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          Latches.await(release);
          return book(id, "old");
        });
    Callers<Book> reader = Callers.start(1, () -> library.book(id));
    await().until(() -> library.calls(id) == 1);
    context.getBean(CacheManager.class).getCache("books").evict(id);
    release.countDown();
    assertThat(reader.values()).containsOnly(book(id, "old"));
    library.source(id, () -> book(id, "new"));
    assertThat(library.book(id)).isEqualTo(book(id, "new"));
  }

  @Test
  void cacheEvict_future_isDoneWhenItCompletes() {
    library.book(id);
    CompletableFuture<Void> done = new CompletableFuture<>();
    library.source(id, () -> done);
    CompletableFuture<Void> evicted = library.evictLater(id);
    assertThat(cached("books", id)).isNotNull();
    done.complete(null);
    evicted.join();
    assertThat(cached("books", id)).isNull();
  }

  // ---------------------------------------------------------------- sync

  @Test
  void sync_concurrentCallers_oneInvocation() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    library.source(
        id,
        () -> {
          Latches.await(release);
          return book(id, "shared");
        });
    Callers<Book> callers = Callers.start(CALLERS, () -> library.bookInSync(id));
    awaitMisses(CALLERS, callers);
    release.countDown();
    assertThat(callers.values()).containsOnly(book(id, "shared"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void sync_exception_isTheMethodsOwn() {
    IllegalStateException failure = new IllegalStateException("no such book");
    library.source(
        id,
        () -> {
          throw failure;
        });
    assertThatThrownBy(() -> library.bookInSync(id)).isSameAs(failure);
    assertThatThrownBy(() -> library.bookInSync(id)).isSameAs(failure);
    assertThat(library.calls(id)).isEqualTo(1);
  }

  // ---------------------------------------------------------------- futures

  @Test
  void future_concurrentCallers_oneInvocation() throws Exception {
    CompletableFuture<Book> source = new CompletableFuture<>();
    library.source(id, () -> source);
    Callers<Book> callers = Callers.start(CALLERS, () -> library.future(id).join());
    awaitMisses(CALLERS, callers);
    source.complete(book(id, "later"));
    assertThat(callers.values()).containsOnly(book(id, "later"));
    assertThat(library.calls(id)).isEqualTo(1);
    assertThat(library.book(id)).isEqualTo(book(id, "later"));
    assertThat(library.future(id).join()).isEqualTo(book(id, "later"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void future_nullValue_isCached() {
    library.source(id, () -> CompletableFuture.completedFuture(null));
    assertThat(library.future(id).join()).isNull();
    assertThat(library.future(id).join()).isNull();
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void future_fails_allGetTheMethodsOwnException() throws Exception {
    IllegalStateException failure = new IllegalStateException("no such book");
    CompletableFuture<Book> source = new CompletableFuture<>();
    library.source(id, () -> source);
    Callers<Book> callers = Callers.start(CALLERS, () -> library.future(id).join());
    awaitMisses(CALLERS, callers);
    source.completeExceptionally(failure);
    assertThat(callers.errors())
        .hasSize(CALLERS)
        .allSatisfy(
            e -> assertThat(e).isInstanceOf(CompletionException.class).cause().isSameAs(failure));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void future_ofOptional_isUnwrappedInTheCache() {
    library.source(id, () -> CompletableFuture.completedFuture(Optional.of(book(id, "later"))));
    assertThat(library.futureOptional(id).join()).contains(book(id, "later"));
    assertThat(library.futureOptional(id).join()).contains(book(id, "later"));
    assertThat(library.calls(id)).isEqualTo(1);
    assertThat(library.book(id)).isEqualTo(book(id, "later"));
  }

  @Test
  void futureInSync_concurrentCallers_oneInvocation() throws Exception {
    CompletableFuture<Book> source = new CompletableFuture<>();
    library.source(id, () -> source);
    Callers<Book> callers = Callers.start(CALLERS, () -> library.futureInSync(id).join());
    awaitMisses(CALLERS, callers);
    source.complete(book(id, "later"));
    assertThat(callers.values()).containsOnly(book(id, "later"));
    assertThat(library.calls(id)).isEqualTo(1);
    assertThat(library.book(id)).isEqualTo(book(id, "later"));
  }

  @Test
  void futureInSync_fails_allGetTheMethodsOwnException() throws Exception {
    IllegalStateException failure = new IllegalStateException("no such book");
    CompletableFuture<Book> source = new CompletableFuture<>();
    library.source(id, () -> source);
    Callers<Book> callers = Callers.start(CALLERS, () -> library.futureInSync(id).join());
    awaitMisses(CALLERS, callers);
    source.completeExceptionally(failure);
    assertThat(callers.errors())
        .allSatisfy(
            e -> assertThat(e).isInstanceOf(CompletionException.class).cause().isSameAs(failure));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  // ---------------------------------------------------------------- publishers

  @Test
  void mono_concurrentSubscribers_oneInvocation() throws Exception {
    CompletableFuture<Book> source = new CompletableFuture<>();
    library.source(id, () -> Mono.fromFuture(source));
    Callers<Book> callers = Callers.start(CALLERS, () -> library.mono(id).block());
    awaitMisses(CALLERS, callers);
    source.complete(book(id, "later"));
    assertThat(callers.values()).containsOnly(book(id, "later"));
    assertThat(library.mono(id).block()).isEqualTo(book(id, "later"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void monoInSync_concurrentSubscribers_oneInvocation() throws Exception {
    CompletableFuture<Book> source = new CompletableFuture<>();
    library.source(id, () -> Mono.fromFuture(source));
    Callers<Book> callers = Callers.start(CALLERS, () -> library.monoInSync(id).block());
    awaitMisses(CALLERS, callers);
    source.complete(book(id, "later"));
    assertThat(callers.values()).containsOnly(book(id, "later"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void mono_withoutSubscriber_looksNothingUp() {
    assertThat(library.mono(id)).isNotNull();
    assertThat(library.calls(id)).isZero();
    assertThat(library.book(id)).isEqualTo(book(id, "by default"));
  }

  @Test
  void mono_cancelled_anotherCallerLoads() throws Exception {
    AtomicBoolean cancelled = new AtomicBoolean();
    library.source(id, () -> Mono.never().doOnCancel(() -> cancelled.set(true)));
    Disposable first = library.mono(id).subscribe();
    await().until(() -> library.calls(id) == 1);
    Callers<Book> second = Callers.start(1, () -> library.mono(id).block());
    awaitMisses(2, second);
    library.source(id, () -> Mono.just(book(id, "second")));
    first.dispose();
    assertThat(second.values()).containsOnly(book(id, "second"));
    assertThat(cancelled).isTrue();
  }

  @Test
  void mono_vetoed_isSharedAndNotStored() throws Exception {
    CompletableFuture<Book> source = new CompletableFuture<>();
    library.source(id, () -> Mono.fromFuture(source));
    Callers<Book> callers = Callers.start(CALLERS, () -> library.monoUnlessTitle(id).block());
    awaitMisses(CALLERS, callers);
    source.complete(book(id, "secret"));
    assertThat(callers.values()).containsOnly(book(id, "secret"));
    assertThat(library.calls(id)).isEqualTo(1);
    assertThat(cached("books", id)).isNull();
  }

  @Test
  void mono_fails_allGetTheMethodsOwnException() throws Exception {
    IllegalStateException failure = new IllegalStateException("no such book");
    CompletableFuture<Book> source = new CompletableFuture<>();
    library.source(id, () -> Mono.fromFuture(source));
    Callers<Book> callers = Callers.start(CALLERS, () -> library.mono(id).block());
    awaitMisses(CALLERS, callers);
    source.completeExceptionally(failure);
    assertThat(callers.errors())
        .allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class))
        .allSatisfy(e -> assertThat(e).hasMessage("no such book"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void mono_empty_isCached() {
    library.source(id, Mono::empty);
    assertThat(library.mono(id).block()).isNull();
    assertThat(library.mono(id).block()).isNull();
    assertThat(library.calls(id)).isEqualTo(1);
  }

  @Test
  void flux_elements_areCachedAsAList() {
    library.source(id, () -> Flux.just(book(1, "one"), book(2, "two")));
    assertThat(library.flux(id).collectList().block())
        .containsExactly(book(1, "one"), book(2, "two"));
    assertThat(library.flux(id).collectList().block())
        .containsExactly(book(1, "one"), book(2, "two"));
    assertThat(library.list(id)).containsExactly(book(1, "one"), book(2, "two"));
    assertThat(library.calls(id)).isEqualTo(1);
  }

  private static Object cached(String cache, long id) {
    var found = context.getBean(CacheManager.class).getCache(cache).get(id);
    return found == null ? null : found.get();
  }
}
