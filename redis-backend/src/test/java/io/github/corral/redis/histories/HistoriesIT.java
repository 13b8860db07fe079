package io.github.corral.redis.histories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.corral.redis.histories.Lab.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several processes on a real Redis, to which real faults happen: what they note is checked
 * afterwards. In the same way fleets are run in which a rule is broken; each must be found out.
 */
@Timeout(3_600)
class HistoriesIT {

  private static final Path HISTORIES = Path.of("target", "histories");
  private static final List<Fault> ALL = List.of(Fault.values());
  private static final int MOST_SEEDS = 3;
  private static final int MOST_TOLD = 3;

  @Test
  void run_everyFault_noViolation() throws IOException {
    long reads = Long.getLong("corral.histories.reads", 0);
    long seed = Long.getLong("corral.histories.seed", 1);
    long mostMillis = Long.getLong("corral.histories.seconds", 3_000) * 1_000;
    Path run = HISTORIES.resolve("faults-" + seed);

    run(new Plan(seed, List.of(Mutant.NONE), ALL, 3, 3, 400, 15, reads, mostMillis), run);

    Checker checked = Checker.check(run, Mutant.NONE);
    System.out.printf(
        "%nhistories: %,d reads checked, %,d pairs of loads, %,d faults %s, violations %s%n",
        checked.reads(),
        checked.comparedLoads(),
        checked.faults().values().stream().mapToInt(it -> it).sum(),
        checked.faults(),
        checked.counts());
    expectNone(checked, run, Mutant.NONE);
  }

  @Test
  void run_ruleBroken_isFoundOut() throws IOException {
    List<Mutant> fleets = new ArrayList<>(List.of(Mutant.values()));
    Map<Mutant, String> found = new EnumMap<>(Mutant.class);
    List<Fault> deck =
        List.of(
            Fault.KILLED_IN_WRITE,
            Fault.MESSAGES_SWALLOWED,
            Fault.SOURCE_DOWN,
            Fault.MESSAGES_SWALLOWED,
            Fault.MESSAGES_SWALLOWED);
    for (int seed = 1; seed <= MOST_SEEDS && fleets.size() > 1; seed++) {
      Path run = HISTORIES.resolve("mutants-" + seed);

      run(new Plan(seed, List.copyOf(fleets), deck, 3, 2, 2_000, 60, 0, 120_000), run);

      expectNone(Checker.check(run, Mutant.NONE), run, Mutant.NONE);
      for (Mutant mutant : List.copyOf(fleets)) {
        Map<String, Integer> counts = new TreeMap<>(Checker.check(run, mutant).counts());
        System.out.println(mutant + " " + counts);
        for (Violation it : Checker.check(run, mutant).violations()) {
          if (!mutant.invariants().contains(it.invariant())
              && Boolean.getBoolean("corral.histories.check")) {
            System.out.println(it + "\n" + Surroundings.of(it, run, mutant));
            break;
          }
        }
        counts.keySet().retainAll(mutant.invariants());
        if (!counts.isEmpty()) {
          found.put(mutant, seed + "\t" + counts);
          fleets.remove(mutant);
        }
      }
    }
    writeTable(found);
    assertThat(fleets).containsExactly(Mutant.NONE);
  }

  private static void run(Plan plan, Path run) throws IOException {
    if (Boolean.getBoolean("corral.histories.check")) {
      return; // only what is there is to be checked once more
    }
    delete(run);
    try (Lab lab = new Lab(plan, run)) {
      assertThat(lab.run()).as("all workers started and ended; see " + run).isTrue();
    }
  }

  private static void delete(Path run) throws IOException {
    if (Files.exists(run)) {
      try (var files = Files.walk(run)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
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

  private static void expectNone(Checker checked, Path run, Mutant fleet) throws IOException {
    if (checked.counts().isEmpty()) {
      return;
    }
    StringBuilder text =
        new StringBuilder("violations: " + checked.counts() + "; histories: " + run);
    for (Violation violation : checked.violations().stream().limit(MOST_TOLD).toList()) {
      text.append("\n\n").append(violation).append('\n');
      text.append(Surroundings.of(violation, run, fleet));
    }
    fail(text.toString());
  }
}
