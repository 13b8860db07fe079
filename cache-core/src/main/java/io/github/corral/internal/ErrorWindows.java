package io.github.corral.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.corral.spi.RemoteTier.Failing;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose last load failed, and until when they are not loaded again: this process's own
 * memory of it, of at most {@value #MOST} keys. A window is doubled with each failure in a row.
 */
final class ErrorWindows {

  private static final int MOST = 10_000;
  private static final int MOST_DOUBLINGS = 30;

  private final LongSupplier nanoTime;
  private final Cache<String, Window> windows =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  ErrorWindows(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * The last failure in a row.
   *
   * @param until when the key may be loaded again
   * @param doublings how many failures came before it
   * @param error its class name
   */
  record Window(long until, int doublings, String error) {

    /** How much longer the key is not loaded, rounded up; 0 if it may be. */
    long leftMillis(long now) {
      return now >= until ? 0 : TimeUnit.NANOSECONDS.toMillis(until - now) + 1;
    }
  }

  /** Opens a window, unless its shortest length is 0. */
  void open(String key, String error, long minMillis, long maxMillis) {
    if (minMillis == 0) {
      return;
    }
    windows
        .asMap()
        .compute(
            key,
            (k, last) -> {
              int doublings = last == null ? 0 : Math.min(last.doublings + 1, MOST_DOUBLINGS);
              long millis = Math.min(maxMillis, minMillis << doublings);
              long until = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
              return new Window(until, doublings, error);
            });
  }

  /** The last failure, although its window may be over, or null. */
  @Nullable Window last(String key) {
    return windows.getIfPresent(key);
  }

  /** What a lookup is told within the key's window, or null outside. */
  @Nullable Failing failing(String key) {
    Window window = last(key);
    long left = window == null ? 0 : window.leftMillis(nanoTime.getAsLong());
    return window == null || left == 0 ? null : new Failing(null, window.error, left);
  }

  /** Forgets the key's failures. */
  void end(String key) {
    windows.invalidate(key);
  }

  long size() {
    windows.cleanUp();
    return windows.estimatedSize();
  }
}
