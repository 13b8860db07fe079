package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.corral.Corral;
import io.github.corral.TypeRef;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache.ValueRetrievalException;

/** Calls from code, by the contract of Spring's Cache. */
class CorralCacheTest {

  private final Corral corral = Corral.builder().build();

  @SuppressWarnings("unchecked") // any type goes within one process
  private final CorralCache cache =
      new CorralCache(
          corral
              .cache(
                  "books",
                  String.class,
                  (TypeRef<Object>) TypeRef.of((java.lang.reflect.Type) Book.class))
              .build(),
          new KnownFailures("books", Duration.ofSeconds(30)));

  private final Book book = new Book(1, "x");

  @AfterEach
  void close() {
    corral.close();
  }

  @Test
  void get_absent_isNull() {
    assertThat(cache.get(1)).isNull();
    assertThat(cache.get(1, Book.class)).isNull();
  }

  @Test
  void get_present_isWrapped() {
    cache.put(1, book);
    assertThat(cache.get(1L).get()).isEqualTo(book);
    assertThat(cache.get(1, Book.class)).isEqualTo(book);
  }

  @Test
  void get_otherType_isAnError() {
    cache.put(1, book);
    assertThatThrownBy(() -> cache.get(1, String.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("class java.lang.String was asked for");
  }

  @Test
  void getWithLoader_absent_loadsOnce() {
    assertThat(cache.get(1, () -> book)).isEqualTo(book);
    assertThat(cache.get(1, () -> new Book(1, "another"))).isEqualTo(book);
  }

  @Test
  void getWithLoader_fails_isAValueRetrievalException() {
    IOException failure = new IOException("torn page");
    assertThatThrownBy(
            () ->
                cache.get(
                    1,
                    () -> {
                      throw failure;
                    }))
        .isInstanceOf(ValueRetrievalException.class)
        .cause()
        .isSameAs(failure);
  }

  @Test
  void retrieve_absentAndPresent_completesWithNullAndWrapper() {
    assertThat(cache.retrieve(1).join()).isNull();
    cache.put(1, book);
    assertThat(cache.retrieve(1).join())
        .isInstanceOfSatisfying(
            org.springframework.cache.Cache.ValueWrapper.class,
            wrapper -> assertThat(wrapper.get()).isEqualTo(book));
  }

  @Test
  void retrieveWithLoader_absent_loads() {
    assertThat(cache.retrieve(1, () -> CompletableFuture.completedFuture(book)).join())
        .isEqualTo(book);
    await().untilAsserted(() -> assertThat(cache.get(1, Book.class)).isEqualTo(book));
  }

  @Test
  void retrieveWithLoader_fails_givesTheLoadersException() {
    IllegalStateException failure = new IllegalStateException("no such book");
    assertThatThrownBy(
            () -> cache.retrieve(1, () -> CompletableFuture.failedFuture(failure)).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isSameAs(failure);
  }

  @Test
  void putIfAbsent_present_isKeptAndGiven() {
    assertThat(cache.putIfAbsent(1, book)).isNull();
    assertThat(cache.putIfAbsent(1, new Book(1, "another")).get()).isEqualTo(book);
    assertThat(cache.get(1, Book.class)).isEqualTo(book);
  }

  @Test
  void evict_present_isGone() {
    cache.put(1, book);
    cache.evict(1);
    assertThat(cache.get(1)).isNull();
    cache.put(1, book);
    assertThat(cache.evictIfPresent(1)).isFalse();
    assertThat(cache.get(1)).isNull();
  }

  @Test
  void clear_everyValue_isGone() {
    cache.put(1, book);
    cache.put(2, book);

    cache.clear();

    assertThat(cache.get(1)).isNull();
    assertThat(cache.get(2)).isNull();
  }
}
