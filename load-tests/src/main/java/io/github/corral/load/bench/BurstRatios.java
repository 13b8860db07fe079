package io.github.corral.load.bench;

/** A cold burst beside Caffeine's. */
final class BurstRatios {

  private static final int CALLERS = 1_000;
  private static final int LOAD_MILLIS = 50;

  private BurstRatios() {}

  static BenchTable measure() {
    BenchTable table = new BenchTable("A cold key and many threads at once, ms to the last value");
    Pairs pairs =
        PairsInJvm.measure(BurstContest.NAME, String.valueOf(CALLERS), String.valueOf(LOAD_MILLIS));
    String name = CALLERS + " threads, loader " + LOAD_MILLIS + " ms";
    table.ratio(name, "%.0f", pairs, Limit.atMost(1.25));
    // More than one would have ended the measurement.
    table.exact(name + ", loads in each burst", "1", "1", "1", Verdict.MET);
    return table;
  }
}
