package io.github.corral.load;

import io.github.corral.demo.stats.LoadStamp;
import io.github.corral.demo.stats.QueryCounts;
import io.github.corral.demo.stats.StatsReport;
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

  HotKey hotKey() {
    return new HotKey(database.frontPage(), RefreshCycles.loadsPerCycle(loads(), Fleet.FRESH_FOR));
  }

  long waitedWhileServable() {
    return StatsReport.waitedWhileServable(reports);
  }

  private List<HotLoad> loads() {
    return reports.stream()
        .flatMap(report -> report.hotKey().loads().stream())
        .map(FleetStats::load)
        .toList();
  }

  private static HotLoad load(LoadStamp stamp) {
    return new HotLoad(
        Instant.EPOCH.plus(stamp.startedMicros(), ChronoUnit.MICROS), stamp.newestPost());
  }
}
