package io.github.corral.demo.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.demo.stats.HotKeyEvents.Invalidation;
import io.github.corral.demo.stats.HotKeyEvents.Wait;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times are milliseconds here, times a thousand. */
class WaitedWhileServableTest {

  private static final long SERVABLE_FOR = ms(1_000);

  private static final LoadStamp EARLIER = load(100, 140, 7);
  private static final LoadStamp LATER = load(500, 540, 7);
  private static final Wait WAIT = wait(499, 541, LATER);

  @Test
  void count_waitAfterASettledValue_isOne() {
    assertThat(count(List.of(EARLIER, LATER), List.of(WAIT), List.of())).isEqualTo(1);
  }

  @Test
  void count_firstLoadEver_isZero() {
    assertThat(count(List.of(LATER), List.of(WAIT), List.of())).isZero();
  }

  @Test
  void count_everyCallerOfAStampede_isCounted() {
    List<LoadStamp> loads = List.of(EARLIER, LATER, load(501, 545, 7), load(502, 550, 7));
    List<Wait> waits = List.of(WAIT, wait(501, 545, loads.get(2)), wait(502, 550, loads.get(3)));

    assertThat(count(loads, waits, List.of())).isEqualTo(3);
  }

  @Test
  void count_stampedeOnAColdKey_isZero() {
    List<LoadStamp> loads = List.of(load(500, 540, 7), load(501, 545, 7));
    List<Wait> waits = List.of(wait(499, 541, loads.get(0)), wait(501, 546, loads.get(1)));

    assertThat(count(loads, waits, List.of())).isZero();
  }

  @Test
  void count_earlierValueNotYetSettled_isZero() {
    LoadStamp justEnded = load(421, 460, 7);

    assertThat(count(List.of(justEnded, LATER), List.of(wait(498, 541, LATER)), List.of()))
        .isZero();
    assertThat(count(List.of(justEnded, LATER), List.of(wait(499, 541, LATER)), List.of()))
        .isEqualTo(1);
  }

  @Test
  void count_earlierValueTooOld_isZero() {
    assertThat(count(List.of(EARLIER, LATER), List.of(wait(1_060, 1_100, LATER)), List.of()))
        .isEqualTo(1);
    assertThat(count(List.of(EARLIER), List.of(wait(1_060, 1_101, LATER)), List.of())).isZero();
  }

  @Test
  void count_invalidatedAfterTheEarlierLoad_isZero() {
    Invalidation between = new Invalidation(ms(300), ms(302));

    assertThat(count(List.of(EARLIER, LATER), List.of(WAIT), List.of(between))).isZero();
  }

  @Test
  void count_invalidatedDuringTheEarlierLoad_isZero() {
    Invalidation during = new Invalidation(ms(90), ms(100));

    assertThat(count(List.of(EARLIER, LATER), List.of(WAIT), List.of(during))).isZero();
  }

  @Test
  void count_invalidatedDuringTheWait_isZero() {
    Invalidation during = new Invalidation(ms(541), ms(560));

    assertThat(count(List.of(EARLIER, LATER), List.of(WAIT), List.of(during))).isZero();
  }

  @Test
  void count_invalidatedBeforeOrAfterBoth_isOne() {
    Invalidation before = new Invalidation(ms(90), ms(99));
    Invalidation after = new Invalidation(ms(542), ms(560));

    assertThat(count(List.of(EARLIER, LATER), List.of(WAIT), List.of(before, after))).isEqualTo(1);
  }

  @Test
  void count_anotherNewestPost_isZeroEvenIfNobodyReportedAnInvalidation() {
    assertThat(count(List.of(load(100, 140, 6), LATER), List.of(WAIT), List.of())).isZero();
  }

  @Test
  void count_earlierValueOrInvalidationOfAnotherProcess_countsForTheFleet() {
    HotKeyEvents waiting = new HotKeyEvents(List.of(LATER), List.of(WAIT), List.of(), false);
    HotKeyEvents loading = new HotKeyEvents(List.of(EARLIER), List.of(), List.of(), false);
    HotKeyEvents writing =
        new HotKeyEvents(List.of(), List.of(), List.of(new Invalidation(ms(300), ms(301))), false);

    assertThat(WaitedWhileServable.count(List.of(waiting), SERVABLE_FOR)).isZero();
    assertThat(WaitedWhileServable.count(List.of(waiting, loading), SERVABLE_FOR)).isEqualTo(1);
    assertThat(WaitedWhileServable.count(List.of(waiting, loading, writing), SERVABLE_FOR))
        .isZero();
  }

  private static long count(
      List<LoadStamp> loads, List<Wait> waits, List<Invalidation> invalidations) {
    return WaitedWhileServable.count(
        List.of(new HotKeyEvents(loads, waits, invalidations, false)), SERVABLE_FOR);
  }

  private static LoadStamp load(long started, long ended, long newestPost) {
    return new LoadStamp(ms(started), ms(ended), newestPost);
  }

  private static Wait wait(long started, long ended, LoadStamp load) {
    return new Wait(ms(started), ms(ended), true, load);
  }

  private static long ms(long millis) {
    return millis * 1_000;
  }
}
