package io.github.corral.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.demo.SharedServers.Servers;
import io.github.corral.demo.feed.FeedEntry;
import io.github.corral.demo.feed.FeedPage;
import io.github.corral.demo.feed.Post;
import io.github.corral.demo.servers.DemoPostgres;
import io.github.corral.demo.servers.DemoRedis;
import io.github.corral.demo.stats.LoadStamp;
import io.github.corral.demo.stats.QueryCounts;
import io.github.corral.demo.stats.StatsReport;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.HttpClientErrorException;

@ExtendWith(SharedServers.class)
class ModeNoneTest {

  private static String jdbcUrl;
  private static RunningDemo demo;
  private static JdbcClient jdbc;

  @BeforeAll
  static void start(Servers servers) {
    jdbcUrl = servers.newDatabase();
    demo = RunningDemo.start("none", servers, jdbcUrl);
    jdbc = JdbcClient.create(SharedServers.dataSource(jdbcUrl));
  }

  @AfterAll
  static void stop() {
    demo.close();
  }

  @BeforeEach
  void reset() throws SQLException {
    demo.resetStats();
    QueryCounts.reset(jdbcUrl);
  }

  @Test
  void frontPage_everyRequest_isOneQueryOfItsOwnShape() throws SQLException {
    for (int i = 0; i < 7; i++) {
      demo.frontPage();
    }

    assertThat(QueryCounts.read(jdbcUrl)).isEqualTo(new QueryCounts(7, 7));
    assertThat(shapesWithMark()).isEqualTo(1);
    assertThat(demo.stats().hotKeyLoads()).isEqualTo(7);
  }

  @Test
  void otherRequests_always_countAsOtherQueries() throws SQLException {
    demo.pageBefore(100);
    demo.author(1);
    demo.rename(1, "Ada");
    demo.post(1, "counted");

    assertThat(QueryCounts.read(jdbcUrl)).isEqualTo(new QueryCounts(4, 0));
  }

  @Test
  void queryCounts_sinceAnEarlierReading_areTheDifference() throws SQLException {
    demo.author(1);
    QueryCounts earlier = QueryCounts.read(jdbcUrl);
    demo.frontPage();
    demo.author(2);

    assertThat(QueryCounts.read(jdbcUrl).since(earlier)).isEqualTo(new QueryCounts(2, 1));
  }

  @Test
  void frontPage_always_holdsTheNewestPostsWithTotalsAndRanks() {
    List<FeedEntry> entries = demo.frontPage().entries();

    assertThat(entries).extracting(FeedEntry::postId).isEqualTo(newestIds(50));
    for (FeedEntry entry : entries) {
      assertThat(entry.orders()).isEqualTo(ordersOf(entry.authorId()));
      assertThat(entry.orderedCents()).isEqualTo(centsOf(entry.authorId()));
      assertThat(entry.buyerRank())
          .isEqualTo(entry.orders() == 0 ? null : rankOf(entry.orderedCents()));
    }
  }

  @Test
  void pageBefore_always_holdsTotalsWithoutRanks() {
    for (FeedEntry entry : demo.pageBefore(150_000).entries()) {
      assertThat(entry.orders()).isEqualTo(ordersOf(entry.authorId()));
      assertThat(entry.orderedCents()).isEqualTo(centsOf(entry.authorId()));
      assertThat(entry.buyerRank()).isNull();
    }
  }

  @Test
  void pages_followedWhilePostsAreWritten_holdEveryOlderPostOnceAndInOrder() {
    FeedPage page = demo.frontPage();
    List<Long> seen = new ArrayList<>(ids(page));
    for (int i = 0; i < 20; i++) {
      demo.post(2, "in between");
      page = demo.pageBefore(seen.get(seen.size() - 1));
      seen.addAll(ids(page));
    }

    assertThat(seen).hasSize(21 * 50).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(new HashSet<>(seen)).hasSize(seen.size());
    assertThat(seen).isEqualTo(idsFrom(seen.get(0), seen.size()));
  }

  @Test
  void pageBefore_pastTheOldestPost_isShortAndThenEmpty() {
    assertThat(ids(demo.pageBefore(4))).containsExactly(3L, 2L, 1L);
    assertThat(ids(demo.pageBefore(1))).isEmpty();
  }

  @Test
  void post_stored_isFirstOnTheFrontPage() {
    Post post = demo.post(3, "  first  ");

    FeedEntry first = demo.frontPage().entries().get(0);
    assertThat(first.postId()).isEqualTo(post.id());
    assertThat(first.text()).isEqualTo("first");
    assertThat(first.authorId()).isEqualTo(3);
  }

  @Test
  void author_renamed_hasNewNameAndSameTotals() {
    demo.rename(5, "Grace Hopper");

    assertThat(demo.author(5).name()).isEqualTo("Grace Hopper");
    assertThat(demo.author(5).orders()).isEqualTo(ordersOf(5));
    assertThat(demo.author(5).orderedCents()).isEqualTo(centsOf(5));
  }

  @Test
  void badRequests_always_sayWhatIsAllowed() {
    assertThat(demo.statusOf("/authors/99999999")).isEqualTo(HttpStatus.NOT_FOUND);
    assertThatThrownBy(() -> demo.post(99999999, "text"))
        .isInstanceOf(HttpClientErrorException.NotFound.class)
        .hasMessageContaining("author 99999999: unknown");
    assertThatThrownBy(() -> demo.post(1, " "))
        .isInstanceOf(HttpClientErrorException.BadRequest.class)
        .hasMessageContaining("text: 0 characters, must be 1 to 1000");
    assertThatThrownBy(() -> demo.rename(1, ""))
        .isInstanceOf(HttpClientErrorException.BadRequest.class)
        .hasMessageContaining("name: 0 characters, must be 1 to 100");
  }

  @Test
  void stats_afterRequests_countThemAndNotThemselves() {
    demo.stats();
    demo.frontPage();
    demo.author(1);
    demo.statusOf("/authors/99999999");
    demo.post(1, "counted");

    StatsReport stats = demo.stats();
    assertThat(stats.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(stats.mode()).isEqualTo("none");
    assertThat(stats.requests()).isEqualTo(4);
    assertThat(stats.errors()).isZero();
    assertThat(stats.hotKeyRequests()).isEqualTo(1);
    assertThat(stats.hotKey().invalidations()).hasSize(1);
    assertThat(stats.servableForMicros()).isEqualTo(63_000_000);
  }

  @Test
  void stats_withoutACache_holdEveryRequestAsAWaitForItsOwnLoad() {
    List<LoadStamp> stamps = List.of(demo.frontPage().load(), demo.frontPage().load());

    StatsReport stats = demo.stats();
    assertThat(stats.hotKey().loads()).isEqualTo(stamps);
    assertThat(stats.hotKey().waits()).hasSize(2).allMatch(wait -> wait.ranLoad());
    assertThat(stats.hotKey().waits()).extracting(wait -> wait.load()).isEqualTo(stamps);
  }

  @Test
  void stats_reset_startsFromZero() {
    demo.frontPage();
    demo.resetStats();

    StatsReport stats = demo.stats();
    assertThat(stats.requests()).isZero();
    assertThat(stats.hotKeyRequests()).isZero();
    assertThat(stats.hotKeyLoads()).isZero();
    assertThat(stats.hotKey().loads()).isEmpty();
    assertThat(stats.hotKey().waits()).isEmpty();
  }

  @Test
  void servers_namedByProperties_areUsedInsteadOfEmbeddedOnes() {
    assertThat(demo.context().getBeansOfType(DemoPostgres.class)).isEmpty();
    assertThat(demo.context().getBeansOfType(DemoRedis.class)).isEmpty();
    assertThat(
            jdbc.sql("select count(*) from pg_stat_activity where datname = current_database()")
                .query(Long.class)
                .single())
        .isGreaterThan(1);
  }

  @Test
  void actuator_always_showsHealthAndMeters() {
    assertThat(demo.statusOf("/actuator/health")).isEqualTo(HttpStatus.OK);
    assertThat(demo.http().get().uri("/actuator/prometheus").retrieve().body(String.class))
        .contains("hikaricp_connections_max{pool=\"HikariPool-")
        .contains("jvm_memory_used_bytes");
    assertThat(demo.http().get().uri("/").retrieve().body(String.class)).contains("GET /feed");
  }

  private static List<Long> ids(FeedPage page) {
    return page.entries().stream().map(FeedEntry::postId).toList();
  }

  private static List<Long> newestIds(int count) {
    return idsFrom(Long.MAX_VALUE, count);
  }

  private static List<Long> idsFrom(long newest, int count) {
    return jdbc.sql("select id from posts where id <= :newest order by id desc limit :count")
        .param("newest", newest)
        .param("count", count)
        .query(Long.class)
        .list();
  }

  private static long ordersOf(long author) {
    return number("select count(*) from orders where author_id = :value", author);
  }

  private static long centsOf(long author) {
    return number(
        "select coalesce(sum(amount_cents), 0) from orders where author_id = :value", author);
  }

  private static long rankOf(long cents) {
    return number(
        """
        select 1 + count(*)
        from (select sum(amount_cents) as cents from orders group by author_id) totals
        where cents > :value
        """,
        cents);
  }

  private static long shapesWithMark() {
    return jdbc.sql(
            """
            select count(distinct queryid)
            from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())
              and query like '%demo:front-page%'
              and query not like '%pg_stat_statements%'
            """)
        .query(Long.class)
        .single();
  }

  private static long number(String sql, long value) {
    return jdbc.sql(sql).param("value", value).query(Long.class).single();
  }
}
