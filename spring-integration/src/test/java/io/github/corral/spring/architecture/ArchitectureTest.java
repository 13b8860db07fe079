package io.github.corral.spring.architecture;

import static io.github.corral.testing.architecture.Forbidden.MONITOR;
import static io.github.corral.testing.architecture.Forbidden.SLEEP;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.testing.architecture.ClassFileSearch;
import io.github.corral.testing.architecture.InternalPackages;
import io.github.corral.testing.architecture.ModuleClasses;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final String ROOT = "io.github.corral.spring";

  @Test
  void internalPackages_shippedClasses_namedOnlyFromInsideAndByTheDoors() {
    InternalPackages.areNamedOnlyByThemselvesAndDoorsOf(ROOT, "CorralAutoConfiguration")
        .check(ModuleClasses.shippedBelow(ROOT).graph());
  }

  @Test
  void classFiles_shippedClasses_noMonitorNoSleep() {
    assertThat(ClassFileSearch.findings(ModuleClasses.shippedBelow(ROOT), MONITOR, SLEEP))
        .isEmpty();
  }

  @Test
  void classFiles_tests_noSleep() {
    assertThat(ClassFileSearch.findings(ModuleClasses.testsBelow(ROOT), SLEEP)).isEmpty();
  }
}
