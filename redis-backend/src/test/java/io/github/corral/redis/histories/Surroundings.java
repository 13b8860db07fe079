package io.github.corral.redis.histories;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The lines of all processes' histories around a violation, as far as they concern its key. */
final class Surroundings {

  private static final long BEFORE = Nanos.of(6_000);
  private static final long AFTER = Nanos.of(200);
  private static final int MOST_LINES = 70;

  private final Violation violation;
  private final List<Line> lines = new ArrayList<>();
  private final Set<String> changes = new HashSet<>();
  private final Set<String> told = new HashSet<>();

  private record Line(long at, String text) {}

  private Surroundings(Violation violation) {
    this.violation = violation;
  }

  /** The lines as a text. */
  static String of(Violation violation, Path run, Mutant fleet) throws IOException {
    Surroundings surroundings = new Surroundings(violation);
    Histories.lines(run.resolve("parent.log"), line -> surroundings.add("parent", line));
    if (violation.kind() != null) {
      new Histories(run.resolve(fleet.name()))
          .forEach((process, line) -> surroundings.history(process, violation.kind(), line));
    }
    return surroundings.text();
  }

  private void history(int process, Kind kind, String[] line) {
    boolean ofKey = String.join(" ", line).contains(" " + kind.text() + " " + violation.key());
    boolean ofChange = line.length > 2 && changes.contains(line[2]);
    if (!ofKey && !ofChange) {
      return;
    }
    if (line[0].equals("c") || line[0].equals("w") || line[0].equals("l")) {
      changes.add(line[2]);
    }
    // Of reads that get the same at one process the first is enough.
    if (!line[0].equals("R") || isViolating(line) || told.add(process + line[6])) {
      add("process " + process, line);
    }
  }

  private boolean isViolating(String[] read) {
    return Long.parseLong(read[2]) == violation.at();
  }

  private void add(String who, String[] line) {
    long at = Long.parseLong(line[line[0].equals("R") ? 2 : 1]);
    if (at >= violation.at() - BEFORE && at <= violation.at() + AFTER) {
      String mark = at == violation.at() ? " <<<" : "";
      lines.add(
          new Line(
              at, "%12.6f  %-11s %s%s".formatted(at / 1e9, who, String.join(" ", line), mark)));
    }
  }

  private String text() {
    lines.sort(Comparator.comparingLong(Line::at));
    int from = Math.max(0, lines.size() - MOST_LINES);
    return lines.subList(from, lines.size()).stream()
        .map(Line::text)
        .collect(Collectors.joining("\n"));
  }
}
