package io.github.corral.redis.internal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The scripts keep the contract on a primary that Sentinel names, by way of Redisson. */
class RedissonSentinelTierTest extends RedisTierContract {

  private static VirtualRedis redis;

  @BeforeAll
  static void startRedis() {
    redis = new VirtualRedis(OnRedisson.of(RealSentinel.start()));
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @Override
  VirtualRedis redis() {
    return redis;
  }
}
