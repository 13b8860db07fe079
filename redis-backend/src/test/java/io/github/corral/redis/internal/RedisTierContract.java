package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.RemoteTierContract;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;

/** The contract on real servers, whatever their topology. */
abstract class RedisTierContract extends RemoteTierContract {

  /** The servers, which all tests of a class share. */
  abstract VirtualRedis redis();

  @BeforeEach
  void emptyRedis() {
    redis().reset();
  }

  @Override
  protected RemoteTier newTier() {
    return redis().tier();
  }

  @Override
  protected void advance(Duration duration) {
    redis().advance(duration.toMillis());
  }

  @Override
  protected int mostTags() {
    return VirtualRedis.MOST_TAGS;
  }

  @Override
  protected void loseTags() {
    redis().loseTags();
  }

  @Override
  protected void changePrimary() {
    redis().primary(2);
  }
}
