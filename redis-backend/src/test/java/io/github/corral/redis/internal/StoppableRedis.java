package io.github.corral.redis.internal;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import redis.embedded.RedisServer;

/** A Redis server that a test stops, kills and brings back, on one port. */
final class StoppableRedis implements AutoCloseable {

  private final int port = RealRedis.freePort();
  private RedisServer server = RealRedis.started(port);
  private boolean killed;

  /** The process that stands still, or 0. */
  private long stopped;

  int port() {
    return port;
  }

  /** It stands still, with its connections open. */
  void stop() {
    stopped = pid();
    signal("STOP", stopped);
  }

  /** It is gone, with all its keys. */
  void kill() {
    server.stop();
    killed = true;
  }

  /** Returns when it answers again. */
  void comesBack() {
    goOn();
    if (killed) {
      server = RealRedis.started(port);
      killed = false;
    }
    long unused = pid();
  }

  private void goOn() {
    if (stopped != 0) {
      signal("CONT", stopped);
      stopped = 0;
    }
  }

  private long pid() {
    RedisClient client = RedisClient.create(RealRedis.uri(port));
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      return connection
          .sync()
          .info("server")
          .lines()
          .filter(line -> line.startsWith("process_id:"))
          .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
          .findFirst()
          .orElseThrow();
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }
  }

  private static void signal(String name, long pid) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
      await().atMost(Duration.ofSeconds(10)).until(() -> kill.waitFor(1, TimeUnit.SECONDS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    goOn();
    server.stop();
  }
}
