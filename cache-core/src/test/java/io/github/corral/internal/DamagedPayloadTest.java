package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Verdict;
import io.github.corral.testing.InMemoryTier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Whatever the remote tier holds instead of a value is a miss: it is loaded, once, and replaced.
 */
class DamagedPayloadTest {

  private static final String VALUE = "a value that is compressed ".repeat(4);

  /** What the compression can do without. */
  private static final int DEFLATE_CHECKSUM = 5;

  private static final List<String> TAGS = List.of();

  private final Lab lab = new Lab();
  private final RemoteTier tier = new InMemoryTier(lab.server);

  private Node node() {
    return lab.node(
        setup ->
            setup.change =
                settings -> {
                  settings.maximumSize = 10_000;
                  settings.compression = new Deflating();
                });
  }

  private static byte[] payload() {
    return new Payloads(new Deflating(), 1_000).pack(VALUE.getBytes(StandardCharsets.UTF_8));
  }

  private void store(int key, byte[] payload) {
    tier.beginWrite("c::" + key, key, 1_000, 0);
    Stamp now = tier.barriers().toCompletableFuture().join().now();
    Fill fill =
        new Fill(
            "c::" + key, key, payload, 60_000, 60_000, 1, Fill.NO_VERSION, false, 1, 0, now, TAGS);
    assertThat(tier.commitWrite(fill, 0).toCompletableFuture().join().verdict())
        .isEqualTo(Verdict.STORED);
  }

  private void assertMiss(Node node, Node other, int key) {
    int before = node.counts.of("codecFailure");
    CompletableFuture<String> peeked = node.cache.getIfPresentAsync(key);
    lab.passMoment();

    assertThat(peeked.join()).isNull();
    assertThat(node.fill(key, "new")).isEqualTo("new");
    assertThat(node.counts.of("codecFailure")).isEqualTo(before + 2);
    assertThat(other.now(key)).isEqualTo("new");
  }

  @Test
  void get_payloadAsItWasStored_isAHit() {
    store(1, payload());

    assertThat(node().now(1)).isEqualTo(VALUE);
  }

  @Test
  void get_payloadIsTruncatedAnywhere_isAMissAndReplaced() {
    Node node = node();
    Node other = node();
    byte[] payload = payload();
    for (int length = 0; length < payload.length - DEFLATE_CHECKSUM; length++) {
      store(length + 1, Arrays.copyOf(payload, length));
      assertMiss(node, other, length + 1);
    }
    assertThat(node.counts.of("hit L2")).isZero();
    assertThat(node.counts.of("remoteFailure")).isZero();
  }

  @Test
  void get_bytesOfThePayloadAreOthers_isAMissAndReplaced() {
    Node node = node();
    Node other = node();
    SplittableRandom random = new SplittableRandom(7);
    byte[] payload = payload();
    for (int key = 1; key <= 300; key++) {
      byte[] damaged = payload.clone();
      random.ints(4, 0, damaged.length).forEach(at -> damaged[at] ^= (byte) random.nextInt(1, 256));
      store(key, damaged);
      assertMiss(node, other, key);
    }
  }

  @Test
  void get_formOfALaterVersion_isAMissAndReplaced() {
    Node node = node();
    byte[] payload = payload();
    payload[0] = 3;
    store(1, payload);

    assertMiss(node, node(), 1);
  }

  @Test
  void get_compressedWhereNothingDecompresses_isAMissAndReplaced() {
    Node node = lab.node();
    store(1, payload());

    assertMiss(node, node(), 1);
  }

  @Test
  void get_anotherReadsWithoutCompressing_bothFormsAreRead() {
    Node compressing = node();
    compressing.fill(1, VALUE);
    compressing.fill(2, "short");

    assertThat(node().now(1)).isEqualTo(VALUE);
    assertThat(lab.node().now(2)).isEqualTo("short");
  }
}
