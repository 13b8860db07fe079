package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSlotTest {

  /** The first is the example of Redis' own specification. */
  @ParameterizedTest
  @CsvSource({
    "123456789, 12739",
    "'', 0",
    "foo, 12182",
    "{foo}, 12182",
    "a{foo}b{c}, 12182",
    "{}foo, 9500",
    "{foo, 13308"
  })
  void of_key_isTheServersSlot(String key, int slot) {
    assertThat(ClusterSlot.of(key.getBytes(StandardCharsets.UTF_8))).isEqualTo(slot);
  }

  @Test
  void of_randomKeys_isWhatAClientComputes() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      byte[] key = new byte[random.nextInt(20)];
      random.nextBytes(key);
      for (int j = random.nextInt(4); j > 0 && key.length > 0; j--) {
        key[random.nextInt(key.length)] = (byte) (random.nextBoolean() ? '{' : '}');
      }
      assertThat(ClusterSlot.of(key)).isEqualTo(SlotHash.getSlot(key));
    }
  }
}
