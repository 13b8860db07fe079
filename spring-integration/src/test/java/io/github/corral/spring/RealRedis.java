package io.github.corral.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import redis.embedded.RedisServer;

/** A Redis server of a test's own, on a free port of 127.0.0.1. */
final class RealRedis implements AutoCloseable {

  static final String HOST = "127.0.0.1";

  private final int port = freePort();
  private final RedisServer server =
      RedisServer.builder()
          .port(port)
          .bind(HOST)
          .setting("save \"\"")
          .setting("appendonly no")
          .build();

  private RealRedis() {
    server.start();
  }

  static RealRedis start() {
    return new RealRedis();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    server.stop();
  }
}
