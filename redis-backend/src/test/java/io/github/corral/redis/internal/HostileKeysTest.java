package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.redis.LettuceTier;
import io.github.corral.spi.RemoteTier;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Any text is a key: it is kept apart from others, and beside its partition's counter. */
class HostileKeysTest {

  private static final List<String> KEYS =
      List.of(
          "",
          " ",
          "{}",
          "}{",
          "{a}",
          "}:e:c::a",
          "{corral:1}",
          "{corral",
          "::",
          ":",
          "c::",
          "*",
          "\n",
          "\r\n",
          "\0",
          "\0\0",
          "$5\r\nhello",
          "x".repeat(10_240),
          "x".repeat(10_241),
          "\ud800",
          "\udc00",
          "\udc00\ud800",
          "?",
          "\ufffd",
          "\ud83d\ude00",
          "\u00e9",
          "e\u0301",
          "\uffff",
          "\u2028",
          "\u202e");

  @Test
  void entry_anyKey_isInItsCountersSlotAndHasANameOfItsOwn() {
    for (String namespace : List.of("corral", "a", "n".repeat(64))) {
      Keyspace keyspace = new Keyspace(namespace);
      Map<String, String> names = new HashMap<>();
      for (String key : KEYS) {
        byte[] entry = keyspace.entry("c::" + key);
        byte[] counter = keyspace.counter(RemoteTier.partition("c::" + key));
        assertThat(SlotHash.getSlot(entry)).isEqualTo(SlotHash.getSlot(counter));
        assertThat(Keyspace.text(entry, 0)).isEqualTo("c::" + key);
        names.put(HexFormat.of().formatHex(entry), key);
      }
      assertThat(names).hasSameSizeAs(KEYS);
    }
  }

  @Test
  void get_anyKey_isKeptApartAndItsInvalidationIsHeard() {
    Map<String, String> source = new ConcurrentHashMap<>();
    KEYS.forEach(key -> source.put(key, "old " + KEYS.indexOf(key)));
    AtomicInteger loads = new AtomicInteger();
    try (RealRedis redis = RealRedis.start();
        Corral one = process(redis);
        Corral other = process(redis)) {
      ReadThroughCache<String, String> here = cache(one, source, loads);
      ReadThroughCache<String, String> there = cache(other, source, loads);
      KEYS.forEach(key -> assertThat(here.get(key)).isEqualTo(source.get(key)));
      KEYS.forEach(key -> assertThat(there.get(key)).isEqualTo(source.get(key)));
      assertThat(loads).hasValue(KEYS.size());

      KEYS.forEach(key -> source.put(key, "new " + KEYS.indexOf(key)));
      here.invalidateAll(new HashSet<>(KEYS));

      KEYS.forEach(key -> assertThat(here.get(key)).isEqualTo(source.get(key)));
      await()
          .atMost(VirtualRedis.PATIENCE)
          .untilAsserted(
              () -> KEYS.forEach(key -> assertThat(there.get(key)).isEqualTo(source.get(key))));
    }
  }

  private static Corral process(RealRedis redis) {
    return Corral.builder()
        .remote(LettuceTier.builder(redis.client()).timeout(VirtualRedis.PATIENCE).build())
        .lease(Duration.ofMinutes(1)) // that none runs out on a slow machine
        .build();
  }

  private static ReadThroughCache<String, String> cache(
      Corral corral, Map<String, String> source, AtomicInteger loads) {
    return corral
        .cache("c", String.class, String.class)
        .build(
            key -> {
              loads.incrementAndGet();
              return source.get(key);
            });
  }
}
