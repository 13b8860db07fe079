package io.github.corral;

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
   * is due; where that matters, {@link #invalidate} instead. After a failure the value that was
   * there is still served.
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
