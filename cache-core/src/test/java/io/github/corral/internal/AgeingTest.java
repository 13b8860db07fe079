package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.RemoteTier.Stamp;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The draws: jitter, early expiration, and the cost that it depends on. */
class AgeingTest {

  private static final int DRAWS = 20_000;
  private static final long LIFE = 1_000_000;

  private static Ageing ageing(double jitter, double beta) {
    return new Ageing(
        CacheExpiry.freshFor(Duration.ofSeconds(60)).jitter(jitter),
        Refresh.early(beta),
        new SplitMix(42));
  }

  @Test
  void jittered_tenPercent_staysWithinAndReachesBothSides() {
    Ageing ageing = ageing(0.1, 1);
    long[] drawn = LongStream.range(0, DRAWS).map(i -> ageing.jittered(10_000)).toArray();

    assertThat(Arrays.stream(drawn).min().orElseThrow()).isBetween(9_000L, 9_010L);
    assertThat(Arrays.stream(drawn).max().orElseThrow()).isBetween(10_990L, 11_000L);
    assertThat(Arrays.stream(drawn).average().orElseThrow()).isCloseTo(10_000, within(20.0));
  }

  @Test
  void jittered_none_isExact() {
    assertThat(ageing(0, 1).jittered(10_000)).isEqualTo(10_000);
  }

  @Test
  void jittered_shortest_isAtLeastOneMillisecond() {
    Ageing ageing = ageing(0.5, 1);

    assertThat(LongStream.range(0, 1_000).map(i -> ageing.jittered(1)))
        .allMatch(drawn -> drawn >= 1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 3})
  void refreshAt_manyDraws_areDistributedAsThePaperSays(double beta) {
    long cost = 200;
    Ageing ageing = ageing(0.1, beta);
    long[] earlier =
        LongStream.range(0, DRAWS)
            .map(i -> TimeUnit.NANOSECONDS.toMillis(-ageing.refreshAt(0, cost, LIFE)))
            .toArray();

    for (long t : new long[] {20, 100, 200, 500, 1_000}) {
      double refreshed = Arrays.stream(earlier).filter(e -> e >= t).count() / (double) DRAWS;
      assertThat(refreshed)
          .as("the part of draws that refresh %d ms before the end", t)
          .isCloseTo(Math.exp(-t / (beta * cost)), within(0.015));
    }
  }

  @Test
  void refreshAt_costlyLoad_isCappedAtHalfTheFreshTime() {
    Ageing ageing = ageing(0, 1);
    long freshUntil = TimeUnit.SECONDS.toNanos(100);
    long[] drawn =
        LongStream.range(0, 1_000)
            .map(i -> ageing.refreshAt(freshUntil, 1_000_000, 10_000))
            .toArray();

    assertThat(Arrays.stream(drawn).min()).hasValue(freshUntil - TimeUnit.SECONDS.toNanos(5));
  }

  @Test
  void refreshAt_betaZero_isTheEndOfTheFreshTime() {
    assertThat(ageing(0, 0).refreshAt(77, 1_000, LIFE)).isEqualTo(77);
  }

  @Test
  void cost_first_isTheLatest() {
    assertThat(Ageing.cost(0, 120)).isEqualTo(120);
  }

  @Test
  void cost_oneSlowLoad_movesTheAverageByThreeTenths() {
    assertThat(Ageing.cost(100, 1_100)).isEqualTo(400);
  }

  @Test
  void cost_instantLoad_isAtLeastOneMillisecond() {
    assertThat(Ageing.cost(0, 0)).isEqualTo(1);
  }

  private static Ageing scheduled(double jitter) {
    return new Ageing(
        CacheExpiry.freshFor(Duration.ofSeconds(100)).jitter(jitter),
        Refresh.every(Duration.ofSeconds(60)),
        new SplitMix(42));
  }

  private static Entry<String> due(long at) {
    Guards.Ticket ticket = new Guards.Ticket(1, 1, 0, true, 0, Stamp.NONE);
    return new Entry<>("a", 1, ticket, Stamp.NONE, List.of(), 0, at, 0, 0, 1, 0);
  }

  @Test
  void sweepAt_tenPercentJitter_isAPeriodAfterTheFillAndReachesBothSides() {
    Ageing ageing = scheduled(0.1);
    long filledAt = TimeUnit.SECONDS.toNanos(7);
    long life = 100_000;
    long[] drawn =
        LongStream.range(0, DRAWS)
            .map(i -> ageing.sweepAt(filledAt + TimeUnit.MILLISECONDS.toNanos(life), life))
            .map(at -> TimeUnit.NANOSECONDS.toMillis(at - filledAt))
            .toArray();

    assertThat(Arrays.stream(drawn).min().orElseThrow()).isBetween(54_000L, 54_010L);
    assertThat(Arrays.stream(drawn).max().orElseThrow()).isBetween(65_990L, 66_000L);
  }

  @Test
  void sweepAt_noPeriod_isNever() {
    assertThat(ageing(0.1, 1).sweepAt(77, 10)).isEqualTo(Long.MAX_VALUE);
    assertThat(ageing(0.1, 1).spread(due(Long.MAX_VALUE)).sweepAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void spread_manyDraws_areEvenlyUpToHalfAPeriodEarlier() {
    Ageing ageing = scheduled(0.1);
    long[] earlier =
        LongStream.range(0, DRAWS)
            .map(i -> TimeUnit.NANOSECONDS.toMillis(-ageing.spread(due(0)).sweepAt()))
            .toArray();

    assertThat(Arrays.stream(earlier).min().orElseThrow()).isBetween(0L, 10L);
    assertThat(Arrays.stream(earlier).max().orElseThrow()).isBetween(29_990L, 30_000L);
    assertThat(Arrays.stream(earlier).average().orElseThrow()).isCloseTo(15_000, within(150.0));
  }
}
