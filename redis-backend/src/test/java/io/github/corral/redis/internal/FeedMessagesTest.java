package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.testing.HeardFeed;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Clock;
import io.github.corral.testing.HeardFeed.Ended;
import io.github.corral.testing.HeardFeed.Raised;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of the feed, which processes of several versions share. */
class FeedMessagesTest {

  private static final String ENTRY = "7b636f7272616c3a3233307d3a653a706f7374733a3a3432";

  private final HeardFeed feed = new HeardFeed();
  private final List<Long> asked = new ArrayList<>();

  @Test
  void tell_change_isTold() {
    tell("43 53 0102030405060708 0000000000000009" + ENTRY);

    assertThat(feed.messages())
        .containsExactly(new Changed(230, 0x0102030405060708L, 9, Change.SOFT, "posts::42"));
  }

  @Test
  void tell_end_isTold() {
    tell("45" + ENTRY);

    assertThat(feed.messages()).containsExactly(new Ended("posts::42"));
  }

  @Test
  void tell_beat_isTold() {
    tell(
        "42 03 616263 fedc 010203040506 000000000500 00 0000000000000000 0000000000000000 ff 0000000000000005 0000000000000006");

    assertThat(feed.messages())
        .containsExactly(
            new Clock(new Stamp(0xFEDC, 0x010203040506L)),
            new Beat("abc", List.of(0, 255), List.of(0L, 5L), List.of(0L, 6L)));
    assertThat(asked).containsExactly(0x500L);
  }

  @Test
  void tell_beatWithoutTags_tellsNoClock() {
    tell("42 03 616263 0000 000000000000 000000000000");

    assertThat(feed.messages()).first().isEqualTo(new Clock(Stamp.NONE));
  }

  @Test
  void tell_barrier_isTold() {
    tell("54 fedc 010203040506 010203040507 0000000001f4 0001 61 0000 0003 eda080");

    assertThat(feed.messages())
        .containsExactly(
            new Raised(0xFEDC, 0x010203040506L, 0x010203040507L, 500, List.of("a", "", "\ud800")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5a",
        "43",
        "4358" + "00",
        "4348 0102",
        "45 6162",
        "42 7f 61",
        "42",
        "42 01 61 0000",
        "42 01 61 0000 000000000000 00",
        "54",
        "54 0001",
        "54 0001 000000000001 000000000002 000000000000 0002 61"
      })
  void tell_unreadable_isPassedOver(String message) {
    tell(message);

    assertThat(feed.messages()).isEmpty();
  }

  private void tell(String hex) {
    FeedMessages.tell(HexFormat.of().parseHex(hex.replace(" ", "")), feed, this::age);
  }

  private long age(long serverMillis, int[] partitions) {
    asked.add(serverMillis);
    return 7;
  }
}
