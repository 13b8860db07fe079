package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the remote tier keeps of a codec's bytes. */
class PayloadsTest {

  private static final int MOST = 1 << 20;
  private static final byte[] SHORT = bytes("abc");
  private static final byte[] LONG = bytes("abc".repeat(100));

  private final Deflating deflating = new Deflating();
  private final Payloads payloads = new Payloads(deflating, MOST);
  private final Payloads plain = new Payloads(null, MOST);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Processes of several versions share these bytes: another form needs another number. */
  @Test
  void pack_eachForm_hasItsBytes() {
    assertThat(hex(plain.pack(SHORT))).isEqualTo("00364b3fb7616263");
    assertThat(hex(plain.pack(new byte[0]))).isEqualTo("0000000000");
    assertThat(hex(payloads.pack(LONG))).startsWith("01727a12830000012c");
    assertThat(hex(new Payloads(null, 7).pack(SHORT))).isEqualTo("02");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void unpack_whatWasPacked_isTheSame() {
    for (byte[] bytes : new byte[][] {{}, SHORT, LONG, new byte[2_000]}) {
      assertThat(payloads.unpack(payloads.pack(bytes))).isEqualTo(bytes);
      assertThat(payloads.unpack(plain.pack(bytes))).isEqualTo(bytes);
    }
    assertThat(payloads.pack(LONG)).hasSizeLessThan(LONG.length / 5);
  }

  @Test
  void unpack_compressedWhereNothingDecompresses_isRefused() {
    assertThatThrownBy(() -> plain.unpack(payloads.pack(LONG)))
        .hasMessage("payload: it is compressed, and nothing here decompresses it");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unpack_truncatedAnywhere_isNeverAnotherValue(boolean compressed) {
    byte[] payload = (compressed ? payloads : plain).pack(LONG);

    for (int length = 0; length < payload.length; length++) {
      byte[] truncated = Arrays.copyOf(payload, length);
      assertNeverAnotherValue(truncated);
      assertThat(Payloads.isTooLarge(truncated)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unpack_anyBitFlipped_isNeverAnotherValue(boolean compressed) {
    byte[] payload = (compressed ? payloads : plain).pack(LONG);

    for (int bit = 0; bit < payload.length * 8; bit++) {
      byte[] flipped = payload.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertNeverAnotherValue(flipped);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void unpack_randomBytes_isRefused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 9 && random.nextBoolean()) {
        ByteBuffer.wrap(bytes).put((byte) 1).putInt(random.nextInt()).putInt(random.nextInt(100));
      }
      assertRefused(bytes);
    }
  }

  private void assertRefused(byte[] payload) {
    assertThatThrownBy(() -> payloads.unpack(payload))
        .as(hex(payload))
        .isInstanceOf(RuntimeException.class);
  }

  /** What the compression does not look at, as its own checksum, may be missing. */
  private void assertNeverAnotherValue(byte[] payload) {
    try {
      assertThat(payloads.unpack(payload)).isEqualTo(LONG);
    } catch (RuntimeException refused) {
      assertThat(refused).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Payloads.MOST_COMPRESSED + 1, Integer.MAX_VALUE})
  void unpack_bomb_isRefusedBeforeAnythingIsDecompressed(int length) {
    byte[] bomb = payloads.pack(LONG);
    ByteBuffer.wrap(bomb).putInt(5, length);

    assertThatThrownBy(() -> payloads.unpack(bomb))
        .hasMessage("payload: " + length + " bytes are said to be compressed in it");
    assertThat(deflating.decompressed).isZero();
  }

  @Test
  void pack_moreThanMayBeDecompressed_isNotCompressed() {
    byte[] huge = new byte[Payloads.MOST_COMPRESSED + 1];
    Payloads roomy = new Payloads(deflating, Integer.MAX_VALUE);

    assertThat(roomy.pack(huge)).startsWith(0).hasSize(huge.length + 5);
    assertThat(Payloads.isTooLarge(payloads.pack(huge))).isTrue();
    assertThat(Payloads.isTooLarge(payloads.pack(new byte[Payloads.MOST_COMPRESSED]))).isFalse();
  }

  @Test
  void pack_sizeIsJudgedAfterCompression() {
    int packed = payloads.pack(LONG).length;

    assertThat(Payloads.isTooLarge(new Payloads(deflating, packed).pack(LONG))).isFalse();
    assertThat(Payloads.isTooLarge(new Payloads(deflating, packed - 1).pack(LONG))).isTrue();
    assertThat(Payloads.isTooLarge(new Payloads(null, packed).pack(LONG))).isTrue();
  }
}
