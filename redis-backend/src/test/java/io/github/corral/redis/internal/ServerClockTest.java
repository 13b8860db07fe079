package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is known of a server's clock. */
class ServerClockTest {

  private static final long SERVER_MICROS = 1_700_000_000_000_000L;
  private static final long SERVER_MILLIS = SERVER_MICROS / 1_000;

  private final ServerClock clock = new ServerClock();

  @Test
  void latestMillis_nothingIsKnown_isTheEndOfTime() {
    assertThat(clock.isKnown()).isFalse();
    assertThat(clock.latestMillis(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void latestMillis_oneReply_countsFromWhenItsRequestWasSent() {
    clock.learn(millis(100), millis(130), SERVER_MICROS);

    assertThat(clock.isKnown()).isTrue();
    assertThat(clock.latestMillis(millis(130))).isEqualTo(SERVER_MILLIS + 30);
    assertThat(clock.latestMillis(millis(100))).isEqualTo(SERVER_MILLIS + 1);
  }

  @Test
  void latestMillis_fasterReply_narrowsIt() {
    clock.learn(millis(100), millis(130), SERVER_MICROS);
    clock.learn(millis(140), millis(141), SERVER_MICROS + 30_000);

    assertThat(clock.latestMillis(millis(141))).isEqualTo(SERVER_MILLIS + 31);
  }

  @Test
  void latestMillis_slowerReply_doesNotWidenIt() {
    clock.learn(millis(100), millis(101), SERVER_MICROS);
    clock.learn(millis(102), millis(502), SERVER_MICROS + 3_000);

    assertThat(clock.latestMillis(millis(502))).isEqualTo(SERVER_MILLIS + 402 + 1);
  }

  @Test
  void latestMillis_longAgo_isWidenedByDrift() {
    clock.learn(millis(100), millis(100), SERVER_MICROS);

    assertThat(clock.latestMillis(millis(100) + TimeUnit.SECONDS.toNanos(60)))
        .isEqualTo(SERVER_MILLIS + 60_000 + 60);
  }

  @Test
  void latestMillis_serversClockWasSet_followsIt() {
    clock.learn(millis(100), millis(101), SERVER_MICROS);
    clock.learn(millis(200), millis(201), SERVER_MICROS - 3_600_000_000L);

    assertThat(clock.latestMillis(millis(201))).isEqualTo(SERVER_MILLIS - 3_600_000 + 1);
  }

  @Test
  void latestMillis_withinAMillisecond_isRoundedUp() {
    clock.learn(millis(100), millis(100), SERVER_MICROS + 1);

    assertThat(clock.latestMillis(millis(100))).isEqualTo(SERVER_MILLIS + 1);
  }

  @Test
  void ageMillis_nothingIsKnown_isNone() {
    assertThat(clock.ageMillis(millis(5_000), SERVER_MILLIS)).isZero();
  }

  @Test
  void ageMillis_oneReply_countsFromWhenItCame() {
    clock.learn(millis(100), millis(130), SERVER_MICROS);

    assertThat(clock.ageMillis(millis(1_130), SERVER_MILLIS)).isEqualTo(1_000 - 1);
    assertThat(clock.ageMillis(millis(130), SERVER_MILLIS + 7)).isZero();
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
