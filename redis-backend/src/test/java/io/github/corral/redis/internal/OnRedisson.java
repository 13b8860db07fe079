package io.github.corral.redis.internal;

import io.github.corral.redis.RedisTierBuilder;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** The same servers, by way of Redisson. */
record OnRedisson(RealServers servers, TestClient client) implements RealServers {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  static RealServers of(RealServers servers) {
    return new OnRedisson(servers, servers.redisson());
  }

  @Override
  public List<RealRedis> primaries() {
    return servers.primaries();
  }

  @Override
  public RedisPort port(LongSupplier nanos) {
    RedisPort port = client.port(nanos);
    port.awaitFirst(PATIENCE);
    return port;
  }

  @Override
  public RedisTierBuilder tier() {
    return client.tier();
  }

  @Override
  public TestClient redisson() {
    return client;
  }

  @Override
  public void failOver(RealRedis primary) {
    servers.failOver(primary);
  }

  @Override
  public void close() {
    client.close();
    servers.close();
  }
}
