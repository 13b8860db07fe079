package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.testing.HeardFeed;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a subscription counts as dead, which may be so for some primaries only. */
class FeedSubscriptionTest {

  private static final byte ONE = 1;
  private static final byte OTHER = (byte) 200;
  private static final String NOBODY = "42 01 61 0000000000000001 000000000000";
  private static final String COUNTER = "0000000000000005 0000000000000006";

  private final AtomicLong nanos = new AtomicLong();
  private final FeedSubscription feed =
      new FeedSubscription(new HeardFeed(), nanos::get, (serverMillis, partitions) -> 0);

  @Test
  void beats_allUnheardForLong_isDeadOnce() {
    pass(3);

    assertThat(beat(ONE)).isFalse();
    assertThat(beat(ONE)).isFalse();
    assertThat(beat(ONE)).isTrue();
    assertThat(beat(ONE)).isFalse();
  }

  @Test
  void beats_manyWithinAShortTime_isNotDead() {
    pass(1);
    for (int i = 0; i < 10; i++) {
      assertThat(beat(ONE)).isFalse();
    }
  }

  @Test
  void beats_onePrimaryIsHeardAndAnotherIsNot_isDead() {
    beat(OTHER);
    beat(OTHER);
    pass(3);
    hear(NOBODY + "01" + COUNTER);

    assertThat(beat(ONE)).isFalse();
    assertThat(beat(OTHER)).isTrue();
  }

  @Test
  void beats_heardBetween_isNotDead() {
    for (int i = 0; i < 10; i++) {
      pass(3);
      assertThat(beat(ONE)).isFalse();
      hear(NOBODY + "01" + COUNTER);
    }
  }

  @Test
  void beats_onlyChangesAreHeard_isDead() {
    beat(ONE);
    beat(ONE);
    pass(3);
    hear("43 48" + COUNTER + "7b613a317d3a653a61");

    assertThat(beat(ONE)).isTrue();
  }

  private void pass(int seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private boolean beat(byte partition) {
    return feed.isDeadAfterBeat(new byte[] {partition});
  }

  private void hear(String hex) {
    feed.message(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
