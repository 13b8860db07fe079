package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.RemoteTierContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The scripts keep the contract on a real server. */
class RedisTierTest extends RemoteTierContract {

  private static VirtualRedis redis;

  @BeforeAll
  static void startRedis() {
    redis = new VirtualRedis();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void emptyRedis() {
    redis.reset();
  }

  @Override
  protected RemoteTier newTier() {
    return redis.tier();
  }

  @Override
  protected void advance(Duration duration) {
    redis.advance(duration.toMillis());
  }

  @Override
  protected int mostTags() {
    return VirtualRedis.MOST_TAGS;
  }

  @Override
  protected void loseTags() {
    redis.redis().commands().del(new Keyspace("corral").tags());
  }

  @Override
  protected void changePrimary() {
    redis.primary(2);
  }
}
