package io.github.corral.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * One cache's entries in this process. Entries carry their own deadlines, because a timer wheel on
 * the read path costs more than the read; what is dead goes when it is next read, or by size.
 */
final class L1<K, V> {

  private final Cache<K, Entry<V>> entries;
  private final Guards guards;
  private final @Nullable Weights<K, V> weights;

  L1(long maximumSize, Guards guards) {
    this.entries = Caffeine.newBuilder().maximumSize(maximumSize).executor(Runnable::run).build();
    this.guards = guards;
    this.weights = null;
  }

  L1(long maximumWeight, Weights<K, V> weights, Guards guards) {
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(maximumWeight)
            .weigher((K key, Entry<V> entry) -> entry.weight())
            .executor(Runnable::run)
            .build();
    this.guards = guards;
    this.weights = weights;
  }

  @Nullable Entry<V> find(K key, long now) {
    Entry<V> entry = entries.getIfPresent(key);
    if (entry == null) {
      return null;
    }
    if (guards.holds(entry.stripe(), entry.count()) && entry.servable(now)) {
      return entry;
    }
    entries.asMap().remove(key, entry);
    return null;
  }

  /** The entry that a read would find; but this is no read, and leaves no trace. */
  @Nullable Entry<V> held(K key, long now) {
    Entry<V> entry = entries.policy().getIfPresentQuietly(key);
    return entry != null && guards.holds(entry.stripe(), entry.count()) && entry.servable(now)
        ? entry
        : null;
  }

  /** The keys, to go through while they change. */
  Iterator<K> keys() {
    return entries.asMap().keySet().iterator();
  }

  long size() {
    entries.cleanUp();
    return entries.estimatedSize();
  }

  void put(K key, Entry<V> entry) {
    if (!guards.holds(entry.stripe(), entry.count())) {
      return;
    }
    if (weights == null || weighed(weights, key, entry)) {
      entries.put(key, entry);
    } else {
      // Nor what was there before: it is older.
      entries.invalidate(key);
    }
  }

  private static <K, V> boolean weighed(Weights<K, V> weights, K key, Entry<V> entry) {
    int weight = weights.of(key, entry.value());
    entry.weighs(weight);
    return weight != Weights.REFUSED;
  }
}
