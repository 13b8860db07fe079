package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Simulation.Parts;
import io.github.corral.testing.InMemoryServer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Thousands of histories of a fleet, each checked. */
class SimulationTest {

  private static final int SEEDS = Integer.getInteger("corral.simulation.seeds", 1_000);

  private static @Nullable String report(@Nullable History failure) {
    return failure == null ? null : failure.report();
  }

  @Test
  void run_manySeeds_noViolation() {
    Long only = Long.getLong("corral.simulation.seed");
    Seeds seeds = only != null ? new Seeds(only, 1) : new Seeds(1, SEEDS);

    assertThat(report(seeds.firstFailure(Simulation.PRODUCTION))).isNull();
  }

  @Test
  void run_everyWakeUpIsLost_noViolation() {
    Parts parts =
        new Parts() {
          @Override
          public InMemoryServer server(LongSupplier millis) {
            return new InMemoryServer(millis) {
              @Override
              protected void publishEnded(String key) {}
            };
          }
        };

    assertThat(report(new Seeds(1, Math.max(100, SEEDS / 10)).firstFailure(parts))).isNull();
  }

  @Test
  void run_sameSeed_sameHistory() {
    History once = Simulation.run(7, Simulation.PRODUCTION);
    History again = Simulation.run(7, Simulation.PRODUCTION);

    assertThat(again.report()).isEqualTo(once.report());
    assertThat(once.reads()).isGreaterThan(300);
    assertThat(once.loads()).isGreaterThan(20);
  }
}
