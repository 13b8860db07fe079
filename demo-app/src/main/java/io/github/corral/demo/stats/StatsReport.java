package io.github.corral.demo.stats;

import java.util.Collection;

/**
 * One process's book-keeping since its last reset, as {@code GET /stats} gives it.
 *
 * @param pid the operating system's process id
 * @param mode {@code none}, {@code redis} or {@code corral}
 * @param requests answered requests of the social network itself: no {@code /stats}, no {@code
 *     /actuator}
 * @param errors those among them that ended with an exception or a status of 500 and above
 * @param hotKeyRequests requests for the front page
 * @param hotKeyLoads executions of the front page's query, failed ones included
 * @param hotKeyFailedLoads those that brought no value
 * @param waitedWhileServable requests for the front page that waited for a load although a value
 *     was there, as far as this process alone can know; for a fleet use {@link
 *     #waitedWhileServable(Collection)}
 * @param servableForMicros fresh-for and stale-for together, in microseconds
 * @param hotKey the records behind these figures
 */
public record StatsReport(
    long pid,
    String mode,
    long requests,
    long errors,
    long hotKeyRequests,
    long hotKeyLoads,
    long hotKeyFailedLoads,
    long waitedWhileServable,
    long servableForMicros,
    HotKeyEvents hotKey) {

  /**
   * Requests of the whole fleet for the front page that waited for a load although a value was
   * there.
   *
   * @param fleet a report of every process, of the same mode and settings
   * @throws IllegalArgumentException if a report is truncated or their settings differ: a number
   *     would be wrong
   */
  public static long waitedWhileServable(Collection<StatsReport> fleet) {
    long servableForMicros =
        fleet.stream().mapToLong(StatsReport::servableForMicros).findFirst().orElse(0);
    for (StatsReport report : fleet) {
      report.requireComplete(servableForMicros);
    }
    return WaitedWhileServable.count(
        fleet.stream().map(StatsReport::hotKey).toList(), servableForMicros);
  }

  private void requireComplete(long expectedServableForMicros) {
    if (hotKey.truncated()) {
      throw new IllegalArgumentException(
          "process " + pid + ": more events than are kept; reset it more often");
    }
    if (servableForMicros != expectedServableForMicros) {
      throw new IllegalArgumentException(
          "process %d: servable for %d µs, another process %d; give all the same demo.fresh-for and demo.stale-for"
              .formatted(pid, servableForMicros, expectedServableForMicros));
    }
  }
}
