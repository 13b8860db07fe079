package io.github.corral.load;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * How long the database's queries took since its counts began anew, added up: two at once count
 * twice.
 */
final class QueryTime {

  private static final String SUM =
      """
      select coalesce(sum(total_exec_time), 0) as millis from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database())
        and toplevel
        and query !~* 'pg_stat_statements'
      """;

  private QueryTime() {}

  /**
   * Asks the database.
   *
   * @throws IllegalStateException if it does not say
   */
  static Duration read(String jdbcUrl) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SUM)) {
      row.next();
      return Duration.ofMillis(Math.round(row.getDouble("millis")));
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not say how long its queries took", e);
    }
  }
}
