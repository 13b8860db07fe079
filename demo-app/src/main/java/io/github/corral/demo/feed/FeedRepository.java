package io.github.corral.demo.feed;

import io.github.corral.demo.stats.HotKey;
import io.github.corral.demo.stats.LoadStamp;
import io.github.corral.demo.stats.QueryCounts;
import io.github.corral.demo.stats.WallClock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The feed in the database. Thread-safe. */
@Repository
class FeedRepository {

  /** To rank one author, all orders of all authors must be added up: that is the page's price. */
  private static final String FRONT_PAGE =
      """
      select /* %s */ p.id, p.body, p.posted_at, a.id as author_id, a.name,
        coalesce(b.orders, 0) as orders, coalesce(b.cents, 0) as cents, b.rank
      from (select id, author_id, body, posted_at from posts order by id desc limit 50) p
      join authors a on a.id = p.author_id
      left join (
        select author_id, count(*) as orders, sum(amount_cents) as cents,
          rank() over (order by sum(amount_cents) desc) as rank
        from orders
        group by author_id
      ) b on b.author_id = p.author_id
      order by p.id desc
      """
          .formatted(QueryCounts.FRONT_PAGE_MARK);

  private static final String PAGE_BEFORE =
      """
      select p.id, p.body, p.posted_at, a.id as author_id, a.name, b.orders, b.cents, null::bigint as rank
      from (select id, author_id, body, posted_at from posts where id < :before order by id desc limit 50) p
      join authors a on a.id = p.author_id
      cross join lateral (
        select count(*) as orders, coalesce(sum(amount_cents), 0) as cents from orders where author_id = a.id
      ) b
      order by p.id desc
      """;

  private static final String INSERT =
      """
      insert into posts (author_id, body)
      select id, :text from authors where id = :author
      returning id, author_id, body, posted_at
      """;

  private final JdbcClient jdbc;
  private final HotKey hotKey;
  private final WallClock clock;

  FeedRepository(JdbcClient jdbc, HotKey hotKey, WallClock clock) {
    this.jdbc = jdbc;
    this.hotKey = hotKey;
    this.clock = clock;
  }

  FeedPage frontPage() {
    try (HotKey.Loading loading = hotKey.load()) {
      List<FeedEntry> entries = jdbc.sql(FRONT_PAGE).query(FeedRepository::entry).list();
      return new FeedPage(entries, loading.ended(newest(entries)));
    }
  }

  FeedPage pageBefore(long postId) {
    long started = clock.micros();
    List<FeedEntry> entries =
        jdbc.sql(PAGE_BEFORE).param("before", postId).query(FeedRepository::entry).list();
    return new FeedPage(entries, new LoadStamp(started, clock.micros(), newest(entries)));
  }

  /** Stores a post; empty if there is no such author. */
  Optional<Post> insert(long authorId, String text) {
    return jdbc.sql(INSERT)
        .param("author", authorId)
        .param("text", text)
        .query(FeedRepository::post)
        .optional();
  }

  private static long newest(List<FeedEntry> entries) {
    return entries.isEmpty() ? 0 : entries.get(0).postId();
  }

  private static FeedEntry entry(ResultSet row, int number) throws SQLException {
    return new FeedEntry(
        row.getLong("id"),
        row.getString("body"),
        row.getObject("posted_at", OffsetDateTime.class).toInstant(),
        row.getLong("author_id"),
        row.getString("name"),
        row.getLong("orders"),
        row.getLong("cents"),
        row.getObject("rank", Long.class));
  }

  private static Post post(ResultSet row, int number) throws SQLException {
    return new Post(
        row.getLong("id"),
        row.getLong("author_id"),
        row.getString("body"),
        row.getObject("posted_at", OffsetDateTime.class).toInstant());
  }
}
