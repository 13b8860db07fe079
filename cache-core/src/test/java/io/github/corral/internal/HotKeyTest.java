package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One early refresh per refresh cycle, drawn once per fill, for which nobody waits. */
class HotKeyTest {

  @Test
  void wrong_production_nothing() {
    assertThat(HotKey.wrong(Simulation.PRODUCTION)).isNull();
  }

  @Test
  void wrong_mutants_something() {
    Mutants.byHotKey()
        .forEach((name, parts) -> assertThat(HotKey.wrong(parts)).as(name).isNotNull());
  }
}
