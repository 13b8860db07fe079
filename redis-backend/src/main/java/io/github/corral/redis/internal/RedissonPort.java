package io.github.corral.redis.internal;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.redisson.api.RedissonClient;

/** What the protocol asks of Redis by way of Redisson, in whatever topology it was made for. */
public final class RedissonPort {

  private RedissonPort() {}

  /**
   * Makes ports, which begin to connect.
   *
   * @throws IllegalArgumentException if the client is of an unknown make
   */
  public static Supplier<RedisPort> of(RedissonClient client) {
    RedissonServers servers = RedissonServers.of(client);
    return () -> open(servers, System::nanoTime);
  }

  static RedisPort open(RedissonServers servers, LongSupplier nanos) {
    return servers.isCluster()
        ? ClusterPort.open(servers, nanos)
        : SinglePort.open(servers::connect, servers::connectFeed, nanos);
  }
}
