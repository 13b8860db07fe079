package io.github.corral.redis.internal;

/** The whole library on a real server by way of Redisson. */
class CorralOnRedissonTest extends CorralOnRedisTest {

  @Override
  RealServers start() {
    return OnRedisson.of(RealRedis.start());
  }
}
