package io.github.corral.load;

import java.time.Duration;
import java.time.Instant;

/**
 * One run of the hot key's query, in whichever process of the fleet.
 *
 * @param start when it began, on the machine's wall clock
 * @param version of what it found in the database; a write makes it greater
 */
record HotLoad(Instant start, long version) {

  boolean startsLaterBy(Duration time, HotLoad other) {
    return !start.isBefore(other.start.plus(time));
  }
}
