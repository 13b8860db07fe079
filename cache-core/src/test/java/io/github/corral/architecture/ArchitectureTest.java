package io.github.corral.architecture;

import static io.github.corral.testing.architecture.Forbidden.MONITOR;
import static io.github.corral.testing.architecture.Forbidden.SLEEP;
import static io.github.corral.testing.architecture.Forbidden.WALL_CLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.testing.architecture.ClassFileSearch;
import io.github.corral.testing.architecture.InternalPackages;
import io.github.corral.testing.architecture.ModuleClasses;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final String ROOT = "io.github.corral";

  /** Breaks the rules on purpose, to show that a breach is found. */
  private static final String SAMPLES = ROOT + ".architecture.sample.";

  @Test
  void internalPackages_shippedClasses_namedOnlyFromInsideAndByTheBuilder() {
    InternalPackages.areNamedOnlyByThemselvesAndDoorsOf(ROOT, "Corral")
        .check(ModuleClasses.shippedBelow(ROOT).graph());
  }

  @Test
  void classFiles_shippedClasses_noWallClockNoMonitorNoSleep() {
    assertThat(
            ClassFileSearch.findings(ModuleClasses.shippedBelow(ROOT), WALL_CLOCK, MONITOR, SLEEP))
        .isEmpty();
  }

  @Test
  void classFiles_tests_noSleep() {
    assertThat(ClassFileSearch.findings(ModuleClasses.testsBelow(ROOT), SLEEP))
        .filteredOn(finding -> !finding.startsWith(SAMPLES))
        .isEmpty();
  }
}
