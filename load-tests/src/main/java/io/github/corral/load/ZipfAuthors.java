package io.github.corral.load;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.DiscreteSampler;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Draws authors as readers do: the n-th most popular one in proportion to 1/n. The same seed gives
 * the same authors in the same order. Not thread-safe.
 */
final class ZipfAuthors {

  /** The demo's authors are 1 to this number. */
  static final int AUTHORS = 10_000;

  private static final double EXPONENT = 1.0;

  private final DiscreteSampler ranks;

  ZipfAuthors(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    ranks = RejectionInversionZipfSampler.of(random, AUTHORS, EXPONENT);
  }

  /** The next author's id, 1 being the most popular. */
  long next() {
    return ranks.sample();
  }
}
