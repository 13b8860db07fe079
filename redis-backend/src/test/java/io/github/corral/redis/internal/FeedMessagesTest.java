package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.testing.HeardFeed;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Ended;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of the feed, which processes of several versions share. */
class FeedMessagesTest {

  private static final String ENTRY = "7b636f7272616c3a3233307d3a653a706f7374733a3a3432";

  private final HeardFeed feed = new HeardFeed();

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
    tell("42 03 616263 00 0000000000000000 0000000000000000 ff 0000000000000005 0000000000000006");

    assertThat(feed.messages())
        .containsExactly(new Beat("abc", List.of(0, 255), List.of(0L, 5L), List.of(0L, 6L)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5a", "43", "4358" + "00", "4348 0102", "45 6162", "42 7f 61", "42"})
  void tell_unreadable_isPassedOver(String message) {
    tell(message);

    assertThat(feed.messages()).isEmpty();
  }

  private void tell(String hex) {
    FeedMessages.tell(HexFormat.of().parseHex(hex.replace(" ", "")), feed);
  }
}
