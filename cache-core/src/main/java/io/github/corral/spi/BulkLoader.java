package io.github.corral.spi;

import java.util.Map;
import java.util.Set;

/**
 * Reads many keys from the source of truth at once.
 *
 * <p>Called on the thread of the caller that reads in bulk and blocks; for all others, for
 * refreshes and for coalesced loads on the loader executor; under no lock. No key is in two bulk
 * loads at a time while its lease holds.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
@FunctionalInterface
public interface BulkLoader<K, V> {

  /**
   * Loads the values of some keys.
   *
   * @param keys the keys, at least one; unmodifiable, in the order in which they were asked for
   * @param load the circumstances; of use only during this call
   * @return their values. A key that is missing, or has null, is one that the source has no value
   *     for; keys that were not asked for are ignored, because their values are fenced by no lease.
   *     Null instead of a map counts as a failed load
   * @throws Exception if the load fails; it then has failed for every key
   */
  Map<K, V> loadAll(Set<K> keys, BulkLoad<K, V> load) throws Exception;
}
