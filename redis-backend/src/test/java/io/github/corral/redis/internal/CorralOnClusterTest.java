package io.github.corral.redis.internal;

/** The whole library on a cluster. */
class CorralOnClusterTest extends CorralOnRedisTest {

  @Override
  RealServers start() {
    return RealCluster.start(3, 0);
  }
}
