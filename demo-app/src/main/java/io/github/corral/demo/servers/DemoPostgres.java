package io.github.corral.demo.servers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An embedded PostgreSQL with pg_stat_statements, on a free port of 127.0.0.1, with one empty
 * database.
 *
 * <p>The data directory is a new temporary one and is removed with the server; nothing is flushed
 * to disk on commit, because nothing outlives the server. When this process dies without {@link
 * #close()}, a guard ends the server; only the unpacked binaries stay in the temporary directory,
 * for the next start. Thread-safe.
 */
public final class DemoPostgres implements AutoCloseable {

  private static final Duration STARTUP_LIMIT = Duration.ofSeconds(60);
  private static final String USER = "postgres";
  private static final String DATABASE = "demo";

  // One query at a time gets one core: with parallel workers the figures of a loaded machine would
  // mean nothing.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "listen_addresses", "127.0.0.1",
          "unix_socket_directories", "",
          "shared_preload_libraries", "pg_stat_statements",
          "pg_stat_statements.track", "top",
          "pg_stat_statements.save", "off",
          "shared_buffers", "128MB",
          "max_connections", "100",
          "max_parallel_workers_per_gather", "0",
          "jit", "off");

  private final EmbeddedPostgres server;
  private final Optional<ProcessHandle> process;
  private final ServerGuard guard;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DemoPostgres(
      EmbeddedPostgres server, Optional<ProcessHandle> process, ServerGuard guard) {
    this.server = server;
    this.process = process;
    this.guard = guard;
  }

  /**
   * Starts the server and creates its database.
   *
   * @throws IllegalStateException with the end of the server's log, if it does not start
   */
  public static DemoPostgres start() {
    Path directory = ServerProcess.newDirectory("postgres");
    Path data = directory.resolve("data");
    Path pidFile = data.resolve("postmaster.pid");
    ServerGuard guard = ServerGuard.over(directory, pidFile, "QUIT");
    Path log = directory.resolve("postgres.log");
    try {
      EmbeddedPostgres server = startServer(data, log);
      DemoPostgres postgres = new DemoPostgres(server, ServerProcess.named(pidFile), guard);
      postgres.createDatabase();
      return postgres;
    } catch (IOException | SQLException | RuntimeException e) {
      String tail = ServerProcess.tail(log);
      guard.close();
      throw new IllegalStateException(
          "embedded postgresql did not start; its log ends with:\n" + tail, e);
    }
  }

  private static EmbeddedPostgres startServer(Path data, Path log) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setPort(ServerProcess.freePort())
            .setDataDirectory(data)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(STARTUP_LIMIT)
            .setOutputRedirector(Redirect.appendTo(log.toFile()))
            .setLocaleConfig("locale", "C");
    SETTINGS.forEach(builder::setServerConfig);
    return builder.start();
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + DATABASE);
    }
  }

  /** The database's address, user included, no password. */
  public String jdbcUrl() {
    return url(DATABASE);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database + "?user=" + USER;
  }

  /**
   * Stops the server, whoever is still connected, and removes its directory; a second call does
   * nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      server.close();
      // It gives up its pid file, for which the line above waits, a moment before it is gone.
      process.ifPresent(ServerProcess::awaitEnd);
    } catch (IOException e) {
      throw new IllegalStateException("embedded postgresql did not stop in order", e);
    } finally {
      guard.close();
    }
  }
}
