package io.github.corral.internal;

import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** How long one cache's values are fresh: as their load says, else their value, else the cache. */
final class FreshTimes<K, V> {

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final String cache;
  private final @Nullable BiFunction<? super K, ? super @Nullable V, ? extends @Nullable Duration>
      byValue;
  private final Ageing ageing;
  private final long freshMillis;
  private final long negativeMillis;

  FreshTimes(CacheSettings<K, V> settings, Ageing ageing) {
    this.cache = settings.name;
    this.byValue = settings.freshFor;
    this.ageing = ageing;
    this.freshMillis = settings.expiry.freshFor().toMillis();
    this.negativeMillis = settings.expiry.negativeFor().toMillis();
  }

  /**
   * With jitter; 0 for an absence that is not to be remembered. Throws what the application's
   * function throws, or that what it gave is out of range.
   *
   * @param ofLoad what the load said of its value, or 0
   */
  long millis(K key, @Nullable V value, long ofLoad) {
    long chosen = value != null && ofLoad > 0 ? ofLoad : ofValue(key, value);
    return chosen == 0 ? 0 : ageing.jittered(chosen);
  }

  private long ofValue(K key, @Nullable V value) {
    Duration chosen = byValue == null ? null : byValue.apply(key, value);
    if (chosen == null) {
      return value == null ? negativeMillis : freshMillis;
    }
    if (chosen.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "cache '" + cache + "': freshFor gave " + chosen + ", which is not 1 ms or more");
    }
    return (chosen.compareTo(LONGEST) > 0 ? LONGEST : chosen).toMillis();
  }
}
