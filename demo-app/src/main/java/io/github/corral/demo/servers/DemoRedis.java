package io.github.corral.demo.servers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.embedded.RedisExecProvider;

/**
 * An embedded Redis without persistence, on a free port of 127.0.0.1.
 *
 * <p>Only the binary is the library's. Its own launcher registers a shutdown hook per server, which
 * would stop Redis while the application is still closing. When this process dies without {@link
 * #close()}, a guard ends the server. Thread-safe.
 */
public final class DemoRedis implements AutoCloseable {

  private static final Duration STARTUP_LIMIT = Duration.ofSeconds(20);
  private static final int STEP_MILLIS = 5;

  private final int port;
  private final Process server;
  private final ServerGuard guard;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DemoRedis(int port, Process server, ServerGuard guard) {
    this.port = port;
    this.server = server;
    this.guard = guard;
  }

  /**
   * Starts the server and returns when it answers.
   *
   * @throws IllegalStateException with the end of the server's log, if it does not start
   */
  public static DemoRedis start() {
    Path directory = ServerProcess.newDirectory("redis");
    ServerGuard guard = ServerGuard.over(directory, directory.resolve("redis.pid"), "KILL");
    try {
      int port = ServerProcess.freePort();
      DemoRedis redis = new DemoRedis(port, startServer(directory, port), guard);
      redis.awaitAnswer();
      return redis;
    } catch (IOException | RuntimeException e) {
      String tail = ServerProcess.tail(directory.resolve("redis.log"));
      guard.close();
      throw new IllegalStateException(
          "embedded redis did not start; its log ends with:\n" + tail, e);
    } catch (InterruptedException e) {
      guard.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while embedded redis started", e);
    }
  }

  private static Process startServer(Path directory, int port) throws IOException {
    List<String> command =
        List.of(
            binaryIn(directory).toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--dir",
            directory.toString(),
            "--pidfile",
            directory.resolve("redis.pid").toString(),
            "--logfile",
            directory.resolve("redis.log").toString(),
            "--set-proc-title",
            "no",
            "--save",
            "",
            "--appendonly",
            "no");
    return new ProcessBuilder(ServerProcess.inOwnSession(command)).start();
  }

  /**
   * The binary in the guarded directory: where the library unpacks it, it would outlive a SIGKILL.
   */
  private static Path binaryIn(Path directory) throws IOException {
    Path unpacked = RedisExecProvider.defaultProvider().get().toPath();
    Path binary = directory.resolve("redis-server");
    Files.copy(unpacked, binary, StandardCopyOption.COPY_ATTRIBUTES);
    Path unpackedIn = unpacked.getParent();
    if (unpackedIn != null) { // else it lay in the working directory and is not ours to remove
      Files.delete(unpacked);
      Files.delete(unpackedIn);
    }
    return binary;
  }

  private void awaitAnswer() throws InterruptedException {
    long deadline = System.nanoTime() + STARTUP_LIMIT.toNanos();
    while (!answers()) {
      if (System.nanoTime() - deadline > 0) {
        server.destroyForcibly();
        throw new IllegalStateException("no answer on port " + port + " within " + STARTUP_LIMIT);
      }
      if (server.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("exited with status " + server.exitValue());
      }
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(ServerProcess.LOOPBACK, port), 500);
      socket.setSoTimeout(500);
      socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
      return new String(socket.getInputStream().readNBytes(5), US_ASCII).equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }

  /** Where the server listens on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Stops the server and removes its directory; a second call does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    server.destroy();
    try {
      if (!server.waitFor(5, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      guard.close();
    }
  }
}
