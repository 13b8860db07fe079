package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The small concurrent classes under Lincheck. It explores the interleavings of the mailbox by
 * itself; L1 and the table of flights are put under stress instead, because to follow Caffeine, and
 * the making of a fleet, takes it minutes. In a JVM of its own, because it rewrites the classes
 * that are loaded, and after all other tests these are many.
 */
class InterleavingsIT {

  private static <O extends Options<O, ?>> O small(O options) {
    return options.threads(2).actorsPerThread(2).actorsBefore(1).actorsAfter(1);
  }

  private static StressOptions stress() {
    return small(new StressOptions()).iterations(10).invocationsPerIteration(500);
  }

  private static ModelCheckingOptions modelChecking() {
    return small(new ModelCheckingOptions()).iterations(5).invocationsPerIteration(100);
  }

  @Test
  void l1_fillsBesideInvalidations_areNotServedOnceInvalidated() {
    stress().check(FillGuardInterleavings.class);
  }

  @Test
  void l1_withoutAGuard_servesWhatWasInvalidated() {
    StressOptions options = stress().sequentialSpecification(FillGuardInterleavings.class);

    assertThatThrownBy(() -> options.check(FillGuardInterleavings.Unguarded.class))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("was acknowledged");
  }

  @Test
  void mailbox_ownerWaitsAndLeaves_eachTaskRunsOnce() {
    modelChecking().check(MailboxInterleavings.class);
  }

  @Test
  void flights_launchedAndLandedWhileEverythingCloses_oneForAKeyAndNoneIsLeft() {
    stress().iterations(5).check(FlightTableInterleavings.class);
  }
}
