package io.github.corral.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * One cache's entries in this process. Entries carry their own deadlines, because a timer wheel on
 * the read path costs more than the read; what is dead goes when it is next read, or by size.
 */
final class L1<K, V> {

  private final Cache<K, Entry<V>> entries;
  private final Guards guards;
  private final Barriers barriers;
  private final String cacheTag;

  L1(long maximumSize, Guards guards, Barriers barriers, String cacheTag) {
    this.entries = Caffeine.newBuilder().maximumSize(maximumSize).executor(Runnable::run).build();
    this.guards = guards;
    this.barriers = barriers;
    this.cacheTag = cacheTag;
  }

  @Nullable Entry<V> find(K key, long now) {
    Entry<V> entry = entries.getIfPresent(key);
    if (entry == null) {
      return null;
    }
    if (holds(entry) && entry.servable(now)) {
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
    if (holds(entry)) {
      entries.put(key, entry);
    }
  }

  /** Whether nothing has invalidated an entry. */
  boolean holds(Entry<V> entry) {
    return guards.holds(entry.stripe, entry.count) && entry.admitted(barriers, cacheTag);
  }
}
