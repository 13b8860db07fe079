package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.RemoteTierContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;

/** The contract on real servers, whatever their topology. */
abstract class RedisTierContract extends RemoteTierContract {

  private static final AtomicLong TESTS = new AtomicLong();

  /** A channel for each test: a cluster may pass on what was published before it. */
  private final Keyspace keyspace = new Keyspace("corral-" + TESTS.incrementAndGet());

  /** The servers, which all tests of a class share. */
  abstract VirtualRedis redis();

  @BeforeEach
  void emptyRedis() {
    redis().reset();
  }

  @Override
  protected RemoteTier newTier() {
    return redis().tier(keyspace);
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
    redis().loseTags(keyspace);
  }

  @Override
  protected void changePrimary() {
    redis().primary(2);
  }
}
