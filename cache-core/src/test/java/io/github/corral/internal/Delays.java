package io.github.corral.internal;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** How long ways through a simulated network take: mostly short, now and then long. */
record Delays(RandomGenerator random, Set<Fault> faults) {

  /** The longest. */
  static final long MOST = TimeUnit.MILLISECONDS.toNanos(101);

  long next() {
    long most = 1_000_000;
    if (random.nextInt(20) == 0) {
      most = faults.contains(Fault.LONG_DELAYS) ? 100_000_000 : 20_000_000;
    }
    return 20_000 + random.nextLong(most);
  }
}
