package io.github.corral.redis.internal;

import java.util.function.LongSupplier;
import org.redisson.api.RedissonClient;

/** What the protocol asks of Redis by way of Redisson, in whatever topology it was made for. */
public final class RedissonPort {

  private RedissonPort() {}

  /**
   * Makes a port and begins to connect.
   *
   * @throws IllegalArgumentException if the client is of an unknown make
   */
  public static RedisPort open(RedissonClient client) {
    return open(client, System::nanoTime);
  }

  static RedisPort open(RedissonClient client, LongSupplier nanos) {
    RedissonServers servers = RedissonServers.of(client);
    return servers.isCluster()
        ? ClusterPort.open(servers, nanos)
        : SinglePort.open(servers::connect, servers::connectFeed, nanos);
  }
}
