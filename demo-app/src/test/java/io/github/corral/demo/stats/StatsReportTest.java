package io.github.corral.demo.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.demo.stats.HotKeyEvents.Wait;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatsReportTest {

  private static final LoadStamp EARLIER = new LoadStamp(100, 140, 7);
  private static final LoadStamp LATER = new LoadStamp(500, 540, 7);
  private static final Wait WAIT = new Wait(499, 541, true, LATER);

  @Test
  void waitedWhileServable_ofAFleet_laysTheRecordsSideBySide() {
    StatsReport one = report(1, 1_000, events(EARLIER, List.of(), false));
    StatsReport two = report(2, 1_000, events(LATER, List.of(WAIT), false));

    assertThat(StatsReport.waitedWhileServable(List.of(two))).isZero();
    assertThat(StatsReport.waitedWhileServable(List.of(one, two))).isEqualTo(1);
    assertThat(StatsReport.waitedWhileServable(List.of())).isZero();
  }

  @Test
  void waitedWhileServable_ofATruncatedReport_isRefused() {
    StatsReport truncated = report(17, 1_000, events(EARLIER, List.of(), true));

    assertThatThrownBy(() -> StatsReport.waitedWhileServable(List.of(truncated)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("process 17")
        .hasMessageContaining("reset it more often");
  }

  @Test
  void waitedWhileServable_ofProcessesWithDifferentSettings_isRefused() {
    StatsReport one = report(1, 1_000, events(EARLIER, List.of(), false));
    StatsReport two = report(2, 2_000, events(LATER, List.of(WAIT), false));

    assertThatThrownBy(() -> StatsReport.waitedWhileServable(List.of(one, two)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("process 2: servable for 2000 µs, another process 1000");
  }

  @Test
  void eventLog_offeredMoreThanItsLimit_keepsTheFirstAndSaysSo() {
    EventLog<String> log = new EventLog<>(2);
    log.add("a");
    log.add("b");
    assertThat(log.isTruncated()).isFalse();
    log.add("c");

    assertThat(log.all()).containsExactly("a", "b");
    assertThat(log.isTruncated()).isTrue();
    log.clear();
    assertThat(log.all()).isEmpty();
    assertThat(log.isTruncated()).isFalse();
  }

  private static HotKeyEvents events(LoadStamp load, List<Wait> waits, boolean truncated) {
    return new HotKeyEvents(List.of(load), waits, List.of(), truncated);
  }

  private static StatsReport report(long pid, long servableForMicros, HotKeyEvents events) {
    return new StatsReport(pid, "redis", 0, 0, 0, 0, 0, 0, servableForMicros, events);
  }
}
