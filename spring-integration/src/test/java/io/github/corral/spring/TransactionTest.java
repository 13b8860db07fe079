package io.github.corral.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cache.CacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Evictions and puts inside a transaction. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TransactionTest {

  private static final AtomicLong IDS = new AtomicLong(1);

  private static ConfigurableApplicationContext context;
  private static Library library;

  private final long id = IDS.incrementAndGet();
  private final TransactionTemplate transaction = new TransactionTemplate(new Nothing());

  /** Transactions of no database. */
  private static final class Nothing extends AbstractPlatformTransactionManager {

    private static final long serialVersionUID = 1L;

    @Override
    protected Object doGetTransaction() {
      return this;
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {}

    @Override
    protected void doCommit(DefaultTransactionStatus status) {}

    @Override
    protected void doRollback(DefaultTransactionStatus status) {}
  }

  @BeforeAll
  static void start() {
    context = Apps.alone(Library.App.class);
    library = context.getBean(Library.class);
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @Test
  void evict_othersLoadTheOldValueBeforeTheCommit_isGoneAfterIt() {
    library.book(id);
    transaction.executeWithoutResult(
        status -> {
          library.evict(id);
          elsewhere(() -> library.book(id));
          assertThat(cached()).isEqualTo(new Book(id, "by default"));
        });
    assertThat(cached()).isNull();
  }

  @Test
  void evict_rolledBack_whatTheTransactionLoadedIsGone() {
    transaction.executeWithoutResult(
        status -> {
          library.evict(id);
          library.source(id, () -> new Book(id, "uncommitted"));
          library.book(id);
          status.setRollbackOnly();
        });
    assertThat(cached()).isNull();
  }

  @Test
  void put_isStoredAfterTheCommit() {
    library.book(id);
    library.source(id, () -> new Book(id, "second edition"));
    transaction.executeWithoutResult(
        status -> {
          library.put(id);
          assertThat(cached()).isNull();
        });
    assertThat(cached()).isEqualTo(new Book(id, "second edition"));
  }

  @Test
  void put_rolledBack_isNotStored() {
    library.source(id, () -> new Book(id, "second edition"));
    transaction.executeWithoutResult(
        status -> {
          library.put(id);
          status.setRollbackOnly();
        });
    assertThat(cached()).isNull();
  }

  private Object cached() {
    return elsewhere(
        () -> {
          var found = context.getBean(CacheManager.class).getCache("books").get(id);
          return found == null ? null : found.get();
        });
  }

  /** On a thread without the transaction. */
  private static <T> T elsewhere(java.util.concurrent.Callable<T> call) {
    try {
      return Callers.start(1, call).values().get(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
