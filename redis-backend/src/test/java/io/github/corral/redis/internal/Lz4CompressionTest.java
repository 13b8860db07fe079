package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.spi.Compression;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads compressed by LZ4. */
class Lz4CompressionTest {

  private static final byte[] PLAIN =
      "a payload that repeats itself, ".repeat(50).getBytes(StandardCharsets.UTF_8);

  private final Compression lz4 = new Lz4Compression(100);

  private byte[] decompress(byte[] compressed, int length) {
    return lz4.decompress(compressed, 0, length);
  }

  @Test
  void decompress_whatWasCompressed_isTheSame() {
    byte[] compressed = lz4.compress(PLAIN);
    byte[] behind = new byte[compressed.length + 9];
    System.arraycopy(compressed, 0, behind, 9, compressed.length);

    assertThat(compressed).hasSizeLessThan(PLAIN.length / 10);
    assertThat(lz4.decompress(behind, 9, PLAIN.length)).isEqualTo(PLAIN);
  }

  /** What other processes read: a block of LZ4, without a frame. */
  @Test
  void decompress_blockOfLz4_isRead() {
    byte[] block = HexFormat.of().parseHex("1f610100" + "5b" + "50" + "6161616161");

    assertThat(decompress(block, 116)).isEqualTo("a".repeat(116).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void compress_noLongerThanTheThreshold_isLeftAsItIs() {
    assertThat(lz4.compress(new byte[100])).isNull();
    assertThat(lz4.compress(new byte[101])).isNotNull();
    assertThat(new Lz4Compression(Integer.MAX_VALUE).compress(new byte[1 << 20])).isNull();
  }

  @Test
  void compress_doesNotBecomeSmaller_isLeftAsItIs() {
    byte[] noise = new byte[1_000];
    new SplittableRandom(1).nextBytes(noise);

    assertThat(lz4.compress(noise)).isNull();
  }

  @Test
  void decompress_anotherLength_isRefused() {
    byte[] compressed = lz4.compress(PLAIN);

    for (int length : new int[] {0, 1, PLAIN.length - 1, PLAIN.length + 1, 2 * PLAIN.length}) {
      assertThatThrownBy(() -> decompress(compressed, length)).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void decompress_truncatedAnywhere_isRefused() {
    byte[] compressed = lz4.compress(PLAIN);

    for (int to = 0; to < compressed.length; to++) {
      byte[] truncated = Arrays.copyOf(compressed, to);
      assertThatThrownBy(() -> decompress(truncated, PLAIN.length))
          .isInstanceOf(RuntimeException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void decompress_randomBytes_givesTheLengthOrThrows(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextInt(50)];
      random.nextBytes(bytes);
      int length = random.nextInt(100);
      try {
        assertThat(decompress(bytes, length)).hasSize(length);
      } catch (RuntimeException refused) {
        assertThat(refused).isNotNull();
      }
    }
  }
}
