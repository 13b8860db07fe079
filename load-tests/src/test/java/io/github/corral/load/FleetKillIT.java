package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.demo.servers.DemoServers;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left of a fleet serves on when a process dies in the middle of a load. */
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

  static Stream<String> modes() {
    return Stream.of(System.getProperty("load.kill.modes", "none,redis").split(","));
  }

  /**
   * The posts are locked, so that the first load hangs in the database for as long as the test
   * wants. The process that waits for it is killed with SIGKILL, with readers of the same key at
   * the other one.
   */
  @ParameterizedTest
  @MethodSource("modes")
  void get_otherProcessKilledWhileItLoadsTheHotKey_allReadersAreAnswered(String mode)
      throws SQLException {
    EmptyRedis.onPort(servers.redisPort());
    try (Fleet fleet = Fleet.start(PROCESSES, servers, places, mode);
        Connection lock = lockedPosts()) {
      DemoProcess victim = fleet.members().get(0);
      DemoProcess survivor = fleet.members().get(1);
      CompletableFuture<String> lost = read(victim, "/feed");
      await("the load to hang").atMost(SOON).until(() -> loadsThatHang() == 1);
      List<CompletableFuture<String>> readers =
          Stream.generate(() -> read(survivor, "/feed")).limit(READERS).toList();

      victim.process().destroyForcibly();

      await("the victim to be dead").atMost(SOON).until(() -> !victim.process().isAlive());
      assertThat(lost).failsWithin(SOON);
      assertThat(read(survivor, "/authors/1")).succeedsWithin(SOON).asString().contains("\"id\":1");
      lock.rollback();
      assertThat(readers)
          .allSatisfy(
              reader -> assertThat(reader).succeedsWithin(SOON).asString().contains("postId"));
      assertThat(read(survivor, "/feed")).succeedsWithin(SOON);
    }
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

  private static int loadsThatHang() throws SQLException {
    String sql =
        """
        select count(*) from pg_stat_activity
        where wait_event_type = 'Lock' and query like '%/* demo:front-page */%' and pid <> pg_backend_pid()
        """;
    try (Connection connection = DriverManager.getConnection(servers.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }
}
