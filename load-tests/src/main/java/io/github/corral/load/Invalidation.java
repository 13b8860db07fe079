package io.github.corral.load;

import java.time.Instant;

/**
 * A write that invalidated the hot key, in whichever process of the fleet.
 *
 * @param start before the write, on the machine's wall clock
 * @param end after the invalidation had returned
 */
record Invalidation(Instant start, Instant end) {

  boolean wasUnderWayAt(Instant time) {
    return !time.isBefore(start) && !time.isAfter(end);
  }
}
