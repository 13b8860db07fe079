package io.github.corral.spring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.Caching;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Annotated methods of every kind, which count their invocations by their first argument. */
class Library {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableCaching
  static class App {

    @Bean
    Library library(Shelf shelf) {
      return new Library(shelf);
    }

    @Bean
    Shelf shelf() {
      return new Shelf();
    }

    @Bean
    static Beats beats() {
      return new Beats();
    }

    @Bean
    MeterRegistry meters() {
      return new SimpleMeterRegistry();
    }
  }

  private final Shelf shelf;
  private final ConcurrentHashMap<Object, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Object, Callable<@Nullable Object>> sources =
      new ConcurrentHashMap<>();

  Library(Shelf shelf) {
    this.shelf = shelf;
  }

  /** Called by the library in a load of its own. */
  static class Shelf {

    final AtomicInteger calls = new AtomicInteger();

    @Cacheable("inner")
    public Book book(long id) {
      calls.incrementAndGet();
      return new Book(id, "from the shelf");
    }

    @Cacheable("facade")
    public Book same(long id) {
      calls.incrementAndGet();
      return new Book(id, "from the shelf");
    }

    @Cacheable("facade")
    public Mono<Book> sameMono(long id) {
      return Mono.fromSupplier(() -> new Book(id, "from the shelf"));
    }

    @Cacheable("facade")
    public CompletableFuture<Book> sameFuture(long id) {
      return CompletableFuture.completedFuture(new Book(id, "from the shelf"));
    }
  }

  /** Says what methods give from now on for an argument. */
  void source(Object argument, Callable<@Nullable Object> source) {
    sources.put(argument, source);
  }

  int calls(Object argument) {
    return calls.computeIfAbsent(argument, any -> new AtomicInteger()).get();
  }

  @SuppressWarnings("unchecked") // tests know what they put in
  private <T> @Nullable T load(Object argument) {
    calls.computeIfAbsent(argument, any -> new AtomicInteger()).incrementAndGet();
    Callable<@Nullable Object> source = sources.get(argument);
    try {
      return (T) (source == null ? new Book((Long) argument, "by default") : source.call());
    } catch (Exception e) {
      throw Library.<RuntimeException>sneaky(e);
    }
  }

  @SuppressWarnings("unchecked") // a checked exception passes as what it is
  private static <E extends Exception> E sneaky(Exception error) throws E {
    throw (E) error;
  }

  @Cacheable("books")
  public @Nullable Book book(long id) {
    return load(id);
  }

  @Cacheable(cacheNames = "books", sync = true)
  public @Nullable Book bookInSync(long id) {
    return load(id);
  }

  @Cacheable("books")
  public Book checked(long id) throws IOException {
    return load(id);
  }

  @Cacheable(cacheNames = "books", unless = "#result.title == 'secret'")
  public Book unlessTitle(long id) {
    return load(id);
  }

  @Cacheable(cacheNames = "books", key = "#id", unless = "#admin")
  public Book unlessAdmin(long id, boolean admin) {
    return load(id);
  }

  @Cacheable(cacheNames = "books", condition = "#id > 0")
  public Book positive(long id) {
    return load(id);
  }

  @Cacheable("books")
  public Optional<Book> optional(long id) {
    return Optional.ofNullable(load(id));
  }

  @Cacheable("books")
  public CompletableFuture<Book> future(long id) {
    return load(id);
  }

  @Cacheable(cacheNames = "books", sync = true)
  public CompletableFuture<Book> futureInSync(long id) {
    return load(id);
  }

  @Cacheable("books")
  public CompletableFuture<Optional<Book>> futureOptional(long id) {
    return load(id);
  }

  @Cacheable("books")
  public Mono<Book> mono(long id) {
    return load(id);
  }

  @Cacheable(cacheNames = "books", unless = "#result.title == 'secret'")
  public Mono<Book> monoUnlessTitle(long id) {
    return load(id);
  }

  @Cacheable("lists")
  public Flux<Book> flux(long id) {
    return load(id);
  }

  @Cacheable("lists")
  public List<Book> list(long id) {
    return load(id);
  }

  @Cacheable({"first", "second"})
  public Book twoCaches(long id) {
    return load(id);
  }

  @CacheEvict("first")
  public void evictFirst(long id) {}

  @Cacheable("outer")
  public Book nested(long id) {
    return new Book(id, "around " + shelf.book(id).title());
  }

  @Cacheable("facade")
  public Book facade(long id) {
    return new Book(id, "around " + shelf.same(id).title());
  }

  @Cacheable("facade")
  public Mono<Book> facadeMono(long id) {
    return Mono.defer(() -> shelf.sameMono(id))
        .subscribeOn(Schedulers.boundedElastic())
        .map(book -> new Book(id, "around " + book.title()));
  }

  @Cacheable("facade")
  public CompletableFuture<Book> facadeFuture(long id) {
    return shelf.sameFuture(id).thenApply(book -> new Book(id, "around " + book.title()));
  }

  @Cacheable(cacheNames = "books", sync = true)
  public Mono<Book> monoInSync(long id) {
    return load(id);
  }

  @Caching(cacheable = @Cacheable("books"), evict = @CacheEvict(cacheNames = "lists"))
  public Book alsoEvicting(long id) {
    return load(id);
  }

  @CachePut("books")
  public Book put(long id) {
    return load(id);
  }

  @CacheEvict("books")
  public void evict(long id) {
    load(id);
  }

  @CacheEvict(cacheNames = "books", allEntries = true)
  public void evictAll() {}

  @CacheEvict(cacheNames = "books", beforeInvocation = true)
  public void evictFirstOfAll(long id) {
    load(id);
  }

  @CacheEvict("books")
  public CompletableFuture<Void> evictLater(long id) {
    return load(id);
  }

  @Cacheable("books")
  public Book byKeyWithoutText(Object key) {
    return new Book(0, "unreachable");
  }
}
