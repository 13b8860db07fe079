package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RefreshCyclesTest {

  private static final Duration FRESH_FOR = Duration.ofSeconds(3);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<HotLoad> loads = new ArrayList<>();
  private final List<Invalidation> invalidations = new ArrayList<>();

  @Test
  void loadsPerCycle_noLoad_noCycle() {
    assertThat(cycles()).isEmpty();
  }

  @Test
  void loadsPerCycle_oneLoadPerFreshTime_oneInEach() {
    version(1, 0, 3_000, 6_000, 9_000);

    assertThat(cycles()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void loadsPerCycle_stampedeAtEachExpiry_allOfItsLoadsInOneCycle() {
    version(1, 0, 1, 1, 40, 900, 3_950, 3_951, 4_100);

    assertThat(cycles()).containsExactly(5, 3);
  }

  @Test
  void loadsPerCycle_refreshInTheSecondHalf_cycleOfItsOwn() {
    version(1, 0, 1_350, 2_700);

    assertThat(cycles()).containsExactly(1, 1, 1);
  }

  @Test
  void loadsPerCycle_loadJustBeforeARefreshIsDue_sameCycle() {
    version(1, 0, 1_199);

    assertThat(cycles()).containsExactly(2);
  }

  @Test
  void loadsPerCycle_loadAtTheMomentARefreshIsDue_nextCycle() {
    version(1, 0, 1_200);

    assertThat(cycles()).containsExactly(1, 1);
  }

  @Test
  void loadsPerCycle_loadsBetween_dueTimeStillCountsFromTheFirst() {
    version(1, 0, 1_000, 1_300);

    assertThat(cycles()).containsExactly(2, 1);
  }

  @Test
  void loadsPerCycle_newVersionWithinACycle_beginsANewOne() {
    version(1, 0);
    version(2, 500, 510);

    assertThat(cycles()).containsExactly(1, 2);
  }

  @Test
  void loadsPerCycle_severalWritesBetweenTwoLoads_oneNewCycle() {
    version(1, 0);
    version(5, 500, 600);

    assertThat(cycles()).containsExactly(1, 2);
  }

  @Test
  void loadsPerCycle_loadThatBeganBeforeTheWriteSeenByAnother_belongsToTheCycleInProgress() {
    version(1, 0, 502);
    version(2, 501);

    assertThat(cycles()).containsExactly(1, 2);
  }

  @Test
  void loadsPerCycle_stampedeAfterAWrite_allOfItsLoadsInTheNewCycle() {
    version(1, 0, 1, 2);
    version(2, 300, 301, 302, 303, 1_499);

    assertThat(cycles()).containsExactly(3, 5);
  }

  @Test
  void loadsPerCycle_dueAndNewVersionAtOnce_oneNewCycle() {
    version(1, 0);
    version(2, 3_000, 3_001);

    assertThat(cycles()).containsExactly(1, 2);
  }

  @Test
  void loadsPerCycle_loadWhileAnInvalidationIsUnderWay_theNextOneIsNotASecondOfTheSameCycle() {
    version(1, 0);
    invalidation(500, 510);
    version(2, 505, 530);

    assertThat(cycles()).containsExactly(1, 1, 1);
  }

  @Test
  void loadsPerCycle_twoLoadsAfterOneThatMayHaveBeenOvertaken_areOneCycle() {
    invalidation(500, 510);
    version(2, 500, 510, 530);

    assertThat(cycles()).containsExactly(1, 2);
  }

  @Test
  void loadsPerCycle_loadAfterAnInvalidationEnded_theNextOneIsASecondOfTheSameCycle() {
    version(1, 0);
    invalidation(500, 510);
    version(2, 511, 530);

    assertThat(cycles()).containsExactly(1, 2);
  }

  @Test
  void loadsPerCycle_loadBeforeAnInvalidationBegan_theNextOneIsASecondOfTheSameCycle() {
    invalidation(500, 510);
    version(1, 499, 505);

    assertThat(cycles()).containsExactly(2);
  }

  @Test
  void loadsPerCycle_loadsInAnyOrder_sameCycles() {
    version(1, 0, 20);
    version(2, 500, 510, 3_600, 3_601);
    version(3, 3_700, 3_710);
    invalidation(3_650, 3_705);
    invalidation(450, 460);
    Collections.shuffle(loads, new Random(7));

    assertThat(cycles()).containsExactly(2, 2, 2, 1, 1);
  }

  private void invalidation(long start, long end) {
    invalidations.add(new Invalidation(START.plusMillis(start), START.plusMillis(end)));
  }

  private void version(long version, long... millis) {
    for (long time : millis) {
      loads.add(new HotLoad(START.plusMillis(time), version));
    }
  }

  private List<Integer> cycles() {
    return RefreshCycles.loadsPerCycle(loads, invalidations, FRESH_FOR);
  }
}
