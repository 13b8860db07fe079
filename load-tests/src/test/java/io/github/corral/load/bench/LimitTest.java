package io.github.corral.load.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.load.bench.Pairs.Interval;
import org.junit.jupiter.api.Test;

class LimitTest {

  @Test
  void judge_wholeIntervalBeyond_missed() {
    assertThat(Limit.atLeast(1).judge(0.9, new Interval(0.8, 0.99))).isEqualTo(Verdict.MISSED);
    assertThat(Limit.atMost(1.25).judge(1.3, new Interval(1.26, 1.4))).isEqualTo(Verdict.MISSED);
  }

  @Test
  void judge_intervalReachesTheLimit_met() {
    assertThat(Limit.atLeast(1).judge(0.9, new Interval(0.8, 1))).isEqualTo(Verdict.MET);
    assertThat(Limit.atMost(1.25).judge(1.3, new Interval(1.25, 1.4))).isEqualTo(Verdict.MET);
  }

  @Test
  void judge_wholeIntervalWithin_met() {
    assertThat(Limit.atLeast(1).judge(1.3, new Interval(1.2, 1.4))).isEqualTo(Verdict.MET);
    assertThat(Limit.atMost(1.25).judge(0.9, new Interval(0.8, 1))).isEqualTo(Verdict.MET);
  }

  @Test
  void judge_intervalTooWide_notMeasurableWhereverItLies() {
    assertThat(Limit.atLeast(1).judge(2, new Interval(1.4, 2.1))).isEqualTo(Verdict.NOT_MEASURABLE);
    assertThat(Limit.atLeast(1).judge(0.5, new Interval(0.4, 0.7)))
        .isEqualTo(Verdict.NOT_MEASURABLE);
  }

  @Test
  void judge_exactlyAsWideAsAllowed_counts() {
    assertThat(Limit.atLeast(1).judge(2, new Interval(1.5, 2.5))).isEqualTo(Verdict.MET);
  }
}
