package io.github.corral.redis.histories;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks the histories of a fleet against what the library promises, when the run is over. */
final class Checker {

  private static final int MOST_KEPT = 200;

  private final Disturbances disturbances;
  private final Histories histories;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private long reads;
  private int comparedLoads;

  private Checker(Path run, String fleet) throws IOException {
    disturbances = new Disturbances(run);
    histories = new Histories(run.resolve(fleet));
  }

  /** Checks the histories of a fleet. */
  static Checker check(Path run, Mutant fleet) throws IOException {
    Checker checker = new Checker(run, fleet.name());
    checker.check(fleet);
    return checker;
  }

  private void check(Mutant fleet) throws IOException {
    String keys = "{" + fleet.namespace() + ":";
    disturbances.immortal().stream()
        .filter(it -> it.text().startsWith(keys))
        .forEach(this::violated);
    histories.hangs().forEach(this::violated);
    Windows windows = new Windows(histories);
    Floors floors = new Floors(histories, disturbances, windows);
    LoadRules loads = new LoadRules(histories, disturbances, windows, this::violated);
    comparedLoads = loads.compared();
    ChangeRules unused = new ChangeRules(histories, disturbances, this::violated);
    ReadRules readRules = new ReadRules(histories, disturbances, floors, this::violated);
    histories.forEach(
        (process, line) -> {
          if (line[0].equals("R")) {
            reads++;
            readRules.check(process, line);
          }
        });
    violations.sort(Comparator.comparingLong(Violation::at));
  }

  private void violated(Violation violation) {
    if (counts.merge(violation.invariant(), 1, Integer::sum) <= MOST_KEPT) {
      violations.add(violation);
    }
  }

  long reads() {
    return reads;
  }

  /** Pairs of loads that were compared. */
  int comparedLoads() {
    return comparedLoads;
  }

  /** Calls of the remote tier without an answer. */
  int unanswered() {
    return histories.unanswered();
  }

  Map<Fault, Integer> faults() {
    return disturbances.faults();
  }

  /** How many violations there are of each invariant. */
  Map<String, Integer> counts() {
    return counts;
  }

  /** The first of them, in their order. */
  List<Violation> violations() {
    return violations;
  }
}
