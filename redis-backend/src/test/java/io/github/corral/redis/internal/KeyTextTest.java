package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as bytes. */
class KeyTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "\0", "\u00e9", "\u20ac", "\ud83d\ude00", "x\ufffdy"})
  void encode_wellFormedText_isUtf8(String text) {
    assertThat(KeyText.encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    assertThat(KeyText.decode(KeyText.encode(text), 0)).isEqualTo(text);
  }

  @Test
  void encode_surrogateWithoutItsPair_hasBytesOfItsOwn() {
    assertThat(HexFormat.of().formatHex(KeyText.encode("a\ud800b"))).isEqualTo("61eda08062");
    assertThat(HexFormat.of().formatHex(KeyText.encode("\udfff"))).isEqualTo("edbfbf");
  }

  @Test
  void decode_anyText_isWhatWasEncoded() {
    Random random = new Random(1);
    char[] alphabet =
        "aZ\0\u007f\u0080\u00e9\u07ff\u0800\u20ac\ud7ff\ud800\udbff\udc00\udfff\ue000\uffff"
            .toCharArray();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      random.ints(random.nextInt(6), 0, alphabet.length).forEach(at -> text.append(alphabet[at]));
      assertThat(KeyText.decode(KeyText.encode(text.toString()), 0)).isEqualTo(text.toString());
    }
  }

  @Test
  void decode_endsWithinACharacter_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyText.decode(HexFormat.of().parseHex("61eda0"), 0));
  }
}
