package io.github.corral.demo.stats;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What PostgreSQL itself counted since the last reset: the application has no part in it.
 *
 * <p>The source is {@code pg_stat_statements}, which needs {@code shared_preload_libraries =
 * pg_stat_statements} on the server. It keeps one row per shape of statement. The front page's
 * statement has a shape of its own, told apart by the comment in its text. Counted are statements
 * on rows in this database at top level; transaction control, settings and the counting itself are
 * not.
 *
 * @param statements all of them
 * @param frontPage executions of the front page's statement among them
 */
public record QueryCounts(long statements, long frontPage) {

  /** Stands as a comment in the front page's statement and in no other. */
  public static final String FRONT_PAGE_MARK = "demo:front-page";

  private static final String COUNT =
      """
      select coalesce(sum(calls), 0) as statements,
        coalesce(sum(calls) filter (where query like '%%/* %s */%%'), 0) as front_page
      from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database())
        and toplevel
        and query ~* '^\\s*(select|insert|update|delete|merge|with)\\M'
        and query !~* 'pg_stat_statements'
      """
          .formatted(FRONT_PAGE_MARK);

  private static final String RESET =
      """
      select pg_stat_statements_reset(0, (select oid from pg_database where datname = current_database()), 0)
      """;

  /**
   * Reads the counts over a connection of its own.
   *
   * @param jdbcUrl the application's database, credentials included
   * @throws SQLException if the database cannot be reached or does not count
   */
  public static QueryCounts read(String jdbcUrl) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      return read(connection);
    }
  }

  /**
   * Reads the counts.
   *
   * @throws SQLException if the database does not count
   */
  public static QueryCounts read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COUNT)) {
      row.next();
      return new QueryCounts(row.getLong("statements"), row.getLong("front_page"));
    }
  }

  /**
   * Sets the counts of this database to zero; other databases of the server keep theirs.
   *
   * @throws SQLException if the role may not: it must be a superuser or be granted {@code
   *     pg_stat_statements_reset}
   */
  public static void reset(String jdbcUrl) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
      statement.execute(RESET);
    }
  }

  /** What was counted after an earlier reading: for a role that may not reset. */
  public QueryCounts since(QueryCounts earlier) {
    return new QueryCounts(statements - earlier.statements, frontPage - earlier.frontPage);
  }
}
