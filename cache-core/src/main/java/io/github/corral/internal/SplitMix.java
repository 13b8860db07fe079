package io.github.corral.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) on
 * an atomic state: thread-safe, and no number comes twice within 2^64 calls, which is what a
 * lease's token needs.
 */
final class SplitMix implements RandomGenerator {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final AtomicLong state;

  SplitMix(long seed) {
    state = new AtomicLong(seed);
  }

  @Override
  public long nextLong() {
    long z = state.addAndGet(GOLDEN);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
