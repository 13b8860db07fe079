package io.github.corral.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a run proved, and what it failed to.
 *
 * <p>It holds the modes to what is claimed of them: no failed request in any; with Corral one query
 * per refresh cycle in the whole fleet, and nobody who waited while a value was there. And it holds
 * the run itself to having been a test: a cache that is known to stampede must have stampeded, and
 * the hot key must have aged.
 *
 * @param complaints what was not as claimed, a sentence with the figures each; empty when all was
 */
record Verdict(List<String> complaints) {

  /** The fewest queries per cycle of the stampeding mode in a run that stressed anything. */
  static final int STAMPEDE = 10;

  /** The fewest cycles from which a figure per cycle means something. */
  static final int CYCLES = 3;

  private static final String STAMPEDING_MODE = "redis";
  private static final String CORRAL = "corral";

  /**
   * Judges a run.
   *
   * @param results of the modes that ran to their end
   * @param broken a sentence for each mode that did not
   */
  static Verdict on(List<ModeResult> results, List<String> broken) {
    List<String> complaints = new ArrayList<>(broken);
    when(results.isEmpty(), complaints, "no mode ran to its end");
    for (ModeResult result : results) {
      complainOfTheRun(result, complaints);
      if (result.mode().equals(STAMPEDING_MODE)) {
        complainOfNoStampede(result, complaints);
      }
      if (result.mode().equals(CORRAL)) {
        complainOfCorral(result, complaints);
      }
    }
    return new Verdict(List.copyOf(complaints));
  }

  /** 0 when there is nothing to complain of, else 1. */
  int exitCode() {
    return complaints.isEmpty() ? 0 : 1;
  }

  /** A line for each complaint, or one that says that there is none. */
  String asText() {
    return complaints.isEmpty()
        ? "all as claimed\n"
        : complaints.stream()
            .map(complaint -> "NOT AS CLAIMED: " + complaint + "\n")
            .collect(Collectors.joining());
  }

  private static void complainOfTheRun(ModeResult result, List<String> complaints) {
    HotKey hot = result.hotKey();
    when(
        result.errors() > 0,
        complaints,
        "mode %s: %d of %d requests failed, none should",
        result.mode(),
        result.errors(),
        result.requests());
    when(
        hot.cycles() < CYCLES,
        complaints,
        "mode %s: the hot key went through %d refresh cycles, at least %d are needed: run longer",
        result.mode(),
        hot.cycles(),
        CYCLES);
    when(
        hot.loads() != hot.queries(),
        complaints,
        "mode %s: the database counted %d hot-key queries, the applications %d: the figures per cycle cannot be trusted",
        result.mode(),
        hot.queries(),
        hot.loads());
  }

  private static void complainOfNoStampede(ModeResult result, List<String> complaints) {
    HotKey hot = result.hotKey();
    when(
        hot.queriesPerCycle() < STAMPEDE,
        complaints,
        "the run did not stress anything: mode %s made %d hot-key queries in %d refresh cycles, %.2f per cycle, less than %d",
        result.mode(),
        hot.queries(),
        hot.cycles(),
        hot.queriesPerCycle(),
        STAMPEDE);
  }

  private static void complainOfCorral(ModeResult result, List<String> complaints) {
    HotKey hot = result.hotKey();
    when(
        hot.queries() != hot.cycles() || hot.mostLoadsInACycle() != 1,
        complaints,
        "mode %s: %d hot-key queries in %d refresh cycles, %.2f per cycle, at most %d in one: 1 in each is claimed",
        result.mode(),
        hot.queries(),
        hot.cycles(),
        hot.queriesPerCycle(),
        hot.mostLoadsInACycle());
    when(
        result.waitedWhileServable() > 0,
        complaints,
        "mode %s: %d requests waited for a load while a value was there, 0 are claimed",
        result.mode(),
        result.waitedWhileServable());
  }

  private static void when(
      boolean wrong, List<String> complaints, String format, Object... figures) {
    if (wrong) {
      complaints.add(String.format(Locale.ROOT, format, figures));
    }
  }
}
