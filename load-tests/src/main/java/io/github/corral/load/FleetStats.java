package io.github.corral.load;

import io.github.corral.demo.stats.QueryCounts;
import io.github.corral.demo.stats.StatsReport;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the fleet's processes and its database have booked since the counts began anew.
 *
 * @param reports one of each process
 * @param database the database's own counts
 */
record FleetStats(List<StatsReport> reports, QueryCounts database) {

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Asks all of them.
   *
   * @throws IllegalStateException if one does not answer
   */
  static FleetStats read(Fleet fleet, String jdbcUrl) {
    List<StatsReport> reports =
        fleet.members().stream()
            .map(member -> JSON.readValue(member.get("/stats"), StatsReport.class))
            .toList();
    try {
      return new FleetStats(reports, QueryCounts.read(jdbcUrl));
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not say what it counted", e);
    }
  }

  /** Keeps it for whoever wants to know more than the table says. */
  void writeTo(Path file) {
    JSON.writeValue(file.toFile(), this);
  }

  HotKey hotKey() {
    List<Integer> cycles = RefreshCycles.loadsPerCycle(loads(), invalidations(), Fleet.FRESH_FOR);
    List<Integer> strict = RefreshCycles.loadsPerCycle(loads(), List.of(), Fleet.FRESH_FOR);
    return new HotKey(database.frontPage(), cycles, cycles.size() - strict.size());
  }

  long waitedWhileServable() {
    return StatsReport.waitedWhileServable(reports);
  }

  private List<HotLoad> loads() {
    return reports.stream()
        .flatMap(report -> report.hotKey().loads().stream())
        .map(load -> new HotLoad(instant(load.startedMicros()), load.newestPost()))
        .toList();
  }

  private List<Invalidation> invalidations() {
    return reports.stream()
        .flatMap(report -> report.hotKey().invalidations().stream())
        .map(
            write -> new Invalidation(instant(write.startedMicros()), instant(write.endedMicros())))
        .toList();
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
