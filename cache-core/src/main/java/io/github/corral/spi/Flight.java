package io.github.corral.spi;

import org.jspecify.annotations.Nullable;

/**
 * A caller's part in the lookup and load of one key, for integrations that load by other means than
 * a loader, such as an interceptor around a method.
 *
 * <p>Either the value is there, or this caller leads: it must load the value and {@link #commit}
 * it, or {@link #fail}, or {@link #close}. Until then everybody else who asks for the key waits for
 * it, at most until the load timeout.
 *
 * <pre>{@code
 * try (Flight<V> flight = cache.open(key, refresher)) {
 *   if (!flight.leads()) {
 *     return flight.value();
 *   }
 *   V value = load();
 *   flight.commit(value);
 *   return value;
 * }
 * }</pre>
 *
 * <p>Until it ends, the thread that led by {@link io.github.corral.TieredCache#open} counts as one
 * that loads the key: a read of the same key on it throws.
 *
 * <p>Thread-safe; what ends it first counts, the rest is ignored.
 *
 * @param <V> the value type
 */
public interface Flight<V> extends AutoCloseable {

  /**
   * Tells whether this caller must load the value.
   *
   * @return true if it leads
   */
  boolean leads();

  /**
   * The value that was found or that another caller loaded.
   *
   * @return the value, or null if the source is known to have none
   * @throws IllegalStateException if this caller leads
   */
  @Nullable V value();

  /**
   * Gives the value to all who wait for it, and stores it unless an invalidation has overtaken the
   * load.
   *
   * @param value the value, or null if the source has none
   */
  void commit(@Nullable V value);

  /**
   * Gives the value to all who wait for it without storing it anywhere.
   *
   * @param value the value, or null if the source has none
   */
  void commitUnstored(@Nullable V value);

  /**
   * Tells all who wait that the load failed, unless a stale value can be served.
   *
   * @param error what the load threw
   */
  void fail(Throwable error);

  /**
   * Gives the lead to another caller that waits, or the lease back; does nothing once the flight
   * has ended.
   */
  @Override
  void close();
}
