package io.github.corral.internal;

import io.github.corral.spi.RemoteTier.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The changes of this process that the remote tier has not confirmed. While there are any, this
 * process neither reads nor fills L2: there may be what they have made invalid.
 *
 * <pre>
 *   a call failed ─► KEPT ── sent ─► being applied ── confirmed, and not kept anew since ─► gone
 *                     ▲                    └─ no answer ─┐
 *                     └──────────────────────────────────┘
 * </pre>
 *
 * <p>They are few: one per key or tag, the harder change and the longest hold-off of all that were
 * kept. A key beyond the limit turns those of its cache into one clear of the cache; a tag beyond
 * it turns everything into clears of all caches. What may have been applied already is applied
 * again, which costs a load at most.
 *
 * <p>The races, and what settles each:
 *
 * <ul>
 *   <li>A lookup was sent before the call failed, and its reply comes later: a change is kept
 *       before the key's counter is raised for the second time ({@link Writes}), so the lookup's
 *       ticket is void by then.
 *   <li>A lookup looks here, finds nothing, and is sent after a change was kept: it took its ticket
 *       before it looked, so the ticket is void too.
 *   <li>A change is kept again while it is being applied: the source may have changed in between,
 *       so that it is another one, and stays.
 *   <li>Many become one: under the lock, so that nobody sees none in between.
 *   <li>Tags: the barrier is in force here before it is no longer kept ({@link OutboxRelay}).
 *   <li>A value that was loaded or written before is on its way to L2: a change that is applied
 *       voids its lease, spoils its window, or raises the barrier above its stamp. Those of this
 *       process are not sent at all while any change is kept.
 * </ul>
 *
 * <p>Thread-safe.
 */
class Outbox {

  private static final System.Logger LOG = System.getLogger("io.github.corral.outbox");

  /** How many keys and tags are kept. */
  static final int MOST = 10_000;

  private final int most;
  private final Supplier<? extends Collection<String>> caches;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<String, Kept> keys = new LinkedHashMap<>();
  private final Map<String, Kept> tags = new LinkedHashMap<>();

  /** What will be cleared because there are too many, until it is told outside the lock. */
  private @Nullable String untold;

  /** Read before each lookup. */
  private volatile int size;

  /** Compared by identity: what was kept anew is another one. */
  private static final class Kept {
    private final Change mode;
    private final long holdOffMillis;

    Kept(Change mode, long holdOffMillis) {
      this.mode = mode;
      this.holdOffMillis = holdOffMillis;
    }

    Kept and(@Nullable Kept other) {
      if (other == null) {
        return new Kept(mode, holdOffMillis);
      }
      Change harder = other.mode == Change.HARD ? Change.HARD : mode;
      return new Kept(harder, Math.max(holdOffMillis, other.holdOffMillis));
    }
  }

  /** The change of a key, to be applied. */
  record KeyChange(String text, Change mode, long holdOffMillis, Object kept) {}

  /** The barrier of some tags, to be raised. */
  record Barrier(List<String> tags, long holdOffMillis, Map<String, ?> kept) {}

  /**
   * An empty one.
   *
   * @param most how many keys and tags it keeps, apart from those of whole caches
   * @param caches gives the tags of all caches of this process
   */
  Outbox(int most, Supplier<? extends Collection<String>> caches) {
    this.most = most;
    this.caches = caches;
  }

  /** Whether L2 may neither be read nor filled. To be asked after the ticket was taken. */
  boolean blocksL2() {
    return size > 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** How many there are. */
  int size() {
    return size;
  }

  // ---------------------------------------------------------------- keeping

  /** Keeps the change of a key. */
  void keep(String text, Change mode, long holdOffMillis) {
    Kept change = new Kept(mode, holdOffMillis);
    locked(
        () -> {
          String cache = cacheTag(text);
          if (tags.containsKey(cache)) {
            merge(tags, cache, change);
            return;
          }
          merge(keys, text, change);
          if (isOverLimit()) {
            overflow(cache);
          }
        });
  }

  /** Keeps the barrier of some tags. */
  void keep(List<String> names, long holdOffMillis) {
    Kept change = new Kept(Change.HARD, holdOffMillis);
    locked(
        () -> {
          names.forEach(tag -> merge(tags, tag, change));
          caches.get().stream().filter(names::contains).forEach(this::absorbKeys);
          if (isOverLimit()) {
            overflow();
          }
        });
  }

  private boolean isOverLimit() {
    return keys.size() + tags.size() > most;
  }

  /** Too many keys: the whole cache is cleared instead. Under the lock. */
  void overflow(String cacheTag) {
    untold = "the whole cache " + cacheTag.substring(CacheSettings.cacheTag("").length());
    absorbKeys(cacheTag);
  }

  /** Turns the changes of a cache's keys into one of the whole cache. */
  private void absorbKeys(String cacheTag) {
    keys.entrySet()
        .removeIf(
            it -> {
              boolean ofCache = cacheTag(it.getKey()).equals(cacheTag);
              if (ofCache) {
                merge(tags, cacheTag, it.getValue());
              }
              return ofCache;
            });
  }

  /** Too many tags: all caches are cleared instead. Under the lock. */
  void overflow() {
    untold = "all caches of this process";
    Collection<String> all = caches.get();
    Kept sum = new Kept(Change.HARD, 0);
    for (Kept kept : tags.values()) {
      sum = kept.and(sum);
    }
    for (String cacheTag : all) {
      merge(tags, cacheTag, sum);
      absorbKeys(cacheTag);
    }
    tags.keySet().retainAll(all);
  }

  private static void merge(Map<String, Kept> into, String name, Kept change) {
    into.put(name, change.and(into.get(name)));
  }

  private static String cacheTag(String text) {
    return CacheSettings.cacheTag(text.substring(0, text.indexOf(CacheSettings.SEPARATOR)));
  }

  // ---------------------------------------------------------------- applying

  /** Some tags that are kept, at most so many; null if there is none. */
  @Nullable Barrier tags(int atMost) {
    lock.lock();
    try {
      Map<String, Kept> some = first(tags, atMost);
      long holdOff = some.values().stream().mapToLong(it -> it.holdOffMillis).max().orElse(0);
      return some.isEmpty() ? null : new Barrier(List.copyOf(some.keySet()), holdOff, some);
    } finally {
      lock.unlock();
    }
  }

  /** Some keys that are kept, at most so many. */
  List<KeyChange> keys(int atMost) {
    lock.lock();
    try {
      List<KeyChange> some = new ArrayList<>();
      first(keys, atMost)
          .forEach(
              (text, kept) -> some.add(new KeyChange(text, kept.mode, kept.holdOffMillis, kept)));
      return some;
    } finally {
      lock.unlock();
    }
  }

  private static Map<String, Kept> first(Map<String, Kept> of, int atMost) {
    Map<String, Kept> some = new LinkedHashMap<>();
    of.entrySet().stream().limit(atMost).forEach(it -> some.put(it.getKey(), it.getValue()));
    return some;
  }

  /** The remote tier has applied it. */
  void applied(KeyChange change) {
    locked(() -> remove(keys, change.text, change.kept));
  }

  /** The barrier was raised, and is in force here. */
  void applied(Barrier barrier) {
    locked(() -> barrier.kept.forEach((tag, kept) -> remove(tags, tag, kept)));
  }

  private static void remove(Map<String, Kept> from, String name, Object kept) {
    if (from.get(name) == kept) {
      from.remove(name);
    }
  }

  private void locked(Runnable action) {
    String told;
    lock.lock();
    try {
      action.run();
      size = keys.size() + tags.size();
      told = untold;
      untold = null;
    } finally {
      lock.unlock();
    }
    if (told != null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "more than {0} changes are kept for the remote tier: when it is back, {1} will be cleared"
              + " instead",
          Integer.toString(most),
          told);
    }
  }
}
