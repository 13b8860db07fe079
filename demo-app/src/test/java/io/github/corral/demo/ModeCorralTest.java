package io.github.corral.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.demo.SharedServers.Servers;
import io.github.corral.demo.feed.Post;
import io.github.corral.demo.stats.QueryCounts;
import io.github.corral.demo.stats.StatsReport;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.http.HttpStatus;

@ExtendWith(SharedServers.class)
class ModeCorralTest {

  private static String jdbcUrl;
  private static RunningDemo demo;
  private static RunningDemo other;

  @BeforeAll
  static void start(Servers servers) {
    jdbcUrl = servers.newDatabase();
    String[] settings = {"--demo.fresh-for=1h", "--corral.redis.namespace=mode-corral-test"};
    demo = RunningDemo.start("corral", servers, jdbcUrl, settings);
    other = RunningDemo.start("corral", servers, jdbcUrl, settings);
  }

  @AfterAll
  static void stop() {
    demo.close();
    other.close();
  }

  @BeforeEach
  void reset() throws SQLException {
    demo.resetStats();
    other.resetStats();
    QueryCounts.reset(jdbcUrl);
  }

  @Test
  void coldPage_askedByManyAtOnceOfTwoProcesses_isLoadedOnce() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(20);
    try {
      List<Future<?>> pages = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        RunningDemo process = i % 2 == 0 ? demo : other;
        pages.add(callers.submit(() -> process.pageBefore(5_000)));
      }
      for (Future<?> page : pages) {
        page.get(30, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }

    assertThat(QueryCounts.read(jdbcUrl)).isEqualTo(new QueryCounts(1, 0));
  }

  @Test
  void post_stored_isOnTheFrontPageOfItsProcessAtOnceAndOfOthersSoon() throws SQLException {
    demo.frontPage();
    other.frontPage();
    Post post = demo.post(1, "news");

    assertThat(newestOf(demo)).isEqualTo(post.id());
    await().until(() -> newestOf(other) == post.id());

    QueryCounts.reset(jdbcUrl);
    demo.frontPage();
    other.frontPage();
    assertThat(QueryCounts.read(jdbcUrl)).isEqualTo(new QueryCounts(0, 0));
    assertThat(StatsReport.waitedWhileServable(List.of(demo.stats(), other.stats()))).isZero();
  }

  @Test
  void author_renamed_isLoadedAgainAndOthersAreNot() throws SQLException {
    demo.author(7);
    demo.author(8);
    demo.rename(7, "Barbara Liskov");

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

  private static long newestOf(RunningDemo process) {
    return process.frontPage().entries().get(0).postId();
  }
}
