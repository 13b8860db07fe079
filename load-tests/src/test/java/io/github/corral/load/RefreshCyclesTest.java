package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RefreshCyclesTest {

  private static final Duration FRESH_FOR = Duration.ofSeconds(3);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void loadsPerCycle_noLoad_noCycle() {
    assertThat(cycles(at(), at(500))).isEmpty();
  }

  @Test
  void loadsPerCycle_oneLoadPerFreshTime_oneInEach() {
    assertThat(cycles(at(0, 3_000, 6_000, 9_000), at())).containsExactly(1, 1, 1, 1);
  }

  @Test
  void loadsPerCycle_stampedeAtEachExpiry_allOfItsLoadsInOneCycle() {
    assertThat(cycles(at(0, 1, 1, 40, 900, 3_950, 3_951, 4_100), at())).containsExactly(5, 3);
  }

  @Test
  void loadsPerCycle_refreshInTheSecondHalf_cycleOfItsOwn() {
    assertThat(cycles(at(0, 1_350, 2_700), at())).containsExactly(1, 1, 1);
  }

  @Test
  void loadsPerCycle_loadJustBeforeARefreshIsDue_sameCycle() {
    assertThat(cycles(at(0, 1_199), at())).containsExactly(2);
  }

  @Test
  void loadsPerCycle_loadAtTheMomentARefreshIsDue_nextCycle() {
    assertThat(cycles(at(0, 1_200), at())).containsExactly(1, 1);
  }

  @Test
  void loadsPerCycle_dueTimeCountsFromTheFirstLoad_notFromTheLast() {
    assertThat(cycles(at(0, 1_000, 1_300), at())).containsExactly(2, 1);
  }

  @Test
  void loadsPerCycle_invalidationWithinACycle_nextLoadBeginsANewOne() {
    assertThat(cycles(at(0, 500, 510), at(400))).containsExactly(1, 2);
  }

  @Test
  void loadsPerCycle_loadAtTheMomentOfTheInvalidation_newCycle() {
    assertThat(cycles(at(0, 400), at(400))).containsExactly(1, 1);
  }

  @Test
  void loadsPerCycle_invalidationBeforeTheCycleBegan_doesNotSplitIt() {
    assertThat(cycles(at(0, 10), at(-5, 0))).containsExactly(2);
  }

  @Test
  void loadsPerCycle_severalInvalidationsBeforeOneLoad_oneNewCycle() {
    assertThat(cycles(at(0, 500, 600), at(300, 350, 400))).containsExactly(1, 2);
  }

  @Test
  void loadsPerCycle_invalidationAfterTheLastLoad_noFurtherCycle() {
    assertThat(cycles(at(0, 100), at(200))).containsExactly(2);
  }

  @Test
  void loadsPerCycle_loadsAndInvalidationsInAnyOrder_sameCycles() {
    List<Instant> loads = new ArrayList<>(at(0, 20, 500, 510, 3_600, 3_601, 4_900));
    List<Instant> invalidations = new ArrayList<>(at(450, 3_605));
    List<Integer> inOrder = cycles(loads, invalidations);
    Collections.shuffle(loads, new Random(7));
    Collections.reverse(invalidations);

    assertThat(inOrder).containsExactly(2, 2, 2, 1);
    assertThat(cycles(loads, invalidations)).isEqualTo(inOrder);
  }

  private static List<Integer> cycles(List<Instant> loads, List<Instant> invalidations) {
    return RefreshCycles.loadsPerCycle(loads, invalidations, FRESH_FOR);
  }

  private static List<Instant> at(Integer... millis) {
    return Stream.of(millis).map(START::plusMillis).toList();
  }
}
