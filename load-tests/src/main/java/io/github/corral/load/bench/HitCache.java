package io.github.corral.load.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cache that holds every key that is read, and that tells whether it really was asked.
 *
 * <p>Each kind reads in a loop of its own, so that the compiler sees one receiver in it.
 */
abstract sealed class HitCache implements AutoCloseable {

  /** Room for all keys, and so little more that the policy of eviction is at work. */
  private static final int MAXIMUM_SIZE = 12_000;

  private static final Duration LONG_ENOUGH = Duration.ofHours(1);

  /** The caches that are compared. */
  enum Kind {
    CORRAL,
    CORRAL_COARSE_CLOCK,
    CAFFEINE_EXPIRING,
    CAFFEINE;

    /** Makes one that holds a value of each key: the key's hash code. */
    HitCache holding(List<Object> keys) {
      return switch (this) {
        case CORRAL -> new OfCorral(Corral.builder(), keys);
        case CORRAL_COARSE_CLOCK -> new OfCorral(Corral.builder().coarseClock(), keys);
        case CAFFEINE_EXPIRING ->
            new OfCaffeine(Caffeine.newBuilder().expireAfterWrite(LONG_ENOUGH), keys);
        case CAFFEINE -> new OfCaffeine(Caffeine.newBuilder(), keys);
      };
    }
  }

  /** The sum of the values of some keys in turn; the array is read as a ring. */
  abstract long sum(Object[] keys, int from, int count);

  /** Reads one key. */
  abstract Integer read(Object key);

  /** Throws if a read was not a hit. */
  abstract void assertOnlyHits();

  @Override
  public abstract void close();

  private static Integer present(@Nullable Integer value) {
    return Objects.requireNonNull(value, "a read missed");
  }

  /** With all protections and meters on, as they are by default. */
  private static final class OfCorral extends HitCache {

    private final Counters counters = new Counters();
    private final Corral corral;
    private final ReadThroughCache<Object, Integer> cache;

    OfCorral(Corral.Builder builder, List<Object> keys) {
      corral = builder.recorders(name -> counters).build();
      cache =
          corral
              .cache("hits", Object.class, Integer.class)
              .maximumSize(MAXIMUM_SIZE)
              .keyCodec(String::valueOf)
              .build(key -> key.hashCode());
      keys.forEach(cache::get);
    }

    @Override
    long sum(Object[] keys, int from, int count) {
      long sum = 0;
      for (int i = from; i < from + count; i++) {
        sum += present(cache.get(keys[i & (keys.length - 1)]));
      }
      return sum;
    }

    @Override
    Integer read(Object key) {
      return present(cache.get(key));
    }

    @Override
    void assertOnlyHits() {
      if (counters.misses() != HitKeys.KEYS || counters.loads() != HitKeys.KEYS) {
        throw new IllegalStateException(
            counters.misses() + " misses and " + counters.loads() + " loads: one per key expected");
      }
    }

    @Override
    public void close() {
      corral.close();
    }
  }

  private static final class OfCaffeine extends HitCache {

    private final Cache<Object, Integer> cache;

    OfCaffeine(Caffeine<Object, Object> builder, List<Object> keys) {
      cache = builder.maximumSize(MAXIMUM_SIZE).build();
      keys.forEach(key -> cache.put(key, key.hashCode()));
    }

    @Override
    long sum(Object[] keys, int from, int count) {
      long sum = 0;
      for (int i = from; i < from + count; i++) {
        sum += present(cache.getIfPresent(keys[i & (keys.length - 1)]));
      }
      return sum;
    }

    @Override
    Integer read(Object key) {
      return present(cache.getIfPresent(key));
    }

    /** A miss would have thrown. */
    @Override
    void assertOnlyHits() {}

    @Override
    public void close() {}
  }
}
