package io.github.corral.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happened in a simulation, to be read, and the first violation. Written out on demand. */
final class Timeline {

  private static final int LINES = Integer.getInteger("corral.simulation.lines", 90);

  private final long seed;
  private final String setting;
  private final List<Note> notes = new ArrayList<>();
  private @Nullable String violation;
  private int violatedAt;

  @SuppressWarnings("ArrayRecordComponent") // format arguments
  private record Note(long at, int process, String what, @Nullable Object[] details) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%10.3f ms  %-3s %s",
          at / 1e6,
          process < 0 ? "" : "p" + process,
          String.format(Locale.ROOT, what, details));
    }
  }

  Timeline(long seed, Set<Fault> faults, String setting) {
    this.seed = seed;
    this.setting = setting + ", faults " + faults;
  }

  void note(long now, int process, String what, @Nullable Object... details) {
    notes.add(new Note(now, process, what, details));
  }

  void violated(String what) {
    if (violation == null) {
      violation = what;
      violatedAt = notes.size();
    }
  }

  long seed() {
    return seed;
  }

  @Nullable String violation() {
    return violation;
  }

  int size() {
    return notes.size();
  }

  /** The violation, how to replay it, and what led to it. */
  String report() {
    StringBuilder report = new StringBuilder();
    report.append("seed ").append(seed).append(" (").append(setting).append("): ");
    report.append(violation).append("\nreplay: ").append(replay()).append('\n');
    int end = violation == null ? notes.size() : violatedAt;
    notes.subList(Math.max(0, end - LINES), end).forEach(note -> report.append(note).append('\n'));
    return violation == null ? report.toString() : report + "   ^^^ " + violation + "\n";
  }

  private String replay() {
    return "mvn -B -ntp -pl cache-core test -Dtest=SimulationTest -Dcorral.simulation.seed=" + seed;
  }
}
