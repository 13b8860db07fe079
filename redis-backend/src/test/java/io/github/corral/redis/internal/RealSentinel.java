package io.github.corral.redis.internal;

import static org.awaitility.Awaitility.await;

import io.github.corral.redis.LettuceTier;
import io.github.corral.redis.RedisTierBuilder;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.redisson.config.Config;
import redis.embedded.RedisSentinel;
import redis.embedded.RedisSentinelBuilder;

/** A primary, its replica, and a sentinel that watches them, on 127.0.0.1. */
final class RealSentinel implements RealServers {

  private static final String NAME = "corral";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RealRedis primary = RealRedis.start("repl-diskless-sync-delay 0");
  private final RealRedis replica =
      RealRedis.start(
          "repl-diskless-sync-delay 0", "replicaof " + RealRedis.HOST + " " + primary.port());
  private final int sentinelPort = RealRedis.freePort();
  private final RedisSentinel sentinel;
  private final RedisClient client;

  private RealSentinel() {
    await()
        .atMost(PATIENCE)
        .until(() -> replica.commands().info("replication").contains("master_link_status:up"));
    this.sentinel =
        new RedisSentinelBuilder()
            .bind(RealRedis.HOST)
            .port(sentinelPort)
            .masterName(NAME)
            .masterPort(primary.port())
            .quorumSize(1)
            .downAfterMilliseconds(60_000L) // a busy machine is no reason
            .failoverTimeout(2_000L)
            .build();
    sentinel.start();
    this.client =
        RedisClient.create(
            RedisURI.Builder.sentinel(RealRedis.HOST, sentinelPort, NAME)
                .withTimeout(Duration.ofSeconds(10))
                .build());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              try (var connection = client.connectSentinel()) {
                assertKnown(connection.sync().replicas(NAME).size());
              }
            });
  }

  private static void assertKnown(int replicas) {
    if (replicas != 1) {
      throw new AssertionError("the sentinel knows " + replicas + " replicas");
    }
  }

  static RealSentinel start() {
    return new RealSentinel();
  }

  @Override
  public List<RealRedis> primaries() {
    return List.of(primary);
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
    Config config = new Config();
    config
        .useSentinelServers()
        .setMasterName(NAME)
        .addSentinelAddress("redis://" + RealRedis.HOST + ":" + sentinelPort)
        .setCheckSentinelsList(false)
        .setMasterConnectionMinimumIdleSize(1)
        .setSlaveConnectionMinimumIdleSize(1);
    return new TestClient.OfRedisson(config);
  }

  @Override
  public void failOver(RealRedis primary) {
    try (var connection = client.connectSentinel()) {
      connection.sync().failover(NAME);
    }
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    sentinel.stop();
    replica.close();
    primary.close();
  }
}
