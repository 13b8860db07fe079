package io.github.corral.load;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** Results of runs that never were. */
final class Results {

  private Results() {}

  /** As good as it is claimed to be. */
  static ModeResult good(String mode) {
    return mode.equals("redis") ? with(mode, 0, loads(12, 14), 0) : with(mode, 0, loads(12, 1), 0);
  }

  static ModeResult with(String mode, long errors, List<Integer> loadsPerCycle, long waited) {
    long queries = loadsPerCycle.stream().mapToLong(Integer::intValue).sum();
    return with(mode, errors, new HotKey(queries, loadsPerCycle, 0), waited);
  }

  static ModeResult with(String mode, long errors, HotKey hotKey, long waited) {
    return new ModeResult(
        mode,
        List.of(101L, 102L),
        Duration.ofSeconds(40),
        18_000,
        errors,
        8_000,
        4_000,
        Duration.ofMillis(71_260),
        hotKey,
        waited,
        new Percentiles(0, 12, 1_250),
        new Percentiles(1, 40, 1_300));
  }

  static List<Integer> loads(int cycles, int loadsInEach) {
    return Collections.nCopies(cycles, loadsInEach);
  }
}
