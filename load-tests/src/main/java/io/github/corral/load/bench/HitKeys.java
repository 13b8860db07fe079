package io.github.corral.load.bench;

import java.util.List;
import java.util.stream.LongStream;
import org.apache.commons.rng.sampling.distribution.DiscreteSampler;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The keys that are read: {@value #KEYS}, the n-th most popular one in proportion to 1/n, in an
 * order that is drawn beforehand, so that reading them costs nothing but the reading.
 */
enum HitKeys {
  STRING,
  LONG;

  static final int KEYS = 10_000;

  /** A power of 2. */
  static final int DRAWN = 1 << 16;

  /** All keys, the most popular one first. */
  List<Object> all() {
    return LongStream.rangeClosed(1, KEYS).mapToObj(this::key).toList();
  }

  private Object key(long rank) {
    return this == STRING ? "author:" + rank : rank;
  }

  /** Keys in the order in which they are read, of the same objects as those given. */
  static Object[] drawn(List<Object> all, long seed) {
    DiscreteSampler ranks =
        RejectionInversionZipfSampler.of(RandomSource.XO_RO_SHI_RO_128_PP.create(seed), KEYS, 1.0);
    Object[] drawn = new Object[DRAWN];
    for (int i = 0; i < DRAWN; i++) {
      drawn[i] = all.get(ranks.sample() - 1);
    }
    return drawn;
  }
}
