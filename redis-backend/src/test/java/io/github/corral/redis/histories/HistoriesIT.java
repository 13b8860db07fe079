package io.github.corral.redis.histories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.corral.redis.histories.Lab.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several processes on a real Redis, to which real faults happen: what they note is checked
 * afterwards. In the same way fleets are run in which a rule is broken; each must be found out.
 *
 * <p>System properties: {@code corral.histories.reads} is how many reads there are to be at least;
 * {@code corral.histories.seconds} after how long it ends all the same; {@code
 * corral.histories.seed} what is drawn from; {@code corral.histories.check} runs nothing, but
 * checks the histories of the last run once more.
 */
@Timeout(7_200)
class HistoriesIT {

  private static final Path HISTORIES = Path.of("target", "histories");
  private static final int WORKERS = 3;
  private static final int MOST_SEEDS = 3;
  private static final int MOST_TOLD = 3;

  /** Under which broken rules show: the others do by themselves. */
  private static final List<Fault> FOR_BROKEN_RULES =
      List.of(
          Fault.KILLED_IN_WRITE,
          Fault.MESSAGES_SWALLOWED,
          Fault.SOURCE_DOWN,
          Fault.MESSAGES_SWALLOWED,
          Fault.MESSAGES_SWALLOWED);

  @Test
  void run_everyFault_noViolation() throws IOException {
    List<Fault> faults = List.of(Fault.values());
    long reads = Long.getLong("corral.histories.reads", 0);
    long seed = Long.getLong("corral.histories.seed", 1);
    long mostMillis = Long.getLong("corral.histories.seconds", 6_000) * 1_000;
    Path run = HISTORIES.resolve("faults-" + seed);

    run(new Plan(seed, List.of(Mutant.NONE), faults, WORKERS, 3, 400, 15, reads, mostMillis), run);

    Checker checked = Checker.check(run, Mutant.NONE);
    System.out.printf(
        "%nhistories: %,d reads and %,d pairs of loads checked, %,d faults %s, violations %s%n",
        checked.reads(),
        checked.comparedLoads(),
        checked.faults().values().stream().mapToInt(it -> it).sum(),
        checked.faults(),
        checked.counts());
    expectNone(checked, run);
    assertThat(checked.faults()).containsOnlyKeys(faults);
    assertThat(checked.reads()).isPositive();
    assertThat(checked.comparedLoads()).isPositive();
  }

  @Test
  void run_ruleBroken_isFoundOut() throws IOException {
    List<Mutant> fleets = new ArrayList<>(List.of(Mutant.values()));
    Map<Mutant, String> found = new EnumMap<>(Mutant.class);
    for (int seed = 1; seed <= MOST_SEEDS && fleets.size() > 1; seed++) {
      Path run = HISTORIES.resolve("mutants-" + seed);

      run(
          new Plan(seed, List.copyOf(fleets), FOR_BROKEN_RULES, WORKERS, 2, 2_000, 60, 0, 120_000),
          run);

      expectNone(Checker.check(run, Mutant.NONE), run);
      for (Mutant mutant : List.copyOf(fleets)) {
        Map<String, Integer> counts = new TreeMap<>(Checker.check(run, mutant).counts());
        counts.keySet().retainAll(mutant.invariants());
        if (!counts.isEmpty()) {
          found.put(mutant, seed + "\t" + counts);
          fleets.remove(mutant);
        }
      }
    }
    writeTable(found);
    assertThat(fleets).as("not found out").containsExactly(Mutant.NONE);
  }

  private static void run(Plan plan, Path run) throws IOException {
    if (Boolean.getBoolean("corral.histories.check")) {
      return;
    }
    delete(run);
    try (Lab lab = new Lab(plan, run)) {
      assertThat(lab.run()).as("all workers started and ended; see " + run).isTrue();
    }
  }

  private static void delete(Path run) throws IOException {
    if (Files.exists(run)) {
      try (Stream<Path> files = Files.walk(run)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void writeTable(Map<Mutant, String> found) throws IOException {
    List<String> lines = new ArrayList<>(List.of("mutant\tfirst seed\tviolations"));
    Arrays.stream(Mutant.values())
        .skip(1)
        .forEach(it -> lines.add(it + "\t" + found.getOrDefault(it, "not found out")));
    Files.write(HISTORIES.resolve("mutants.tsv"), lines);
  }

  private static void expectNone(Checker checked, Path run) throws IOException {
    if (checked.counts().isEmpty()) {
      return;
    }
    StringBuilder text =
        new StringBuilder("violations: " + checked.counts() + "; histories: " + run)
            .append("; to check them again: mvn -Phistories test -pl redis-backend -am")
            .append(" -Dcorral.histories.check=true");
    for (Violation violation : checked.violations().stream().limit(MOST_TOLD).toList()) {
      text.append("\n\n").append(violation).append('\n');
      text.append(Surroundings.of(violation, run, Mutant.NONE));
    }
    fail(text.toString());
  }
}
