package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A schedule that cannot keep keys fresh is refused, and one that can is taken. */
class ScheduleTest {

  private final Corral corral = Corral.builder().build();

  @AfterEach
  void close() {
    corral.close();
  }

  private CacheBuilder<String, String> builder(Duration fresh, double jitter, Duration every) {
    return corral
        .cache("c", String.class, String.class)
        .expiry(CacheExpiry.freshFor(fresh).jitter(jitter))
        .refresh(Refresh.every(every));
  }

  @Test
  void every_outOfRange_isRefused() {
    assertThatThrownBy(() -> Refresh.every(Duration.ofMillis(99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("every: PT0.099S is not between PT0.1S and PT87600H");
    assertThatThrownBy(() -> Refresh.every(Duration.ofDays(3651)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("every: PT87624H is not between PT0.1S and PT87600H");
    assertThat(Refresh.every(Duration.ofMillis(100)).every()).isEqualTo(Duration.ofMillis(100));
    assertThat(Refresh.every(Duration.ofDays(3650)).beta()).isZero();
    assertThat(Refresh.early().every()).isNull();
  }

  @Test
  void build_periodIsNotShorterThanFreshFor_isRefused() {
    assertThatThrownBy(
            () -> builder(Duration.ofMinutes(10), 0.1, Duration.ofMinutes(10)).build(key -> "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cache 'c': refresh every PT10M is not shorter than fresh-for PT10M: with jitter 0.1 a"
                + " key is refreshed after up to PT11M18.75S, and may be stale after PT9M");
  }

  @Test
  void build_jitterMakesThePeriodTooLong_isRefused() {
    Duration fresh = Duration.ofSeconds(100);
    Duration every = Duration.ofSeconds(80);

    assertThatThrownBy(() -> builder(fresh, 0.1, every).build(key -> "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("up to PT1M30.5S")
        .hasMessageContaining("after PT1M30S");

    assertThat(builder(fresh, 0.09, every).build(key -> "a").get("k")).isEqualTo("a");
  }

  @Test
  void build_noLoader_isRefusedAndLeavesTheNameFree() {
    CacheBuilder<String, String> builder =
        builder(Duration.ofSeconds(100), 0.1, Duration.ofSeconds(60));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cache 'c': refresh every PT1M needs a loader: give one to build(..), or choose"
                + " Refresh.early()");

    corral.cache("c", String.class, String.class).build();
  }

  @Test
  void build_refreshKeysWithoutAPeriod_isRefused() {
    assertThatThrownBy(
            () ->
                corral
                    .cache("c", String.class, String.class)
                    .refreshKeys(() -> List.of("k"))
                    .build(key -> "a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache 'c': refreshKeys is of no use without refresh(Refresh.every(..))");
  }

  @Test
  void refreshKeys_realThreads_areLoadedWithoutAReader() throws Exception {
    CountDownLatch loaded = new CountDownLatch(2);
    ReadThroughCache<String, String> unused =
        builder(Duration.ofSeconds(10), 0.1, Duration.ofMillis(100))
            .refreshKeys(() -> List.of("k"))
            .build(
                key -> {
                  loaded.countDown();
                  return "a";
                });

    assertThat(loaded.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
