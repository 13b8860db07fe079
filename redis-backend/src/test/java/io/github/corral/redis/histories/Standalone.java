package io.github.corral.redis.histories;

import io.github.corral.redis.internal.FaultyProxy;
import io.github.corral.redis.internal.RealRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import redis.embedded.RedisServer;

/** One Redis, which keeps nothing when it dies, and a proxy for each worker. */
final class Standalone implements Topology {

  private final int port = RealRedis.freePort();
  private RedisServer server = RealRedis.started(port);
  private final List<FaultyProxy> proxies;
  private final RedisClient client = RedisClient.create(RealRedis.uri(port));
  private final StatefulRedisConnection<byte[], byte[]> connection =
      client.connect(ByteArrayCodec.INSTANCE);
  private long process = processNumber();

  Standalone(int slots) {
    proxies = IntStream.range(0, slots).mapToObj(i -> new FaultyProxy(port)).toList();
  }

  private long processNumber() {
    return commands()
        .info("server")
        .lines()
        .filter(line -> line.startsWith("process_id:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public FaultyProxy proxy(int slot) {
    return proxies.get(slot);
  }

  @Override
  public RedisCommands<byte[], byte[]> commands() {
    return connection.sync();
  }

  @Override
  public void pause() {
    Signals.stop(process);
  }

  @Override
  public void resume() {
    Signals.resume(process);
  }

  @Override
  public void restart() {
    Signals.kill(process);
    server.stop();
    server = RealRedis.started(port);
    process = processNumber();
  }

  @Override
  public void close() {
    resume();
    connection.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    for (FaultyProxy proxy : proxies) {
      try {
        proxy.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    server.stop();
  }
}
