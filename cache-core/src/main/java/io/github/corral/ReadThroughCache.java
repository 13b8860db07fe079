package io.github.corral;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A cache with a loader of its own.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
public interface ReadThroughCache<K, V> extends TieredCache<K, V> {

  /**
   * Reads a key, and loads it if no value may be served; see {@link #get(Object,
   * io.github.corral.spi.KeyLoader)}.
   *
   * @param key the key
   * @return the value, or null if the source has none
   * @throws LoadFailedException if the load failed or the wait was interrupted
   * @throws LoadTimeoutException if there was no value at the load timeout
   * @throws IllegalStateException if the {@link Corral} is closed, or a load of this very key runs
   *     on this thread
   */
  @Nullable V get(K key);

  /**
   * Reads a key like {@link #get(Object)}. The loader is called on the loader executor.
   *
   * @param key the key
   * @return completes with the value or null, or as {@link #get(Object)} throws
   */
  CompletableFuture<V> getAsync(K key);

  /**
   * Reads many keys like {@link #getAll(Collection, io.github.corral.spi.BulkLoader)}, by the
   * cache's bulk loader. A cache without one loads each missing key by its own load: one after
   * another on the calling thread, or concurrently on the executor that was set for loads.
   *
   * @param keys the keys; one that is given twice counts once
   * @return the values, in the order of the keys; keys that the source has no value for are left
   *     out. Unmodifiable
   * @throws BulkLoadException if at least one key could not be loaded and had no stale value, or
   *     was not there at the load timeout, or the wait was interrupted; it tells what was loaded
   * @throws IllegalStateException if the {@link Corral} is closed
   */
  Map<K, V> getAll(Collection<? extends K> keys);

  /**
   * Reads many keys like {@link #getAll(Collection)}. Loaders are called on the loader executor;
   * without a bulk loader, concurrently.
   *
   * @param keys the keys
   * @return completes with the values, or as {@link #getAll(Collection)} throws; to cancel it
   *     affects this caller only
   */
  CompletableFuture<Map<K, V>> getAllAsync(Collection<? extends K> keys);

  /**
   * Loads a key now, although its value may be fresh, and waits for it. Others are served meanwhile
   * what there is. The loader is called on the loader executor, under the key's lease.
   *
   * <p>The value was loaded after this call began: by this process, or by a load of another process
   * that began after this call. So an event that tells of a change may be acknowledged when this
   * returns. A load that was already in progress, here or elsewhere, may have read the source
   * before the change: it is waited for, but its value is not taken. Calls that come meanwhile
   * share the load that follows.
   *
   * <p>When this returns, this process and the remote tier have the value, unless a later
   * invalidation or write has overtaken it. Other processes keep what is in their memory until it
   * is due. To bring a change to all of them without a miss, {@link #expire} the key first: they
   * then serve the old value as stale, and fetch the new one behind it. After a failure the value
   * that was there is still served.
   *
   * @param key the key
   * @return the value, or null if the source has none
   * @throws LoadFailedException if the load failed, also when it is not tried because an earlier
   *     one has failed of late, or the wait was interrupted
   * @throws LoadTimeoutException if there was no value at the load timeout
   * @throws IllegalStateException if the {@link Corral} is closed
   */
  @Nullable V refresh(K key);

  /**
   * Loads a key now like {@link #refresh}.
   *
   * @param key the key
   * @return completes with the value or null, or as {@link #refresh} throws; to cancel it affects
   *     this caller only
   */
  CompletableFuture<V> refreshAsync(K key);
}
