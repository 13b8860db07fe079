package io.github.corral.demo.author;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Authors in the database. Thread-safe. */
@Repository
class AuthorRepository {

  private static final String PROFILE =
      """
      select a.id, a.name, a.joined_at, count(o.author_id) as orders, coalesce(sum(o.amount_cents), 0) as cents
      from authors a
      left join orders o on o.author_id = a.id
      where a.id = :id
      group by a.id
      """;

  private final JdbcClient jdbc;

  AuthorRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<AuthorProfile> profile(long id) {
    return jdbc.sql(PROFILE).param("id", id).query(AuthorRepository::author).optional();
  }

  /** Whether there was such an author. */
  boolean rename(long id, String name) {
    return jdbc.sql("update authors set name = :name where id = :id")
            .param("name", name)
            .param("id", id)
            .update()
        > 0;
  }

  private static AuthorProfile author(ResultSet row, int number) throws SQLException {
    return new AuthorProfile(
        row.getLong("id"),
        row.getString("name"),
        row.getObject("joined_at", OffsetDateTime.class).toInstant(),
        row.getLong("orders"),
        row.getLong("cents"));
  }
}
