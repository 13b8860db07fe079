package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.demo.stats.HotKeyEvents;
import io.github.corral.demo.stats.HotKeyEvents.Invalidation;
import io.github.corral.demo.stats.LoadStamp;
import io.github.corral.demo.stats.QueryCounts;
import io.github.corral.demo.stats.StatsReport;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FleetStatsTest {

  private static final long SERVABLE_FOR_MICROS = 63_000_000;

  @Test
  void hotKey_loadsOfTwoProcesses_areCountedTogether() {
    FleetStats stats =
        new FleetStats(
            List.of(reportOfLoadsAt(0, 3_000), reportOfLoadsAt(5, 10, 3_005)),
            new QueryCounts(100, 5));

    assertThat(stats.hotKey()).isEqualTo(new HotKey(5, List.of(3, 2), 0));
  }

  @Test
  void hotKey_loadDuringAnInvalidation_nextCycleIsToldAsForgiven() {
    StatsReport report = report(List.of(new Invalidation(4_000, 6_000)), 5, 50, 60);

    assertThat(new FleetStats(List.of(report), new QueryCounts(100, 3)).hotKey())
        .isEqualTo(new HotKey(3, List.of(1, 2), 1));
  }

  private static StatsReport reportOfLoadsAt(long... millis) {
    return report(List.of(), millis);
  }

  private static StatsReport report(List<Invalidation> invalidations, long... millis) {
    List<LoadStamp> loads =
        LongStream.of(millis)
            .mapToObj(at -> new LoadStamp(at * 1_000, at * 1_000 + 500, 7))
            .toList();
    HotKeyEvents events = new HotKeyEvents(loads, List.of(), invalidations, false);
    return new StatsReport(1, "redis", 10, 0, 10, loads.size(), 0, 0, SERVABLE_FOR_MICROS, events);
  }
}
