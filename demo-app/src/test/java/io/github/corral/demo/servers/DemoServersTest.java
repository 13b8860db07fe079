package io.github.corral.demo.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.demo.stats.QueryCounts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemoServersTest {

  @Test
  void start_always_listensOnLoopbackAloneAndCountsStatements() throws Exception {
    try (DemoServers servers = DemoServers.start()) {
      assertThat(ServersFootprint.setting(servers.jdbcUrl(), "listen_addresses"))
          .isEqualTo("127.0.0.1");
      assertThat(ServersFootprint.setting(servers.jdbcUrl(), "unix_socket_directories")).isEmpty();
      assertThat(ServersFootprint.redis(servers.redisPort(), "CONFIG GET bind", "127"))
          .isEqualTo("127.0.0.1");
      execute(servers.jdbcUrl(), "create extension pg_stat_statements");
      execute(servers.jdbcUrl(), "select 1");
      assertThat(QueryCounts.read(servers.jdbcUrl())).isEqualTo(new QueryCounts(1, 0));
    }
  }

  @Test
  void close_whileClientsAreConnected_leavesNoProcessAndNoDirectory() throws Exception {
    DemoServers servers = DemoServers.start();
    ServersFootprint footprint = ServersFootprint.of(servers.jdbcUrl(), servers.redisPort());
    assertThat(footprint.remains()).hasSize(4);

    try (Connection connected = DriverManager.getConnection(servers.jdbcUrl())) {
      servers.close();
      servers.close();

      assertThat(footprint.remains()).isEmpty();
    }
  }

  @Test
  void processKilled_withoutAnyChanceToClose_leavesNoProcessAndNoDirectory() throws Exception {
    Process process = startElsewhere();
    ServersFootprint footprint = footprintOf(process);
    assertThat(footprint.remains()).hasSize(4);

    process.destroyForcibly();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(footprint.remains()).isEmpty());
  }

  private static Process startElsewhere() throws IOException {
    String java = ProcessHandle.current().info().command().orElseThrow();
    return new ProcessBuilder(
            java,
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            Elsewhere.class.getName())
        .redirectError(Redirect.INHERIT)
        .start();
  }

  private static ServersFootprint footprintOf(Process process) throws IOException, SQLException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String line = lines.readLine();
    while (line != null && !line.startsWith("servers ")) {
      line = lines.readLine();
    }
    assertThat(line).as("line that names the servers").isNotNull();
    String[] words = line.split(" ");
    return ServersFootprint.of(words[1], Integer.parseInt(words[2]));
  }

  private static void execute(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A process that starts the servers and then waits to be killed. */
  static final class Elsewhere {

    public static void main(String[] arguments) throws IOException {
      DemoServers servers = DemoServers.start();
      System.out.println("servers " + servers.jdbcUrl() + " " + servers.redisPort());
      System.out.flush();
      // Ends with the test at the latest, because its end of the pipe closes.
      System.in.read();
      servers.close();
    }
  }
}
