package io.github.corral.redis.internal;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import redis.embedded.RedisServer;

/** A Redis server of a test's own, on a free port of 127.0.0.1. Its keys are in the memory only. */
public final class RealRedis implements AutoCloseable {

  public static final String HOST = "127.0.0.1";

  private final int port;
  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisServer server;

  private RealRedis(int port) {
    this.port = port;
    this.server = started(port);
    this.client = RedisClient.create(uri(port));
    this.connection = client.connect(ByteArrayCodec.INSTANCE);
  }

  static RealRedis start() {
    return new RealRedis(freePort());
  }

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static RedisURI uri(int port) {
    return RedisURI.builder()
        .withHost(HOST)
        .withPort(port)
        .withTimeout(Duration.ofSeconds(10))
        .build();
  }

  public static RedisServer started(int port) {
    RedisServer server =
        RedisServer.builder()
            .port(port)
            .bind(HOST)
            .setting("save \"\"")
            .setting("appendonly no")
            .build();
    server.start();
    return server;
  }

  int port() {
    return port;
  }

  /** A client of this test's own; closed with the server. */
  RedisClient client() {
    return client;
  }

  /** Commands of the test's, on a connection of its own. */
  RedisCommands<byte[], byte[]> commands() {
    return connection.sync();
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    server.stop();
  }
}
