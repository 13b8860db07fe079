package io.github.corral.redis.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.github.corral.testing.architecture.Forbidden.MONITOR;
import static io.github.corral.testing.architecture.Forbidden.SLEEP;
import static io.github.corral.testing.architecture.Forbidden.WALL_CLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.testing.architecture.ClassFileSearch;
import io.github.corral.testing.architecture.InternalPackages;
import io.github.corral.testing.architecture.ModuleClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {

  private static final String ROOT = "io.github.corral.redis";

  @Test
  void internalPackages_shippedClasses_namedOnlyFromInsideAndByTheDoors() {
    InternalPackages.areNamedOnlyByThemselvesAndDoorsOf(ROOT, "LettuceTier", "RedissonTier")
        .check(ModuleClasses.shippedBelow(ROOT).graph());
  }

  @ParameterizedTest
  @CsvSource({"Lettuce, io.lettuce..", "Redisson, org.redisson.."})
  void client_shippedClasses_namedOnlyByItsOwn(String prefix, String client) {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\." + prefix + "\\w+(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(client)
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
    assertThat(ClassFileSearch.findings(ModuleClasses.testsBelow(ROOT), SLEEP)).isEmpty();
  }
}
