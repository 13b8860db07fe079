package io.github.corral.demo.servers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** What running servers leave in the operating system: processes and directories. */
public record ServersFootprint(List<Long> pids, List<Path> directories) {

  /** Asks the servers themselves. */
  public static ServersFootprint of(String jdbcUrl, int redisPort)
      throws SQLException, IOException {
    Path data = Path.of(setting(jdbcUrl, "data_directory"));
    Path redis = Path.of(redis(redisPort, "CONFIG GET dir", "/"));
    long postgresPid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
    long redisPid = Long.parseLong(Files.readString(redis.resolve("redis.pid")).strip());
    return new ServersFootprint(List.of(postgresPid, redisPid), List.of(data.getParent(), redis));
  }

  /** The processes that run and the directories that exist, of all that there were. */
  public List<Object> remains() {
    Stream<Long> running = pids.stream().filter(ServersFootprint::runs);
    return Stream.<Object>concat(running, directories.stream().filter(Files::exists)).toList();
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  static String setting(String jdbcUrl, String name) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show " + name)) {
      row.next();
      return row.getString(1);
    }
  }

  /** The first line of the reply to an inline command that starts so. */
  static String redis(int port, String command, String start) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
      socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(US_ASCII));
      Stream<String> reply = new String(socket.getInputStream().readAllBytes(), US_ASCII).lines();
      return reply.filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    }
  }
}
