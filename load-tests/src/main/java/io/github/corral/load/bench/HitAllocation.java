package io.github.corral.load.bench;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Has JMH measure the bytes allocated per hit, by all threads of the process together.
 *
 * <p>The figure is never exactly 0, for no cache: what all other threads allocate in an iteration
 * is divided by its hits too, and the more hits there are, the less it is. The smallest object has
 * 16 bytes, so less than {@value #NONE} per hit is none.
 */
final class HitAllocation {

  private static final double NONE = 0.1;
  private static final String BYTES = "gc.alloc.rate.norm";

  private HitAllocation() {}

  static BenchTable measure() {
    BenchTable table = new BenchTable("Bytes allocated per hit (JMH)");
    for (HitKeys keys : HitKeys.values()) {
      for (int threads = 1; threads <= 2; threads++) {
        row(table, HitCache.Kind.CORRAL, HitCache.Kind.CAFFEINE_EXPIRING, keys, threads);
        row(table, HitCache.Kind.CORRAL_COARSE_CLOCK, HitCache.Kind.CAFFEINE, keys, threads);
      }
    }
    return table;
  }

  private static void row(
      BenchTable table, HitCache.Kind ours, HitCache.Kind peer, HitKeys keys, int threads) {
    double bytes = bytesPerHit(ours, keys, threads);
    table.exact(
        HitRatios.name(ours, peer, keys, threads),
        String.format(Locale.ROOT, "%.3f", bytes),
        String.format(Locale.ROOT, "%.3f", bytesPerHit(peer, keys, threads)),
        "0 (< " + NONE + ")",
        Verdict.of(bytes < NONE));
  }

  private static double bytesPerHit(HitCache.Kind cache, HitKeys keys, int threads) {
    Collection<RunResult> results = run(cache, keys, threads);
    Result<?> bytes = results.iterator().next().getSecondaryResults().get(BYTES);
    if (bytes == null) {
      throw new IllegalStateException("JMH gave no " + BYTES);
    }
    return bytes.getScore();
  }

  private static Collection<RunResult> run(HitCache.Kind cache, HitKeys keys, int threads) {
    try {
      return new Runner(
              new OptionsBuilder()
                  .include(HitBenchmark.class.getName() + ".hit")
                  .param("cache", cache.name())
                  .param("keys", keys.name())
                  .threads(threads)
                  .forks(1)
                  .warmupIterations(3)
                  .warmupTime(TimeValue.seconds(1))
                  .measurementIterations(3)
                  .measurementTime(TimeValue.seconds(3))
                  .addProfiler(GCProfiler.class)
                  .verbosity(VerboseMode.SILENT)
                  .shouldFailOnError(true)
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH could not measure " + cache, e);
    }
  }
}
