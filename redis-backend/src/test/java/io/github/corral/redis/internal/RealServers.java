package io.github.corral.redis.internal;

import io.github.corral.redis.RedisTierBuilder;
import java.util.List;
import java.util.function.LongSupplier;

/** Redis servers of a test's own, in some topology. */
interface RealServers extends AutoCloseable {

  /** Those that keep keys; of several, the keys are spread over them. */
  List<RealRedis> primaries();

  /** A way to them, with a clock of the test's. */
  RedisPort port(LongSupplier nanos);

  /** A tier on them, as an application makes it. */
  RedisTierBuilder tier();

  /** A client of Redisson's for them; the caller closes it. */
  TestClient redisson();

  /**
   * Lets the replica of a primary, which may be dead, take its place.
   *
   * @throws UnsupportedOperationException if there is none
   */
  default void failOver(RealRedis primary) {
    throw new UnsupportedOperationException();
  }

  @Override
  void close();
}
