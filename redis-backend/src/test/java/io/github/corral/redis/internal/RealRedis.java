package io.github.corral.redis.internal;

import io.github.corral.redis.LettuceTier;
import io.github.corral.redis.RedisTierBuilder;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import redis.embedded.RedisServer;
import redis.embedded.RedisServerBuilder;

/** A Redis server of a test's own, on a free port of 127.0.0.1. Its keys are in the memory only. */
public final class RealRedis implements RealServers {

  public static final String HOST = "127.0.0.1";

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final int port;
  private final Path folder;
  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisServer server;

  private RealRedis(int port, String... settings) {
    this.port = port;
    this.folder = newFolder();
    this.server = started(port, inFolder(settings));
    this.client = RedisClient.create(uri(port));
    this.connection = client.connect(ByteArrayCodec.INSTANCE);
  }

  /** Starts a server with some lines of configuration more than usual. */
  public static RealRedis start(String... settings) {
    return new RealRedis(freePort(), settings);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("corral-redis");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it writes, as a replica and a server of a cluster do, no other server may find. */
  private String[] inFolder(String... settings) {
    return Stream.concat(Stream.of("dir " + folder), Stream.of(settings)).toArray(String[]::new);
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

  public static RedisServer started(int port, String... settings) {
    RedisServerBuilder builder =
        RedisServer.builder().port(port).bind(HOST).setting("save \"\"").setting("appendonly no");
    List.of(settings).forEach(builder::setting);
    RedisServer server = builder.build();
    server.start();
    return server;
  }

  @Override
  public List<RealRedis> primaries() {
    return List.of(this);
  }

  @Override
  public RedisPort port(LongSupplier nanos) {
    return LettucePort.open(client, nanos);
  }

  @Override
  public RedisTierBuilder tier() {
    return LettuceTier.builder(client);
  }

  @Override
  public TestClient redisson() {
    return TestClient.Make.REDISSON.at(port);
  }

  /** Stops the server at once; it closes as before. */
  void kill() {
    server.stop();
  }

  /** Any command, whose reply is a status. */
  String status(String... words) {
    CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    List.of(words).subList(1, words.length).forEach(arguments::add);
    return commands()
        .dispatch(
            CommandType.valueOf(words[0]), new StatusOutput<>(ByteArrayCodec.INSTANCE), arguments);
  }

  int port() {
    return port;
  }

  /** A client of this test's own; closed with the server. */
  public RedisClient client() {
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
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
