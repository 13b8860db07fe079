package io.github.corral.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.github.corral.spi.Recorder;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
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
final class L1<K, V> implements Recorder.Contents {

  private final Cache<K, Entry<V>> entries;
  private final Policy<K, Entry<V>> unreported;
  private final Guards guards;
  private final Barriers barriers;
  private final String cacheTag;
  private final @Nullable Weights<K, V> weights;
  private final LongAdder evicted = new LongAdder();

  L1(CacheSettings<K, V> settings, Fleet fleet, Recorder recorder) {
    this(settings, fleet.guards(), fleet.barriers(), fleet.host().upkeep(), recorder);
  }

  L1(
      CacheSettings<K, V> settings,
      Guards guards,
      Barriers barriers,
      Executor upkeep,
      Recorder recorder) {
    this.guards = guards;
    this.barriers = barriers;
    this.cacheTag = settings.cacheTag();
    Caffeine<K, Entry<V>> bounded =
        Caffeine.newBuilder()
            .executor(upkeep)
            .evictionListener(
                (@Nullable K key, @Nullable Entry<V> entry, RemovalCause cause) ->
                    evicted.increment());
    if (settings.weigher == null) {
      this.weights = null;
      this.entries = bounded.maximumSize(settings.maximumSize).build();
    } else {
      this.weights = new Weights<>(settings.name, settings.weigher, recorder);
      this.entries =
          bounded
              .maximumWeight(settings.maximumWeight)
              .weigher((K key, Entry<V> entry) -> entry.weight())
              .build();
    }
    this.unreported = entries.policy();
  }

  @Nullable Entry<V> find(K key, long now) {
    Entry<V> entry = unreported.getIfPresentQuietly(key);
    return entry == null || entry.plain(now, guards, barriers) ? entry : examined(key, entry, now);
  }

  private @Nullable Entry<V> examined(K key, Entry<V> entry, long now) {
    if (holds(entry) && entry.servable(now)) {
      if (entry.takeReport(now)) {
        Entry<V> unused = entries.getIfPresent(key);
      }
      return entry;
    }
    entries.asMap().remove(key, entry);
    return null;
  }

  /** The entry that a read would find; but this is no read, and leaves no trace. */
  @Nullable Entry<V> held(K key, long now) {
    Entry<V> entry = unreported.getIfPresentQuietly(key);
    return entry != null && holds(entry) && entry.servable(now) ? entry : null;
  }

  /** The keys, to go through while they change. */
  Iterator<K> keys() {
    return entries.asMap().keySet().iterator();
  }

  /** After evictions that Caffeine has put off until the cache is next used. */
  @Override
  public long entries() {
    return size();
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
    if (!holds(entry)) {
      return;
    }
    if (weights == null || weighed(weights, key, entry)) {
      entries.put(key, entry);
    } else {
      // Nor what was there before: it is older.
      entries.invalidate(key);
    }
  }

  /** Whether nothing has invalidated an entry. */
  boolean holds(Entry<V> entry) {
    return entry.unchanged(guards) && entry.admitted(barriers, cacheTag);
  }

  private static <K, V> boolean weighed(Weights<K, V> weights, K key, Entry<V> entry) {
    int weight = weights.of(key, entry.value());
    entry.weighs(weight);
    return weight != Weights.REFUSED;
  }
}
