package io.github.corral.demo.data;

import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Fills an empty schema, always with the same rows, in one transaction: a start that is killed in
 * the middle leaves an empty schema to the next one. Of several processes that start at once, one
 * generates and the others wait for it.
 */
public final class DataGenerator {

  private static final Logger LOG = LoggerFactory.getLogger(DataGenerator.class);
  private static final long LOCK = 0x636f7272616cL;

  private final DataSize size;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private int generated;

  /** Prepares a generator; nothing is read or written yet. Not thread-safe. */
  public DataGenerator(DataSource dataSource, DataSize size) {
    this.size = size;
    jdbc = JdbcClient.create(dataSource);
    transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
  }

  /**
   * Generates the rows unless they are there; takes seconds the first time and one query
   * afterwards.
   *
   * @throws org.springframework.dao.DataAccessException if the database refuses, or if another
   *     process has been generating for more than five minutes
   */
  public void generateIfEmpty() {
    if (isGenerated()) {
      return;
    }
    transaction.executeWithoutResult(status -> generateLocked());
    // Not allowed inside a transaction. Without it the first queries are planned without
    // statistics.
    jdbc.sql("vacuum (analyze) authors, posts, orders").update();
  }

  private boolean isGenerated() {
    return jdbc.sql("select exists (select from generated_data)").query(Boolean.class).single();
  }

  private void generateLocked() {
    jdbc.sql("set local lock_timeout = '5min'").update();
    jdbc.sql("select pg_advisory_xact_lock(:lock)").param("lock", LOCK).query(rs -> {});
    if (isGenerated()) {
      return;
    }
    generated = 0;
    generate(GeneratedTable.AUTHORS, size.authors());
    generate(GeneratedTable.POSTS, size.posts());
    generate(GeneratedTable.ORDERS, size.orders());
    jdbc.sql(
            "insert into generated_data (authors, posts, orders) values (:authors, :posts, :orders)")
        .param("authors", size.authors())
        .param("posts", size.posts())
        .param("orders", size.orders())
        .update();
  }

  private void generate(GeneratedTable table, int rows) {
    int span = Math.max(1, size.rows() / 10);
    for (int first = 1; first <= rows; first += span) {
      int last = Math.min(rows, first + span - 1);
      generated +=
          jdbc.sql(table.insert())
              .param("first", first)
              .param("last", last)
              .param("authors", size.authors())
              .update();
      LOG.info(
          "generated {} of {} rows ({} %)", generated, size.rows(), 100L * generated / size.rows());
    }
    jdbc.sql(table.continueIds()).query(Long.class).single();
  }
}
