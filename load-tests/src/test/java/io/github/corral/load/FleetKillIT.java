package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.corral.demo.servers.DemoServers;
import io.github.corral.demo.stats.StatsReport;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is left of a fleet serves on when a process dies in the middle of a load.
 *
 * <p>The posts are locked, so that a load hangs in the database for as long as the test wants.
 */
@Timeout(300)
class FleetKillIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  /**
   * Fewer than a process has connections to the database, so that it can answer other questions
   * too.
   */
  private static final int READERS = 5;

  private static final OwnProcesses PROCESSES = new OwnProcesses();
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static Places places;
  private static DemoServers servers;

  @BeforeAll
  static void startServers() {
    places = Places.from(System.getProperties());
    servers = DemoServers.start();
  }

  @AfterAll
  static void stopServers() {
    THREADS.shutdownNow();
    PROCESSES.close();
    servers.close();
  }

  /** The modes that share values, and how many loads the survivor may need for all its readers. */
  static Stream<Arguments> modes() {
    return Stream.of(arguments("redis", READERS + 1), arguments("corral", 1));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void get_otherProcessKilledWhileItLoadsTheHotKey_allReadersAreAnswered(String mode, int mostLoads)
      throws SQLException {
    try (Fleet fleet = newFleet(mode);
        Connection lock = lockedPosts()) {
      DemoProcess victim = fleet.members().get(0);
      DemoProcess survivor = fleet.members().get(1);
      CompletableFuture<String> lost = read(victim, "/feed");
      await("the load to hang").atMost(SOON).until(FleetKillIT::aLoadHangs);
      List<CompletableFuture<String>> readers =
          Stream.generate(() -> read(survivor, "/feed")).limit(READERS).toList();

      kill(victim);

      assertThat(lost).failsWithin(SOON);
      assertThat(read(survivor, "/authors/1")).succeedsWithin(SOON).asString().contains("\"id\":1");
      lock.rollback();
      assertThat(readers)
          .allSatisfy(
              reader -> assertThat(reader).succeedsWithin(SOON).asString().contains("postId"));
      assertThat(read(survivor, "/feed")).succeedsWithin(SOON);
      assertThat(loads(survivor)).isBetween(1L, (long) mostLoads);
    }
  }

  /** The database answers nothing and the leader is dead, but a value is there: nobody waits. */
  @Test
  void get_otherProcessKilledWhileItRefreshesTheHotKey_theOldValueIsServedAndThenRefreshed()
      throws SQLException {
    try (Fleet fleet = newFleet("corral")) {
      DemoProcess victim = fleet.members().get(0);
      DemoProcess survivor = fleet.members().get(1);
      victim.get("/feed");
      String old;
      try (Connection lock = lockedPosts()) {
        await("a refresh to hang")
            .atMost(SOON)
            .until(() -> !victim.get("/feed").isEmpty() && aLoadHangs());
        old = victim.get("/feed");

        kill(victim);

        assertThat(Stream.generate(() -> survivor.get("/feed")).limit(READERS)).containsOnly(old);
        assertThat(loads(survivor)).isZero();
        lock.rollback();
      }
      await("the survivor to refresh").atMost(SOON).until(() -> !survivor.get("/feed").equals(old));
    }
  }

  private static Fleet newFleet(String mode) {
    EmptyRedis.onPort(servers.redisPort());
    return Fleet.start(PROCESSES, servers, places, mode);
  }

  /** By SIGKILL. */
  private static void kill(DemoProcess victim) {
    victim.process().destroyForcibly();
    await("the victim to be dead").atMost(SOON).until(() -> !victim.process().isAlive());
  }

  private static long loads(DemoProcess process) {
    return new JsonMapper().readValue(process.get("/stats"), StatsReport.class).hotKeyLoads();
  }

  private static CompletableFuture<String> read(DemoProcess process, String path) {
    return CompletableFuture.supplyAsync(() -> process.get(path), THREADS);
  }

  private static Connection lockedPosts() throws SQLException {
    Connection connection = DriverManager.getConnection(servers.jdbcUrl());
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("lock table posts in access exclusive mode");
    }
    return connection;
  }

  private static boolean aLoadHangs() throws SQLException {
    String sql =
        """
        select from pg_stat_activity
        where wait_event_type = 'Lock' and query like '%/* demo:front-page */%' and pid <> pg_backend_pid()
        """;
    try (Connection connection = DriverManager.getConnection(servers.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next();
    }
  }
}
