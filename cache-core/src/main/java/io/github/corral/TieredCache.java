package io.github.corral;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Flight;
import io.github.corral.spi.KeyLoader;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A cache of two tiers whose callers bring their loader with each call.
 *
 * <p>However many callers of however many processes ask for a key, one of them loads it. A read
 * that starts after {@link #invalidate} has returned never gets a value loaded before it: not from
 * the remote tier, nor from this process; from another process's memory not beyond the bound of the
 * feed (see the guarantees in the documentation).
 *
 * <p>Values count as immutable. A loader that asks the same cache for its own key waits for itself
 * until the load timeout. Thread-safe. No method takes a null key.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
public interface TieredCache<K, V> {

  /**
   * The cache's name.
   *
   * @return the name that it was built with
   */
  String name();

  /**
   * Reads a key without loading it.
   *
   * @param key the key
   * @return the value, fresh or stale, or null if neither tier has one or the source is known to
   *     have none
   */
  @Nullable V getIfPresent(K key);

  /**
   * Reads a key without loading it.
   *
   * @param key the key
   * @return completes like {@link #getIfPresent}
   */
  CompletableFuture<V> getIfPresentAsync(K key);

  /**
   * Reads a key, and loads it if no value may be served. On a miss the loader runs on the calling
   * thread if this caller is the one that loads; a refresh behind a value that is served runs on
   * the loader executor.
   *
   * @param key the key
   * @param loader loads it
   * @return the value, or null if the source has none
   * @throws LoadFailedException if the load failed, or this thread was interrupted while it waited
   *     (its interrupt flag is then set)
   * @throws LoadTimeoutException if there was no value at the load timeout
   * @throws IllegalStateException if the {@link Corral} is closed
   */
  @Nullable V get(K key, KeyLoader<K, V> loader);

  /**
   * Reads a key like {@link #get}. The loader is called on the loader executor.
   *
   * @param key the key
   * @param loader loads it
   * @return completes with the value or null, or as {@link #get} throws; to cancel it affects this
   *     caller only
   */
  CompletableFuture<V> getAsync(K key, AsyncLoader<K, V> loader);

  /**
   * Reads a key, or makes this caller the one that loads it by means of its own.
   *
   * @param key the key
   * @param refresher loads it on the loader executor, when a value is served that is due for a
   *     refresh
   * @return the value, or the lead
   * @throws LoadFailedException as {@link #get}
   * @throws LoadTimeoutException as {@link #get}
   * @throws IllegalStateException if the {@link Corral} is closed
   */
  Flight<V> open(K key, KeyLoader<K, V> refresher);

  /**
   * Reads a key like {@link #open}.
   *
   * @param key the key
   * @param refresher starts a load of it, when a value is served that is due for a refresh
   * @return completes with the value or the lead, or as {@link #open} throws
   */
  CompletableFuture<Flight<V>> openAsync(K key, AsyncLoader<K, V> refresher);

  /**
   * Stores a value in both tiers. It does not write the source: of two concurrent puts that each
   * follow a write of the source, neither is kept if they overlap in the remote tier, but a slow
   * one may still overwrite a newer value. Where that matters, write the source and {@link
   * #invalidate}.
   *
   * @param key the key
   * @param value the value, or null to remember that the source has none
   * @throws RemoteTierException if the remote tier did not answer: the value may or may not be
   *     stored there
   */
  void put(K key, @Nullable V value);

  /**
   * Stores a value like {@link #put}.
   *
   * @param key the key
   * @param value the value, or null
   * @return completes when stored in both tiers, or as {@link #put} throws
   */
  CompletableFuture<Void> putAsync(K key, @Nullable V value);

  /**
   * Drops a key's value from every process, and fences off every load of it that has begun. Call it
   * after the source's transaction has committed.
   *
   * @param key the key
   * @throws RemoteTierException if the remote tier did not answer: the value is gone from this
   *     process, but other processes may still serve it
   */
  void invalidate(K key);

  /**
   * Drops a key's value like {@link #invalidate}.
   *
   * @param key the key
   * @return completes when the remote tier has applied it, or as {@link #invalidate} throws
   */
  CompletableFuture<Void> invalidateAsync(K key);

  /**
   * Tells all that is known of a key: where its entry is, how old, until when fresh and stale, and
   * what is in force for it. For people who wonder; it asks the remote tier each time. It changes
   * nothing: it is no read, loads nothing, and records no event.
   *
   * @param key the key
   * @return the explanation, whose text says it in words; if the remote tier does not answer, or
   *     the thread is interrupted meanwhile and stays so, it says that
   * @throws IllegalStateException if the {@link Corral} is closed
   */
  Explanation explain(K key);

  /**
   * Explains a key like {@link #explain}.
   *
   * @param key the key
   * @return completes with the explanation, at the load timeout at the latest
   * @throws IllegalStateException if the {@link Corral} is closed
   */
  CompletableFuture<Explanation> explainAsync(K key);
}
