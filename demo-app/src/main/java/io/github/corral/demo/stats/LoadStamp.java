package io.github.corral.demo.stats;

import java.io.Serializable;

/**
 * When a value was read from the database; carried inside the value, through whatever cache.
 *
 * @param startedMicros wall clock, microseconds since 1970, before the query
 * @param endedMicros the same after it
 * @param newestPost the greatest post id in the value: two values with different ones have a write
 *     between them
 */
public record LoadStamp(long startedMicros, long endedMicros, long newestPost)
    implements Serializable {

  /** How long the load took, in microseconds. */
  long durationMicros() {
    return endedMicros - startedMicros;
  }
}
