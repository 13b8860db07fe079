package io.github.corral.load;

import static io.github.corral.load.Results.good;
import static io.github.corral.load.Results.loads;
import static io.github.corral.load.Results.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void on_allModesAsClaimed_noComplaintAndExitCodeZero() {
    Verdict verdict = Verdict.on(List.of(good("none"), good("redis"), good("corral")), List.of());

    assertThat(verdict.complaints()).isEmpty();
    assertThat(verdict.exitCode()).isZero();
  }

  @Test
  void on_redisWithoutAStampede_saysThatNothingWasStressedWithTheFigures() {
    Verdict verdict =
        Verdict.on(List.of(with("redis", 0, loads(10, 9), 0), good("corral")), List.of());

    assertThat(verdict.exitCode()).isEqualTo(1);
    assertThat(verdict.complaints())
        .containsExactly(
            "the run did not stress anything: mode redis made 90 hot-key queries in 10 refresh cycles,"
                + " 9.00 per cycle, less than 10");
  }

  @Test
  void on_redisWithTenQueriesPerCycle_isAStampede() {
    assertThat(Verdict.on(List.of(with("redis", 0, loads(10, 10), 0)), List.of()).complaints())
        .isEmpty();
  }

  @Test
  void on_noneWithFewQueriesPerCycle_isNotHeldToAStampede() {
    assertThat(Verdict.on(List.of(with("none", 0, loads(10, 2), 0)), List.of()).complaints())
        .isEmpty();
  }

  @Test
  void on_corralWithTwoLoadsInOneCycle_complainsWithTheFigures() {
    Verdict verdict = Verdict.on(List.of(with("corral", 0, List.of(1, 2, 1, 1), 0)), List.of());

    assertThat(verdict.exitCode()).isEqualTo(1);
    assertThat(verdict.complaints())
        .containsExactly(
            "mode corral: 5 hot-key queries in 4 refresh cycles, 1.25 per cycle, at most 2 in one: 1 in each is claimed");
  }

  @Test
  void on_corralRequestsThatWaitedWhileServable_complainsWithTheirNumber() {
    assertThat(Verdict.on(List.of(with("corral", 0, loads(12, 1), 3)), List.of()).complaints())
        .containsExactly(
            "mode corral: 3 requests waited for a load while a value was there, 0 are claimed");
  }

  @Test
  void on_otherModesWhoseRequestsWaited_noComplaint() {
    assertThat(Verdict.on(List.of(with("redis", 0, loads(12, 20), 300)), List.of()).complaints())
        .isEmpty();
  }

  @Test
  void on_errorsInAnyMode_complainsOfEach() {
    Verdict verdict =
        Verdict.on(
            List.of(with("none", 1, loads(12, 1), 0), with("corral", 2, loads(12, 1), 0)),
            List.of());

    assertThat(verdict.complaints())
        .containsExactly(
            "mode none: 1 of 18000 requests failed, none should",
            "mode corral: 2 of 18000 requests failed, none should");
  }

  @Test
  void on_hotKeyThatDidNotAge_complains() {
    assertThat(Verdict.on(List.of(with("corral", 0, loads(2, 1), 0)), List.of()).complaints())
        .containsExactly(
            "mode corral: the hot key went through 2 refresh cycles, at least 3 are needed: run longer");
  }

  @Test
  void on_databaseAndApplicationsDisagree_complains() {
    assertThat(
            Verdict.on(List.of(with("none", 0, new HotKey(11, loads(12, 1), 0), 0)), List.of())
                .complaints())
        .containsExactly(
            "mode none: the database counted 11 hot-key queries, the applications 12:"
                + " the figures per cycle cannot be trusted");
  }

  @Test
  void on_modeThatBroke_complainsOfItBesideTheOthers() {
    Verdict verdict = Verdict.on(List.of(good("redis")), List.of("mode corral: broke"));

    assertThat(verdict.complaints()).containsExactly("mode corral: broke");
    assertThat(verdict.exitCode()).isEqualTo(1);
  }

  @Test
  void asText_complaints_oneLineEach() {
    assertThat(new Verdict(List.of("one", "two")).asText())
        .isEqualTo("NOT AS CLAIMED: one\nNOT AS CLAIMED: two\n");
  }

  @Test
  void asText_noComplaint_saysSo() {
    assertThat(new Verdict(List.of()).asText()).isEqualTo("all as claimed\n");
  }

  @Test
  void on_noMode_complains() {
    assertThat(Verdict.on(List.of(), List.of()).complaints())
        .containsExactly("no mode ran to its end");
  }
}
