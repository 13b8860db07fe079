package io.github.corral.load.bench;

import java.util.Locale;

/** The throughput of hits beside Caffeine's. */
final class HitRatios {

  private HitRatios() {}

  static BenchTable measure() {
    BenchTable table = new BenchTable("Hits in this process, million reads / s");
    for (HitKeys keys : HitKeys.values()) {
      for (int threads = 1; threads <= 2; threads++) {
        row(
            table,
            HitCache.Kind.CORRAL,
            HitCache.Kind.CAFFEINE_EXPIRING,
            keys,
            threads,
            Limit.atLeast(1));
        row(
            table,
            HitCache.Kind.CORRAL_COARSE_CLOCK,
            HitCache.Kind.CAFFEINE,
            keys,
            threads,
            Limit.atLeast(0.9));
      }
    }
    return table;
  }

  private static void row(
      BenchTable table,
      HitCache.Kind ours,
      HitCache.Kind peer,
      HitKeys keys,
      int threads,
      Limit limit) {
    Pairs pairs =
        PairsInJvm.measure(
            HitContest.NAME, ours.name(), peer.name(), keys.name(), String.valueOf(threads));
    table.ratio(name(ours, peer, keys, threads), "%.1f", pairs, limit);
  }

  static String name(HitCache.Kind ours, HitCache.Kind peer, HitKeys keys, int threads) {
    return String.format(
        Locale.ROOT,
        "%s : %s, %s keys, %d thread%s",
        ours,
        peer,
        keys,
        threads,
        threads == 1 ? "" : "s");
  }
}
