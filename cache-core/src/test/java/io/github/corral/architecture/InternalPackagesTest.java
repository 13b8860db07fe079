package io.github.corral.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import io.github.corral.testing.architecture.InternalPackages;
import io.github.corral.testing.architecture.ModuleClasses;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InternalPackagesTest {

  private static final String SAMPLE = "io.github.corral.architecture.sample.layers";

  @Test
  void rule_sampleModule_everyClassThatReachesInsideIsNamed() {
    assertThat(offenders())
        .containsExactlyInAnyOrder(
            "Door", "Holder", "spi.LeakySpi", "policy.PolicyBuilder", "internal.Trespasser");
  }

  @Test
  void rule_namedDoor_mayReachInside() {
    assertThat(offenders("Door")).doesNotContain("Door").contains("Holder");
  }

  private static Set<String> offenders(String... doors) {
    Set<String> names = new HashSet<>();
    InternalPackages.areNamedOnlyByThemselvesAndDoorsOf(SAMPLE, doors)
        .evaluate(ModuleClasses.testsBelow(SAMPLE).graph())
        .handleViolations(
            (Collection<JavaClass> users, String message) ->
                users.forEach(user -> names.add(user.getName().substring(SAMPLE.length() + 1))));
    return names;
  }
}
