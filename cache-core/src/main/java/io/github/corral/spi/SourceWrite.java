package io.github.corral.spi;

import org.jspecify.annotations.Nullable;

/**
 * Writes one key's source, for write-through of a single call.
 *
 * @param <V> the value type
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface SourceWrite<V, E extends Exception> {

  /**
   * Writes the source.
   *
   * @return the value that the source now holds, or null if it holds none
   * @throws E if the source was not written, or it is not known whether it was
   */
  @Nullable V write() throws E;
}
