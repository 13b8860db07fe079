package io.github.corral.spring;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache.ValueWrapper;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CachePutOperation;

/**
 * An invocation that loads one key of one cache again, through Spring's own evaluation of the
 * annotations. Every lookup is a miss, so that the method is invoked; of what Spring then does to
 * caches, only the store of that key counts, for the rest belongs to the callers' invocations.
 */
final class RefreshScope extends Scope {

  private record Value(@Nullable Object value) {}

  private final CorralCache cache;
  private final CacheOperation by;
  private final String text;
  private volatile @Nullable Value loaded;
  private volatile @Nullable Value stored;

  RefreshScope(CorralCache cache, CacheOperation by, String text) {
    this.cache = cache;
    this.by = by;
    this.text = text;
  }

  /** Tells whether Spring stored a value. If not, the annotation's {@code unless} vetoed it. */
  boolean stores() {
    return stored != null;
  }

  /** What those get who wait for the key. */
  @Nullable Object value() {
    Value value = stored;
    if (value == null && Veto.ofValue(by)) {
      value = loaded;
    }
    return value == null ? CorralCache.UNSHARED : value.value();
  }

  @Override
  @Nullable ValueWrapper find(CorralCache other, CacheOperation operation, String key) {
    return null;
  }

  @Override
  @Nullable CompletableFuture<ValueWrapper> findLater(
      CorralCache other, CacheOperation operation, String key) {
    return null;
  }

  @Override
  void store(CorralCache to, CacheOperation operation, String key, @Nullable Object value) {
    if (loads(to, key) && !(operation instanceof CachePutOperation)) {
      stored = new Value(value);
    }
  }

  @Override
  void evict(CorralCache from, String key) {}

  @Override
  boolean loads(CorralCache other, String key) {
    return cache == other && text.equals(key);
  }

  @Override
  boolean listens() {
    return true;
  }

  @Override
  void loaded(@Nullable Object value) {
    loaded = new Value(value);
  }

  @Override
  void failed(Throwable error) {}

  @Override
  void end() {}

  @Override
  void abandon() {}
}
