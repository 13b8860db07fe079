package io.github.corral.load.bench;

import io.github.corral.spi.Recorder;
import java.util.concurrent.atomic.LongAdder;

/** A recorder that counts every event, as meters do. */
final class Counters implements Recorder {

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadNanos = new LongAdder();
  private final LongAdder rest = new LongAdder();

  @Override
  public void hit(Tier tier) {
    (tier == Tier.L1 ? hits : rest).increment();
  }

  @Override
  public void miss(Tier tier) {
    (tier == Tier.L1 ? misses : rest).increment();
  }

  @Override
  public void staleServed(Stale why) {
    rest.increment();
  }

  @Override
  public void joined() {
    rest.increment();
  }

  @Override
  public void refresh(RefreshKind kind) {
    rest.increment();
  }

  @Override
  public void load(LoadEnd end) {
    loads.increment();
    loadNanos.add(end.took().toNanos());
  }

  long hits() {
    return hits.sum();
  }

  long misses() {
    return misses.sum();
  }

  long loads() {
    return loads.sum();
  }
}
