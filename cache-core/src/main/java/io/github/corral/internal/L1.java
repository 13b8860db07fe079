package io.github.corral.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One cache's entries in this process. Entries carry their own deadlines, because a timer wheel on
 * the read path costs more than the read; what is dead goes when it is next read, or by size.
 *
 * <p>Which entries go by size depends on what Caffeine is told of reads, and to tell it costs as
 * much as the read. So reads of an entry that follow a reported one within {@value
 * Entry#CORRELATED_MILLIS} ms are not reported: they count as one, as in LRU-K (O'Neil, O'Neil,
 * Weikum, SIGMOD 1993, "correlated references").
 */
final class L1<K, V> {

  private final Cache<K, Entry<V>> entries;
  private final Policy<K, Entry<V>> unreported;
  private final Guards guards;

  L1(long maximumSize, Guards guards, Executor upkeep) {
    this.entries = Caffeine.newBuilder().maximumSize(maximumSize).executor(upkeep).build();
    this.unreported = entries.policy();
    this.guards = guards;
  }

  @Nullable Entry<V> find(K key, long now) {
    Entry<V> entry = unreported.getIfPresentQuietly(key);
    if (entry == null) {
      return null;
    }
    if (guards.holds(entry.stripe(), entry.count()) && entry.servable(now)) {
      if (entry.takeReport(now)) {
        Entry<V> unused = entries.getIfPresent(key);
      }
      return entry;
    }
    entries.asMap().remove(key, entry);
    return null;
  }

  long size() {
    entries.cleanUp();
    return entries.estimatedSize();
  }

  void put(K key, Entry<V> entry) {
    if (guards.holds(entry.stripe(), entry.count())) {
      entries.put(key, entry);
    }
  }
}
