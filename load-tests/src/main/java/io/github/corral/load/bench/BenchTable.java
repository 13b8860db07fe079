package io.github.corral.load.bench;

import io.github.corral.load.bench.Pairs.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One benchmark's table, in GitHub's Markdown, and whether anything in it missed its limit. */
final class BenchTable {

  private static final List<String> HEAD =
      List.of("name", "ours", "peer", "ratio", "95 % interval", "limit", "verdict");

  private final String title;
  private final List<List<String>> rows = new ArrayList<>(List.of(HEAD));
  private boolean missed;

  BenchTable(String title) {
    this.title = title;
  }

  /**
   * Adds a ratio.
   *
   * @param unit a format of one number, for ours and the peer's
   */
  void ratio(String name, String unit, Pairs pairs, Limit limit) {
    Interval interval = pairs.interval();
    add(
        name,
        number(unit, pairs.medianOfOurs()),
        number(unit, pairs.medianOfPeer()),
        number("%.2f", pairs.ratio()),
        number("%.2f", interval.low()) + " to " + number("%.2f", interval.high()),
        limit.toString(),
        limit.judge(pairs.ratio(), interval));
  }

  /** Adds a figure that is exact, or that has no peer to be divided by. */
  void exact(String name, String ours, String peer, String limit, Verdict verdict) {
    add(name, ours, peer, "", "", limit, verdict);
  }

  boolean missed() {
    return missed;
  }

  private void add(
      String name,
      String ours,
      String peer,
      String ratio,
      String interval,
      String limit,
      Verdict verdict) {
    missed |= verdict == Verdict.MISSED;
    rows.add(List.of(name, ours, peer, ratio, interval, limit, verdict.toString()));
  }

  String asMarkdown() {
    List<String> lines = rows.stream().map(this::line).collect(Collectors.toList());
    lines.add(1, "| :-- | --: | --: | --: | --: | --: | :-- |");
    return "### " + title + "\n\n" + String.join("\n", lines) + "\n";
  }

  private String line(List<String> row) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      int column = i;
      int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
      String gap = " ".repeat(width - row.get(i).length());
      boolean words = i == 0 || i == row.size() - 1;
      cells.add(words ? row.get(i) + gap : gap + row.get(i));
    }
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String number(String format, double number) {
    return String.format(Locale.ROOT, format, number);
  }
}
