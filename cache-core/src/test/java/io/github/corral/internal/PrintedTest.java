package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile keys work, and in messages they are harmless. */
class PrintedTest {

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0xad, 0x200b, 0x2028, 0x2029, 0x202e, 0x2066, 0xd800,
        0xdc00, 0xe000, 0xfeff, 0xffff
      })
  void of_whatIsNoVisibleCharacter_isEscaped(int c) {
    assertThat(Printed.of("a" + (char) c + "b")).isEqualTo("a\\u%04xb".formatted(c));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "42", "a b", "{x}::", "\u00e9", "\u4e2d", "e\u0301"})
  void of_visibleText_isAsItIs(String text) {
    assertThat(Printed.of(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"64, 64, ''", "65, 64, ...", "10240, 64, ..."})
  void of_longText_isCutAt64Characters(int length, int kept, String end) {
    assertThat(Printed.of("x".repeat(length))).isEqualTo("x".repeat(kept) + end);
  }

  @Test
  void get_hostileKeyFails_messagesHoldItEscapedAndCut() {
    String hostile = "\r\n\u202e\ud800{0}" + "x".repeat(10_240);
    Node node = new Lab().node(setup -> setup.keyCodec = key -> hostile);
    CompletableFuture<String> read = node.read(1);

    node.last().fails(new IllegalStateException("down"));

    assertThat(failureOf(read))
        .hasMessage(
            "cache 'c', key \\u000d\\u000a\\u202e\\ud800{0}"
                + "x".repeat(57)
                + "...: its load failed");
  }
}
