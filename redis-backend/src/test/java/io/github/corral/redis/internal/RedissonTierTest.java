package io.github.corral.redis.internal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The scripts keep the contract on a real server by way of Redisson. */
class RedissonTierTest extends RedisTierContract {

  private static VirtualRedis redis;

  @BeforeAll
  static void startRedis() {
    redis = new VirtualRedis(OnRedisson.of(RealRedis.start()));
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
