package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a model checker found while the protocol lacked a clause ends right, and wrong without. */
class FindingsTest {

  @ParameterizedTest
  @EnumSource(Finding.class)
  void wrong_production_nothing(Finding finding) {
    assertThat(finding.wrong(Simulation.PRODUCTION)).isNull();
  }

  @Test
  void wrong_mutants_something() {
    for (Finding finding : Finding.values()) {
      finding.mutants.forEach(
          (name, parts) ->
              assertThat(finding.wrong(parts)).as("%s without: %s", finding, name).isNotNull());
    }
  }
}
