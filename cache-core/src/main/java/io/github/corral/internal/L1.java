package io.github.corral.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.corral.spi.Recorder;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One cache's entries in this process. Entries carry their own deadlines, because a timer wheel on
 * the read path costs more than the read; what is dead goes when it is next read, or by size.
 */
final class L1<K, V> implements Recorder.Contents {

  private final Cache<K, Entry<V>> entries;
  private final Guards guards;
  private final LongAdder evicted = new LongAdder();

  L1(long maximumSize, Guards guards) {
    this.entries =
        Caffeine.newBuilder()
            .maximumSize(maximumSize)
            .executor(Runnable::run)
            .evictionListener((key, entry, cause) -> evicted.increment())
            .build();
    this.guards = guards;
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

  /** What {@link #find} would give, without a trace. */
  @Nullable Entry<V> glance(K key, long now) {
    Entry<V> entry = entries.policy().getIfPresentQuietly(key);
    return entry != null && guards.holds(entry.stripe(), entry.count()) && entry.servable(now)
        ? entry
        : null;
  }

  @Override
  public long entries() {
    return entries.estimatedSize();
  }

  @Override
  public long evictions() {
    return evicted.sum();
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
