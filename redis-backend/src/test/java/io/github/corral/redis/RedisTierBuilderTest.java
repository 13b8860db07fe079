package io.github.corral.redis;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.lettuce.core.RedisClient;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RedissonClient;

/** The settings of a tier, which are the same for every client. */
class RedisTierBuilderTest {

  private final RedisClient client = RedisClient.create("redis://127.0.0.1:1");

  @AfterEach
  void shutDown() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
  }

  @Test
  void builder_noLettuce_isRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> LettuceTier.builder((RedisClient) null))
        .withMessageContaining("client");
  }

  @Test
  void builder_noRedisson_isRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> RedissonTier.builder(null))
        .withMessageContaining("client");
  }

  @Test
  void build_redissonOfAnotherMake_isRefused() {
    RedissonClient other =
        (RedissonClient)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RedissonClient.class},
                (proxy, method, arguments) -> null);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedissonTier.builder(other))
        .withMessageMatching("client .*: must be one that Redisson.create has made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "{a}", "a:b", "\u00e9", "a\n"})
  void namespace_otherCharacters_isRefused(String namespace) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LettuceTier.builder(client).namespace(namespace))
        .withMessage(
            "namespace '%s': must be 1 to 64 letters, digits, dots, hyphens and underscores",
            namespace);
  }

  @Test
  void namespace_tooLong_isRefused() {
    LettuceTier.builder(client).namespace("n".repeat(64));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> LettuceTier.builder(client).namespace("n".repeat(65)));
  }

  @Test
  void namespace_twice_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> LettuceTier.builder(client).namespace("a").namespace("a"))
        .withMessage("namespace is set already, to a; set it once");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.0009S", "PT-1S", "PT1M0.001S"})
  void timeout_tooShortOrTooLong_isRefused(Duration timeout) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LettuceTier.builder(client).timeout(timeout))
        .withMessage("timeout %s: must be from 1 millisecond to 1 minute", timeout);
  }

  @Test
  void timeout_twice_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                LettuceTier.builder(client)
                    .timeout(Duration.ofMillis(1))
                    .timeout(Duration.ofMinutes(1)))
        .withMessage("timeout is set already, to PT0.001S; set it once");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-0.001S", "PT1M0.001S"})
  void connectWait_negativeOrTooLong_isRefused(Duration wait) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LettuceTier.builder(client).connectWait(wait))
        .withMessage("connectWait %s: must be from 0 to 1 minute", wait);
  }

  @Test
  void connectWait_twice_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                LettuceTier.builder(client)
                    .connectWait(Duration.ZERO)
                    .connectWait(Duration.ofMinutes(1)))
        .withMessage("connectWait is set already, to PT0S; set it once");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, (16 << 20) + 1})
  void compressAbove_outOfRange_isRefused(int bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LettuceTier.builder(client).compressAbove(bytes))
        .withMessage("compressAbove %d: must be from 0 to 16777216 bytes", bytes);
  }

  @Test
  void compressAboveOrCodecs_twice_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> LettuceTier.builder(client).compressAbove(0).compressAbove(1024))
        .withMessage("compressAbove is set already, to 0; set it once");
    assertThatIllegalStateException()
        .isThrownBy(() -> LettuceTier.builder(client).codecs(CborCodec::of).codecs(JsonCodec::of))
        .withMessage("codecs is set already; set it once");
  }
}
