package io.github.corral.spring;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache.ValueWrapper;
import org.springframework.cache.interceptor.CacheOperation;

/**
 * One invocation of an annotated method, as the caches see it that it uses. It belongs to the
 * invocation rather than to a thread, for a future or a publisher may go on elsewhere. Thread-safe.
 */
abstract sealed class Scope permits FlightScope, RefreshScope {

  private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

  /** The innermost invocation on this thread, or null. */
  static @Nullable Scope current() {
    return CURRENT.get();
  }

  /** Makes this scope the thread's, and gives the one that was, to be restored by the caller. */
  @Nullable Scope enter() {
    Scope outer = CURRENT.get();
    CURRENT.set(this);
    return outer;
  }

  static void leave(@Nullable Scope outer) {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }

  /** Reads a key, or returns null to make Spring invoke the method. */
  abstract @Nullable ValueWrapper find(CorralCache cache, CacheOperation by, String text);

  /** As {@link #find}; a null result is a miss at once, a null value one that was found later. */
  abstract @Nullable CompletableFuture<ValueWrapper> findLater(
      CorralCache cache, CacheOperation by, String text);

  /** Takes the value that Spring stores. */
  abstract void store(CorralCache cache, CacheOperation by, String text, @Nullable Object value);

  abstract void evict(CorralCache cache, String text);

  /** Tells whether this invocation, or one around it, is loading the key. */
  abstract boolean loads(CorralCache cache, String text);

  /** Tells whether the method's result is of interest. */
  abstract boolean listens();

  /** The method gave a value, or {@link CorralCache#UNSHARED} if it is not known. */
  abstract void loaded(@Nullable Object value);

  /** The method failed. */
  abstract void failed(Throwable error);

  /** The invocation is over: what it loads and has not stored will not be. */
  abstract void end();

  /** The invocation is over before it had a result. */
  abstract void abandon();
}
