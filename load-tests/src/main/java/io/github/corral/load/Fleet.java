package io.github.corral.load;

import io.github.corral.demo.servers.DemoServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Two processes of the demo in one mode, on the same database and the same Redis. */
final class Fleet implements AutoCloseable {

  /**
   * How long a value is fresh in this fleet: short, so that the hot key ages many times in a run.
   */
  static final Duration FRESH_FOR = Duration.ofSeconds(3);

  private static final int SIZE = 2;

  private final OwnProcesses processes;
  private final List<DemoProcess> members;

  private Fleet(OwnProcesses processes, List<DemoProcess> members) {
    this.processes = processes;
    this.members = members;
  }

  /**
   * Starts the fleet and returns when all of it is healthy; when that fails, nothing of it is left.
   */
  static Fleet start(OwnProcesses processes, DemoServers servers, Places places, String mode) {
    List<DemoProcess> members =
        IntStream.rangeClosed(1, SIZE)
            .mapToObj(n -> member(processes, servers, places, mode, n))
            .toList();
    Fleet fleet = new Fleet(processes, members);
    try {
      members.forEach(DemoProcess::awaitHealthy);
      return fleet;
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  List<DemoProcess> members() {
    return members;
  }

  List<String> baseUrls() {
    return members.stream().map(DemoProcess::baseUrl).toList();
  }

  List<Long> pids() {
    return members.stream().map(DemoProcess::pid).toList();
  }

  /** Ends all processes and returns when they are gone. */
  @Override
  public void close() {
    members.forEach(member -> member.process().destroy());
    members.forEach(member -> processes.end(member.process()));
  }

  private static DemoProcess member(
      OwnProcesses processes, DemoServers servers, Places places, String mode, int number) {
    int port = freePort();
    Path log = places.log(mode + "-" + number);
    ProcessBuilder command =
        new ProcessBuilder(
                Places.java(),
                "-Xmx384m",
                "-jar",
                places.demoJar().toString(),
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--spring.profiles.active=" + mode,
                "--spring.datasource.url=" + servers.jdbcUrl(),
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + servers.redisPort(),
                "--demo.fresh-for=" + FRESH_FOR)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    return new DemoProcess(processes.start(command), port, log);
  }

  /** A port that was free a moment ago. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on 127.0.0.1", e);
    }
  }
}
