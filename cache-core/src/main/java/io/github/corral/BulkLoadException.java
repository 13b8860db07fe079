package io.github.corral;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of the keys of a bulk read at least one has no value, fresh or stale, because its load failed or
 * was not over in time. What was loaded is stored, and {@link #loaded()}. Each caller gets an
 * instance of its own; the message names the cache, the counts and the first key that failed, whose
 * failure's cause is this one's.
 *
 * <p>An exception has no type parameters, so the maps take the types that they are assigned to:
 * those of the cache that threw it are right. The maps are not serialized.
 */
public final class BulkLoadException extends LoadFailedException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable Map<?, ?> loaded;
  private final transient @Nullable Map<?, LoadFailedException> failures;

  /**
   * Makes an exception.
   *
   * @param message cache, counts, first key and what happened to it
   * @param cause what the loader threw, or null if that is not known here
   * @param loaded the values that there are; copied
   * @param failures why the others are not there; copied
   */
  public BulkLoadException(
      String message,
      @Nullable Throwable cause,
      Map<?, ?> loaded,
      Map<?, LoadFailedException> failures) {
    super(message, cause);
    this.loaded = Collections.unmodifiableMap(new LinkedHashMap<>(loaded));
    this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  /**
   * The values that there are.
   *
   * @param <K> the cache's key type
   * @param <V> the cache's value type
   * @return what the read would have given without the keys that failed; unmodifiable, in the order
   *     in which the keys were given
   */
  @SuppressWarnings("unchecked") // as documented
  public <K, V> Map<K, V> loaded() {
    return loaded == null ? Map.of() : (Map<K, V>) loaded;
  }

  /**
   * Why the other values are not there.
   *
   * @param <K> the cache's key type
   * @return for each key what a read of it alone would have thrown; unmodifiable, in the order in
   *     which the keys were given
   */
  @SuppressWarnings("unchecked") // as documented
  public <K> Map<K, LoadFailedException> failures() {
    return failures == null ? Map.of() : (Map<K, LoadFailedException>) failures;
  }
}
