package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Simulation.Parts;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.testing.InMemoryEntry;
import io.github.corral.testing.InMemoryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Thousands of histories of a fleet, each checked; and broken fleets, each found out. */
class SimulationTest {

  private static final int SEEDS = Integer.getInteger("corral.simulation.seeds", 2_000);
  private static final int SEEDS_FOR_A_MUTANT = 400;

  @Test
  void run_manySeeds_noViolation() {
    Long only = Long.getLong("corral.simulation.seed");
    History failure =
        Simulation.firstFailure(
            only != null ? only : 1,
            only != null ? 1 : SEEDS,
            seed -> Simulation.run(seed, Simulation.PRODUCTION));
    assertThat(failure == null ? null : failure.report()).isNull();
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
    History failure =
        Simulation.firstFailure(1, SEEDS_FOR_A_MUTANT / 2, seed -> Simulation.run(seed, parts));
    assertThat(failure == null ? null : failure.report()).isNull();
  }

  @Test
  void run_sameSeed_sameHistory() {
    History once = Simulation.run(7, Simulation.PRODUCTION);
    History again = Simulation.run(7, Simulation.PRODUCTION);

    assertThat(again.report()).isEqualTo(once.report());
    assertThat(once.reads()).isGreaterThan(300);
    assertThat(once.loads()).isGreaterThan(20);
  }

  @Test
  void run_mutants_eachIsCaught() throws IOException {
    Map<String, String> caught = new TreeMap<>();
    mutants()
        .forEach(
            (name, parts) -> {
              History failure =
                  Simulation.firstFailure(
                      1, SEEDS_FOR_A_MUTANT, seed -> Simulation.run(seed, parts));
              caught.put(
                  name, failure == null ? "never" : failure.seed() + "\t" + failure.violation());
            });
    StringBuilder table = new StringBuilder("mutant\tfirst failing seed\tviolation\n");
    caught.forEach((name, seed) -> table.append(name).append('\t').append(seed).append('\n'));
    Files.writeString(Path.of("target", "mutants.tsv"), table);

    assertThat(caught.values()).doesNotContain("never").hasSize(mutants().size());
  }

  private static Map<String, Parts> mutants() {
    return Map.of(
        "commit without token compare",
        server(Mutant.NO_TOKEN_COMPARE),
        "invalidate does not void the lease",
        server(Mutant.NO_VOID),
        "no lease",
        server(Mutant.NO_LEASE),
        "nothing is published",
        server(Mutant.NO_PUBLISH),
        "flight kept",
        new Parts() {
          @Override
          public Guards guards() {
            return new Guards() {
              @Override
              boolean holds(Ticket ticket) {
                return true;
              }
            };
          }
        },
        "fill without guard",
        new Parts() {
          @Override
          public Guards guards() {
            return new Guards() {
              @Override
              boolean holds(int stripe, long count) {
                return true;
              }
            };
          }
        },
        "token = client id",
        new Parts() {
          @Override
          public RandomGenerator tokens(long seed) {
            RandomGenerator random = new SplitMix(seed);
            return new RandomGenerator() {
              @Override
              public long nextLong() {
                return seed;
              }

              @Override
              public double nextDouble() {
                return random.nextDouble();
              }

              @Override
              public double nextExponential() { // of a constant it may never end
                return random.nextExponential();
              }
            };
          }
        },
        "no renewal",
        new Parts() {
          @Override
          public boolean renewals() {
            return false;
          }
        });
  }

  private enum Mutant {
    NO_TOKEN_COMPARE,
    NO_VOID,
    NO_LEASE,
    NO_PUBLISH
  }

  private static Parts server(Mutant mutant) {
    return new Parts() {
      @Override
      public InMemoryServer server(LongSupplier millis) {
        return new InMemoryServer(millis) {
          @Override
          protected boolean holdsLease(InMemoryEntry entry, long token) {
            return mutant == Mutant.NO_TOKEN_COMPARE || super.holdsLease(entry, token);
          }

          @Override
          protected void voidLeaseOnInvalidate(InMemoryEntry entry) {
            if (mutant != Mutant.NO_VOID) {
              super.voidLeaseOnInvalidate(entry);
            }
          }

          @Override
          protected boolean isLeasedToAnother(InMemoryEntry entry, Lookup request, long now) {
            return mutant != Mutant.NO_LEASE && super.isLeasedToAnother(entry, request, now);
          }

          @Override
          protected void publishChange(String key, io.github.corral.spi.RemoteTier.Change change) {
            if (mutant != Mutant.NO_PUBLISH) {
              super.publishChange(key, change);
            }
          }
        };
      }
    };
  }
}
