package io.github.corral.load.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The command: each benchmark in turn, a table of each on standard output and in {@code
 * benchmarks.md}.
 *
 * <p>Exit code 0: no limit was missed. 1: one was. 2: a benchmark broke.
 */
public final class Benchmarks {

  private static final Map<String, Supplier<BenchTable>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("hits", HitRatios::measure);
    ALL.put("allocation", HitAllocation::measure);
    ALL.put("burst", BurstRatios::measure);
  }

  private Benchmarks() {}

  /**
   * Runs them.
   *
   * @param arguments none; the property {@code bench.only} names one benchmark if not all are to
   *     run, and {@code bench.target} the folder for the tables
   */
  public static void main(String[] arguments) throws IOException {
    String only = System.getProperty("bench.only", "");
    if (!only.isEmpty() && !ALL.containsKey(only)) {
      throw new IllegalArgumentException(
          "bench.only is '" + only + "': give one of " + ALL.keySet() + ", or nothing for all");
    }
    StringBuilder tables = new StringBuilder();
    boolean missed = false;
    for (Map.Entry<String, Supplier<BenchTable>> benchmark : ALL.entrySet()) {
      if (only.isEmpty() || only.equals(benchmark.getKey())) {
        BenchTable table = benchmark.getValue().get();
        String text = "\n" + table.asMarkdown() + "\n" + Machine.describe() + "\n";
        System.out.print(text);
        tables.append(text);
        missed |= table.missed();
      }
    }
    Files.writeString(
        Path.of(System.getProperty("bench.target", "target"), "benchmarks.md"), tables);
    System.exit(missed ? 1 : 0);
  }
}
