package io.github.corral.redis.internal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The scripts keep the contract on a cluster. */
class ClusterTierTest extends RedisTierContract {

  private static VirtualRedis redis;

  @BeforeAll
  static void startRedis() {
    redis = new VirtualRedis(RealCluster.start(3, 0, "cluster-node-timeout 60000"));
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
