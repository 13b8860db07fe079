package io.github.corral.spi;

import java.util.List;

/**
 * Reads many values from the source of truth at once, each of which knows its key: most repository
 * methods, such as {@code repository::findAllById}. A method reference may name one that takes a
 * List, a Collection or an Iterable, and gives any of these or a Set; for one that takes a Set
 * write {@code keys -> method(Set.copyOf(keys))}.
 *
 * <p>Called like a {@link BulkLoader}.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
@FunctionalInterface
public interface ListLoader<K, V> {

  /**
   * Loads the values of some keys.
   *
   * @param keys the keys, at least one, each once; unmodifiable
   * @return the values that the source has, in any order, none of them null. One whose key was not
   *     asked for is ignored; two of one key count as a failed load
   * @throws Exception if the load fails; it then has failed for every key
   */
  Iterable<? extends V> loadAll(List<K> keys) throws Exception;
}
