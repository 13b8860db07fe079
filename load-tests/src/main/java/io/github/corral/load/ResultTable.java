package io.github.corral.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The run's one table: a row for each figure, a column for each mode. */
final class ResultTable {

  private final List<List<String>> rows = new ArrayList<>();

  private ResultTable() {}

  static ResultTable of(List<ModeResult> results) {
    ResultTable table = new ResultTable();
    table.row("mode", results, ModeResult::mode);
    table.row("process ids", results, r -> joined(r.pids()));
    table.row("requests", results, r -> count(r.requests()));
    table.row("requests / s", results, r -> rate(r.requestsPerSecond()));
    table.row("hot-key reads / s", results, r -> rate(r.hotReadsPerSecond()));
    table.row("errors", results, r -> count(r.errors()));
    table.row("database queries", results, r -> count(r.databaseQueries()));
    table.row("database queries / s", results, r -> rate(r.databaseQueriesPerSecond()));
    table.row("queries / 100 requests", results, r -> rate(r.databaseQueriesPerHundredRequests()));
    table.row("query time in all, s", results, r -> seconds(r.queryTime()));
    table.row("hot-key queries", results, r -> count(r.hotKey().queries()));
    table.row("hot-key refresh cycles", results, r -> count(r.hotKey().cycles()));
    table.row("hot-key queries / cycle", results, r -> ratio(r.hotKey().queriesPerCycle()));
    table.row("hot-key queries, worst cycle", results, r -> count(r.hotKey().mostLoadsInACycle()));
    table.row("cycles by the grace of a write", results, r -> count(r.hotKey().forgiven()));
    table.row("waited while a value was there", results, r -> count(r.waitedWhileServable()));
    table.percentiles("reads", results, ModeResult::reads);
    table.percentiles("hot-key reads", results, ModeResult::hotReads);
    return table;
  }

  /** For a terminal: columns of equal width, figures to the right. */
  String asText() {
    List<Integer> widths = widths();
    int total = widths.stream().mapToInt(Integer::intValue).sum() + 2 * (widths.size() - 1);
    List<String> lines =
        rows.stream().map(row -> padded(row, widths, "  ")).collect(Collectors.toList());
    lines.add(1, "-".repeat(total));
    return String.join("\n", lines) + "\n";
  }

  /** For a page: GitHub's Markdown. */
  String asMarkdown() {
    List<Integer> widths = widths();
    List<String> lines =
        rows.stream()
            .map(row -> "| " + padded(row, widths, " | ") + " |")
            .collect(Collectors.toList());
    lines.add(1, "| :-- |" + " --: |".repeat(widths.size() - 1));
    return String.join("\n", lines) + "\n";
  }

  private void row(String name, List<ModeResult> results, Function<ModeResult, String> figure) {
    List<String> cells = new ArrayList<>(List.of(name));
    results.stream().map(figure).forEach(cells::add);
    rows.add(cells);
  }

  private void percentiles(
      String of, List<ModeResult> results, Function<ModeResult, Percentiles> times) {
    row(of + ", p50 ms", results, times.andThen(Percentiles::p50).andThen(ResultTable::millis));
    row(of + ", p99 ms", results, times.andThen(Percentiles::p99).andThen(ResultTable::millis));
    row(of + ", p99.9 ms", results, times.andThen(Percentiles::p999).andThen(ResultTable::millis));
  }

  private List<Integer> widths() {
    List<Integer> widths = new ArrayList<>(Collections.nCopies(rows.get(0).size(), 0));
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    return widths;
  }

  private static String padded(List<String> row, List<Integer> widths, String separator) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      String gap = " ".repeat(widths.get(i) - row.get(i).length());
      cells.add(i == 0 ? row.get(i) + gap : gap + row.get(i));
    }
    return String.join(separator, cells);
  }

  private static String joined(List<Long> pids) {
    return pids.stream().map(String::valueOf).collect(Collectors.joining(" + "));
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%,.0f", perSecond);
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%,.1f", time.toMillis() / 1_000.0);
  }

  /** The clock of the load generator counts whole milliseconds. */
  private static String millis(long millis) {
    return millis == 0 ? "< 1" : count(millis);
  }
}
