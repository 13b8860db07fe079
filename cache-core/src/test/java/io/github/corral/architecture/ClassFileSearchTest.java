package io.github.corral.architecture;

import static io.github.corral.testing.architecture.Forbidden.MONITOR;
import static io.github.corral.testing.architecture.Forbidden.SLEEP;
import static io.github.corral.testing.architecture.Forbidden.WALL_CLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.testing.architecture.ClassFileSearch;
import io.github.corral.testing.architecture.Forbidden;
import io.github.corral.testing.architecture.ModuleClasses;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassFileSearchTest {

  private static final String SAMPLE = "io.github.corral.architecture.sample.bytecode";

  @Test
  void findings_wallClock_oneForEachMethodOfTheSampleAndNoOther() {
    assertThat(findings(WALL_CLOCK))
        .containsExactlyInAnyOrder(
            "WallClocks.currentTimeMillis: WALL_CLOCK java.lang.System.currentTimeMillis",
            "WallClocks.instant: WALL_CLOCK java.time.Instant.now",
            "WallClocks.localDateTime: WALL_CLOCK java.time.LocalDateTime.now",
            "WallClocks.zonedDateTime: WALL_CLOCK java.time.ZonedDateTime.now",
            "WallClocks.chronology: WALL_CLOCK java.time.chrono.IsoChronology.dateNow",
            "WallClocks.system: WALL_CLOCK java.time.Clock.system",
            "WallClocks.systemUtc: WALL_CLOCK java.time.Clock.systemUTC",
            "WallClocks.systemDefaultZone: WALL_CLOCK java.time.Clock.systemDefaultZone",
            "WallClocks.tickMillis: WALL_CLOCK java.time.Clock.tickMillis",
            "WallClocks.tickSeconds: WALL_CLOCK java.time.Clock.tickSeconds",
            "WallClocks.tickMinutes: WALL_CLOCK java.time.Clock.tickMinutes",
            "WallClocks.instantSource: WALL_CLOCK java.time.InstantSource.system",
            "WallClocks.date: WALL_CLOCK java.util.Date.<init>",
            "WallClocks.calendar: WALL_CLOCK java.util.Calendar.getInstance",
            "WallClocks.gregorianCalendar: WALL_CLOCK java.util.GregorianCalendar.<init>",
            "WallClocks.methodReference: WALL_CLOCK java.time.Instant.now",
            "WallClocks.constructorReference: WALL_CLOCK java.util.Date.<init>",
            "WallClocks.lambda$insideLambda$0: WALL_CLOCK java.lang.System.currentTimeMillis");
  }

  @Test
  void findings_monitor_oneForEachMethodOfTheSampleAndNoOther() {
    assertThat(findings(MONITOR))
        .containsExactlyInAnyOrder(
            "Monitors.synchronizedMethod: MONITOR synchronized method",
            "Monitors.synchronizedStaticMethod: MONITOR synchronized method",
            "Monitors.synchronizedBlock: MONITOR monitorenter");
  }

  @Test
  void findings_sleep_oneForEachMethodOfTheSampleAndNoOther() {
    assertThat(findings(SLEEP))
        .containsExactlyInAnyOrder(
            "Sleepers.thread: SLEEP java.lang.Thread.sleep",
            "Sleepers.timeUnit: SLEEP java.util.concurrent.TimeUnit.sleep",
            "Sleepers.methodReference: SLEEP java.lang.Thread.sleep");
  }

  @Test
  void moduleClasses_packageWithoutClasses_refused() {
    assertThatThrownBy(() -> ModuleClasses.shippedBelow(SAMPLE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("package '" + SAMPLE + "': no class files");
  }

  private static List<String> findings(Forbidden forbidden) {
    return ClassFileSearch.findings(ModuleClasses.testsBelow(SAMPLE), forbidden).stream()
        .map(line -> line.substring(SAMPLE.length() + 1))
        .toList();
  }
}
