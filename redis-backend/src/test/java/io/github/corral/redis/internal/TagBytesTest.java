package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tags and stamps as bytes. */
class TagBytesTest {

  @Test
  void encode_longestTag_comesBack() {
    List<String> tags = List.of("x".repeat(65_535), "y");
    byte[] bytes = TagBytes.encode(tags);

    assertThat(TagBytes.decode(bytes, 0, bytes.length)).isEqualTo(tags);
  }

  @Test
  void encode_longerTag_isRefusedWithItsLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TagBytes.encode(List.of("\u00e9".repeat(32_768))))
        .withMessage("a tag of 65536 bytes: at most 65535 are kept");
  }

  @Test
  void decode_withinOtherBytes_readsNoFurther() {
    byte[] bytes = {9, 0, 1, 'a', 0, 0, 9};

    assertThat(TagBytes.decode(bytes, 1, 6)).containsExactly("a", "");
  }

  @Test
  void decode_endsWithinATag_fails() {
    byte[] bytes = {0, 2, 'a', 'b'};

    assertThatThrownBy(() -> TagBytes.decode(bytes, 0, 3)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void stamp_greatestNumbers_comeBack() {
    Stamp stamp = new Stamp(65_535, (1L << 48) - 1);

    assertThat(TagBytes.stamp(TagBytes.encode(stamp))).isEqualTo(stamp);
    assertThat(TagBytes.encode(Stamp.NONE)).isZero();
  }
}
