package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.redis.CborCodec;
import io.github.corral.redis.LettuceTier;
import io.lettuce.core.SetArgs;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever stands in Redis in place of an entry is a miss: callers have the loader's value, and the
 * entry is replaced. Each key is looked up once, so that no damage is hidden by what is held.
 */
class DamagedEntryTest {

  private static final String STORED = "a value that was stored, and is compressed ".repeat(5);
  private static final Keyspace KEYSPACE = new Keyspace("corral");

  private final RealRedis redis = RealRedis.start();
  private final List<Corral> processes = new ArrayList<>();
  private final AtomicInteger loads = new AtomicInteger();

  private ReadThroughCache<Integer, String> cache;
  private byte[] entry;

  @BeforeEach
  void storeOne() {
    ReadThroughCache<Integer, String> writer = process();
    writer.put(0, STORED);
    entry = redis.commands().get(KEYSPACE.entry("c::0"));
    cache = process();
    assertThat(cache.get(0)).isEqualTo(STORED);
    assertThat(loads).hasValue(0);
  }

  @AfterEach
  void closeAll() {
    processes.forEach(Corral::close);
    redis.close();
  }

  private ReadThroughCache<Integer, String> process() {
    Corral corral =
        Corral.builder()
            .remote(
                LettuceTier.builder(redis.client())
                    .timeout(VirtualRedis.PATIENCE)
                    .codecs(CborCodec::of)
                    .compressAbove(100)
                    .build())
            .lease(Duration.ofMinutes(1)) // that none runs out on a slow machine
            .build();
    processes.add(corral);
    return corral
        .cache("c", Integer.class, String.class)
        .build(
            (key, load) -> {
              loads.incrementAndGet();
              load.tags("tag");
              return "loaded " + key;
            });
  }

  private void set(int key, byte[] bytes) {
    redis
        .commands()
        .set(
            KEYSPACE.entry("c::" + key),
            bytes,
            SetArgs.Builder.px(VirtualRedis.PATIENCE.toMillis()));
  }

  /** Another process finds what was loaded. */
  private void assertMissAndReplaced(int key, ReadThroughCache<Integer, String> other) {
    int before = loads.get();
    assertThat(cache.get(key)).isEqualTo("loaded " + key);
    assertThat(other.get(key)).isEqualTo("loaded " + key);
    assertThat(loads).hasValue(before + 1);
  }

  @Test
  void get_entryIsTruncatedAnywhere_isAMissAndReplaced() {
    ReadThroughCache<Integer, String> other = process();

    for (int length = 0; length < entry.length; length++) {
      set(length + 1, Arrays.copyOf(entry, length));
      assertMissAndReplaced(length + 1, other);
    }
  }

  @Test
  void invalidate_entryIsTruncatedAnywhere_isApplied() {
    for (int length = 0; length < entry.length; length++) {
      set(length + 1, Arrays.copyOf(entry, length));
      cache.invalidate(length + 1);
      assertThat(cache.get(length + 1)).isEqualTo("loaded " + (length + 1));
    }
  }

  /** A flip may leave what is decompressed as it was. */
  @Test
  void get_bytesOfThePayloadAreOthers_isNeverAnotherValue() {
    SplittableRandom random = new SplittableRandom(3);
    int payload = entry.length - EntryLayout.read(entry).payload().length;

    for (int key = 1; key <= 200; key++) {
      byte[] damaged = entry.clone();
      damaged[random.nextInt(payload, entry.length)] ^= (byte) (1 << random.nextInt(8));
      set(key, damaged);
      assertThat(cache.get(key)).isIn(STORED, "loaded " + key);
    }
    assertThat(loads).hasValueGreaterThan(150);
  }

  @Test
  void get_tagsThatCannotBeRead_isAMissAndReplaced() {
    ReadThroughCache<Integer, String> other = process();
    assertMissAndReplaced(1, other);
    byte[] tagged = redis.commands().get(KEYSPACE.entry("c::1"));
    int tag = HexFormat.of().formatHex(tagged).indexOf("0005" + "743a746167") / 2;
    assertThat(tag).isPositive();
    tagged[tag + 1] = 9;
    set(2, tagged);

    assertMissAndReplaced(2, other);
  }

  @Test
  void get_flagsThatAreUnknown_isAMissAndReplaced() {
    ReadThroughCache<Integer, String> other = process();

    for (int bit = 12; bit < 16; bit++) {
      byte[] damaged = entry.clone();
      int flags = ByteBuffer.wrap(damaged).getShort(1) | 1 << bit;
      set(bit, ByteBuffer.wrap(damaged).putShort(1, (short) flags).array());
      assertMissAndReplaced(bit, other);
    }
  }

  @Test
  void get_formatOfALaterVersion_isServedByTheLoaderAndTheEntryIsLeft() {
    byte[] later = entry.clone();
    later[0] = 2;
    set(1, later);

    assertThat(cache.get(1)).isEqualTo("loaded 1");
    assertThat(redis.commands().get(KEYSPACE.entry("c::1"))).isEqualTo(later);
  }

  @Test
  void read_randomBytes_isNullOrAnEntry() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = Arrays.copyOf(entry, random.nextInt(60));
      for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      EntryLayout read = EntryLayout.read(damaged);
      assertThat(read == null || read.schema() >= 0).isTrue();
    }
  }
}
