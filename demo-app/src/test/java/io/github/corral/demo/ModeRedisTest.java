package io.github.corral.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.demo.SharedServers.Servers;
import io.github.corral.demo.author.AuthorProfile;
import io.github.corral.demo.feed.FeedPage;
import io.github.corral.demo.feed.Post;
import io.github.corral.demo.stats.QueryCounts;
import io.github.corral.demo.stats.StatsReport;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.cache.CacheManager;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.http.HttpStatus;

@ExtendWith(SharedServers.class)
class ModeRedisTest {

  private static String jdbcUrl;
  private static RunningDemo demo;
  private static RunningDemo other;
  private static StringRedisTemplate redis;

  @BeforeAll
  static void start(Servers servers) {
    jdbcUrl = servers.newDatabase();
    demo = RunningDemo.start("redis", servers, jdbcUrl, "--demo.fresh-for=1h");
    other = RunningDemo.start("redis", servers, jdbcUrl, "--demo.fresh-for=1h");
    redis = demo.context().getBean(StringRedisTemplate.class);
  }

  @AfterAll
  static void stop() {
    demo.close();
    other.close();
  }

  @BeforeEach
  void reset() throws SQLException {
    redis.getConnectionFactory().getConnection().serverCommands().flushDb();
    demo.resetStats();
    other.resetStats();
    QueryCounts.reset(jdbcUrl);
  }

  @Test
  void frontPage_askedOfTwoProcesses_isLoadedOnce() throws SQLException {
    FeedPage loaded = demo.frontPage();

    assertThat(demo.frontPage()).isEqualTo(loaded);
    assertThat(other.frontPage()).isEqualTo(loaded);
    assertThat(QueryCounts.read(jdbcUrl)).isEqualTo(new QueryCounts(1, 1));
  }

  @Test
  void frontPage_cached_isAWaitForTheOneThatLoadedAlone() {
    demo.frontPage();
    demo.frontPage();
    demo.frontPage();

    StatsReport stats = demo.stats();
    assertThat(stats.hotKeyRequests()).isEqualTo(3);
    assertThat(stats.hotKeyLoads()).isEqualTo(1);
    assertThat(stats.hotKey().waits()).hasSize(1);
    assertThat(stats.waitedWhileServable()).isZero();
  }

  @Test
  void frontPage_cached_livesForFreshForInBootsOwnCache() {
    demo.frontPage();

    assertThat(demo.context().getBean(CacheManager.class))
        .isExactlyInstanceOf(RedisCacheManager.class);
    assertThat(redis.keys("*")).containsExactly("feed::front");
    assertThat(redis.getExpire("feed::front", TimeUnit.SECONDS)).isBetween(3_000L, 3_600L);
  }

  @Test
  void frontPage_expired_isAWaitWhileServable() {
    await().until(() -> expireAndLoadAgain().waitedWhileServable() > 0);

    assertThat(demo.stats().hotKeyLoads()).isGreaterThan(demo.stats().waitedWhileServable());
  }

  private static StatsReport expireAndLoadAgain() {
    redis.delete("feed::front");
    demo.frontPage();
    return demo.stats();
  }

  @Test
  void post_stored_invalidatesTheFrontPageInEveryProcess() throws SQLException {
    demo.frontPage();
    Post post = other.post(1, "news");

    assertThat(demo.frontPage().entries().get(0).postId()).isEqualTo(post.id());
    assertThat(other.frontPage().entries().get(0).postId()).isEqualTo(post.id());
    assertThat(QueryCounts.read(jdbcUrl).frontPage()).isEqualTo(2);
    assertThat(demo.stats().waitedWhileServable()).isZero();
  }

  @Test
  void pageBehind_cached_outlivesAPost() throws SQLException {
    demo.pageBefore(1_000);
    demo.post(1, "news");
    demo.pageBefore(1_000);

    // The page and the insert.
    assertThat(QueryCounts.read(jdbcUrl)).isEqualTo(new QueryCounts(2, 0));
  }

  @Test
  void author_renamed_isLoadedAgainAndOthersAreNot() throws SQLException {
    AuthorProfile before = demo.author(7);
    demo.author(8);
    other.rename(7, "Barbara Liskov");

    assertThat(before.name()).isNotEqualTo("Barbara Liskov");
    assertThat(demo.author(7).name()).isEqualTo("Barbara Liskov");
    demo.author(8);
    // Two profiles, the update, one profile again.
    assertThat(QueryCounts.read(jdbcUrl)).isEqualTo(new QueryCounts(4, 0));
  }

  @Test
  void author_unknown_isCachedAsUnknown() throws SQLException {
    assertThat(demo.statusOf("/authors/88888888")).isEqualTo(HttpStatus.NOT_FOUND);
    assertThat(demo.statusOf("/authors/88888888")).isEqualTo(HttpStatus.NOT_FOUND);

    assertThat(QueryCounts.read(jdbcUrl)).isEqualTo(new QueryCounts(1, 0));
  }
}
