package io.github.corral.demo.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** What both servers need of the operating system: a port, a directory, a session of their own. */
final class ServerProcess {

  /** 127.0.0.1, whatever address family the machine prefers. */
  static final InetAddress LOOPBACK = loopback();

  private static final List<Path> SETSID =
      List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

  private ServerProcess() {}

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A loopback port that was free a moment ago. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on 127.0.0.1", e);
    }
  }

  static Path newDirectory(String server) {
    try {
      return Files.createTempDirectory("corral-demo-" + server + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("no directory for " + server, e);
    }
  }

  /**
   * The command in a session of its own where the system has {@code setsid}, so that a Ctrl-C in
   * the terminal reaches the application alone, which then stops its servers in order.
   */
  static List<String> inOwnSession(List<String> command) {
    Stream<String> setsid =
        SETSID.stream().filter(Files::isExecutable).limit(1).map(Path::toString);
    List<String> all = new ArrayList<>(setsid.toList());
    all.addAll(command);
    return all;
  }

  /** The process whose id is the first line of a pid file; empty when it is gone already. */
  static Optional<ProcessHandle> named(Path pidFile) throws IOException {
    return ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).get(0).strip()));
  }

  /** Waits a few seconds at most for a process that has been told to end. */
  static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(5, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("process " + process.pid() + " does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The last lines of a server's log, for the message of a failed start; empty when there is none.
   */
  static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }
}
