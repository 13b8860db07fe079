package io.github.corral;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Flight;
import io.github.corral.spi.KeyLoader;
import io.github.corral.spi.SourceWrite;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A cache of two tiers whose callers bring their loader with each call.
 *
 * <p>However many callers of however many processes ask for a key, one of them loads it. A read
 * that starts after {@link #invalidate} has returned never gets a value loaded before it: not from
 * the remote tier, nor from this process; from another process's memory not beyond the bound of the
 * feed (see the guarantees in the documentation).
 *
 * <p>Values count as immutable. A loader may read other keys and other caches, but not its own key,
 * itself or by way of others: on one thread that throws an {@link IllegalStateException} at once.
 * Loads on several threads that would wait for each other are found out: one of them then loads
 * what it waits for itself, without storing it. That holds for blocking reads within one {@link
 * Corral}; asynchronous loaders, and those of several processes, that wait for each other end at
 * the load timeout. Thread-safe. No method takes a null key.
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
   * @throws IllegalStateException if the {@link Corral} is closed, or a load of this very key runs
   *     on this thread
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
   * Reads many keys: those that this process does not hold in one round trip to the remote tier,
   * and those that nobody holds or loads by one bulk load. Each key has the one load that single
   * reads and other bulk reads of it have too; this read first loads what it leads, and then waits
   * for what others load. It is given the lead of further keys when whoever led them was
   * interrupted or died; these are loaded in bulk as well. The loader runs on the calling thread,
   * or on the executor that was set for loads; refreshes behind values that are served are loaded
   * in bulk too, on the loader executor.
   *
   * @param keys the keys; one that is given twice counts once
   * @param loader loads what is missing
   * @return the values, in the order of the keys; keys that the source has no value for are left
   *     out. Unmodifiable
   * @throws BulkLoadException if at least one key could not be loaded and had no stale value, or
   *     was not there at the load timeout, or this thread was interrupted while it waited (its
   *     interrupt flag is then set); it tells what was loaded
   * @throws IllegalStateException if the {@link Corral} is closed
   */
  Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader);

  /**
   * Reads many keys like {@link #getAll}. The loader is called on the loader executor. What depends
   * on the future must not block: it may run on the thread that hands on the values of one bulk
   * load after the other.
   *
   * @param keys the keys
   * @param loader loads what is missing
   * @return completes with the values, or as {@link #getAll} throws; to cancel it affects this
   *     caller only
   */
  CompletableFuture<Map<K, V>> getAllAsync(Collection<? extends K> keys, BulkLoader<K, V> loader);

  /**
   * Reads a key, or makes this caller the one that loads it by means of its own.
   *
   * @param key the key
   * @param refresher loads it on the loader executor, when a value is served that is due for a
   *     refresh
   * @return the value, or the lead
   * @throws LoadFailedException as {@link #get}
   * @throws LoadTimeoutException as {@link #get}
   * @throws IllegalStateException as {@link #get}
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
   * Writes a value: with a {@link io.github.corral.spi.Writer} the source first, and then both
   * tiers. Without one only the tiers: the last one wins, and of puts that overlap in the remote
   * tier none is kept, but a put that is slower than its write of the source may still overwrite a
   * newer value. Where that matters, set a writer, or use {@link #update}. A written value carries
   * the tags that {@link CacheBuilder#tags} tells.
   *
   * @param key the key
   * @param value the value, or null: the source has none any longer
   * @throws WriteFailedException if the writer threw: nothing was published
   * @throws RemoteTierException if the remote tier did not answer: the source is written, and the
   *     old value is dropped as by {@link #invalidate}
   */
  void put(K key, @Nullable V value);

  /**
   * Writes a value like {@link #put}. A writer is called on the loader executor.
   *
   * @param key the key
   * @param value the value, or null
   * @return completes when applied in both tiers, or as {@link #put} throws
   */
  CompletableFuture<Void> putAsync(K key, @Nullable V value);

  /**
   * Writes values like {@link #put}, each by itself: with a writer in the order given, else
   * together.
   *
   * @param values the values by their keys, none of them null
   * @throws WriteFailedException as {@link #put}; what was written before stays, and nothing is
   *     written after it
   * @throws RemoteTierException as {@link #put}, once all are tried
   */
  void putAll(Map<? extends K, ? extends V> values);

  /**
   * Writes values like {@link #putAll}.
   *
   * @param values the values by their keys
   * @return completes when applied, or as {@link #putAll} throws
   */
  CompletableFuture<Void> putAllAsync(Map<? extends K, ? extends V> values);

  /**
   * Writes the source and then the cache: write-through of one call. The source is written between
   * two steps in the remote tier: the first bounds the old value by the load timeout, should this
   * process die, and the second stores the new one. If another writer or an invalidation of the
   * same key comes in between, the value is not stored but dropped, so that of two concurrent
   * writers never the loser's value is kept, in whatever order they reach source and cache.
   *
   * <p>A written value carries the tags that {@link CacheBuilder#tags} tells. Those that a loader
   * adds by {@link io.github.corral.spi.Load#tags} it has not, until it is loaded again: keys of
   * such values are better invalidated than written.
   *
   * <p>The source is written on the calling thread, also if the remote tier does not answer. A
   * write that takes longer than the load timeout, and whose process then dies, may leave the old
   * value until its time is over.
   *
   * @param key the key
   * @param source writes it, and gives the new value; called once
   * @param <E> what it throws
   * @return what it gave
   * @throws E what it threw; the old value is dropped, because it may have been overwritten
   * @throws RemoteTierException if the remote tier did not answer after the source was written: the
   *     old value is dropped as by {@link #invalidate}, and other processes may serve it until
   *     then, at most until the load timeout if the first step had reached the tier; or if this
   *     thread was interrupted before the source was written
   */
  <E extends Exception> @Nullable V update(K key, SourceWrite<V, E> source) throws E;

  /**
   * Writes the source and then the cache like {@link #update}.
   *
   * @param key the key
   * @param source starts the write of the source on the loader executor; its stage gives the new
   *     value
   * @return completes with that value, or as {@link #update} throws
   */
  CompletableFuture<V> updateAsync(K key, Callable<? extends CompletionStage<V>> source);

  /**
   * Deletes a key's value from the source by the cache's writer, and then from both tiers.
   *
   * @param key the key
   * @throws IllegalStateException if the cache was built without a writer
   * @throws WriteFailedException as {@link #put}
   * @throws RemoteTierException as {@link #put}
   */
  void remove(K key);

  /**
   * Deletes a key's value like {@link #remove}.
   *
   * @param key the key
   * @return completes when applied, or as {@link #remove} throws
   */
  CompletableFuture<Void> removeAsync(K key);

  /**
   * Drops a key's value from every process, and fences off every load of it that has begun. Call it
   * after the source's transaction has committed.
   *
   * @param key the key
   * @throws RemoteTierException if the remote tier did not answer: the value is gone from this
   *     process, but other processes may still serve it. The change is kept, and applied when the
   *     tier answers again, unless this process ends before
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
   * Drops several keys' values like {@link #invalidate}.
   *
   * @param keys the keys
   * @throws RemoteTierException as {@link #invalidate}, once all are tried
   */
  void invalidateAll(Collection<? extends K> keys);

  /**
   * Drops several keys' values like {@link #invalidate}.
   *
   * @param keys the keys
   * @return completes when the remote tier has applied all, or as {@link #invalidateAll} throws
   */
  CompletableFuture<Void> invalidateAllAsync(Collection<? extends K> keys);

  /**
   * Makes a key's value stale: it may still be served, while one caller refreshes it. Loads that
   * have begun are fenced off.
   *
   * @param key the key
   * @throws RemoteTierException as {@link #invalidate}
   */
  void expire(K key);

  /**
   * Makes a key's value stale like {@link #expire}.
   *
   * @param key the key
   * @return completes when the remote tier has applied it, or as {@link #invalidate} throws
   */
  CompletableFuture<Void> expireAsync(K key);

  /**
   * Drops all values of this cache from every process. Costs the same whatever their number: they
   * count as invalid, and go when they are next read or their time is over.
   *
   * @throws RemoteTierException as {@link #invalidate}
   */
  void clear();

  /**
   * Drops all values of this cache like {@link #clear}.
   *
   * @return completes when the remote tier has applied it, or as {@link #clear} throws
   */
  CompletableFuture<Void> clearAsync();

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
