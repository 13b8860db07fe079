package io.github.corral.internal;

import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What may go wrong in a simulation; a seed draws any of them together, or none. */
enum Fault {
  /** Messages, requests and replies take up to 100 ms now and then. */
  LONG_DELAYS,
  LOST_REQUESTS,
  /** The operation is done, and its reply is lost. */
  LOST_REPLIES,
  /** The operation is done after its caller has given it up. */
  LATE_REQUESTS,
  LOST_MESSAGES,
  DOUBLED_MESSAGES,
  /** A message of the feed comes after its successor. */
  SWAPPED_MESSAGES,
  /** A change is told seconds late, out of its turn. */
  HELD_MESSAGES,
  /** A feed says nothing for seconds, and nobody is told. */
  DEAF_FEED,
  /** The whole feed of a process is seconds late, in order. */
  LATE_FEED,
  /** Loads that fail now and then. */
  FAILING_LOADS,
  /** A source that fails for seconds. */
  FAILING_SOURCE,
  /** Loads that never end. */
  HUNG_LOADS,
  /** A process stands still, and then does all that was due at once. */
  PAUSES,
  /** A process dies, mostly in a load or in a write, and perhaps comes back with nothing in L1. */
  KILLS,
  /** Clocks run up to 0.1 % too fast or too slow. */
  SKEW,
  /** The server loses all its keys. */
  FLUSHES,
  /** The server loses one key. */
  EVICTIONS,
  /** The server loses the barriers of all tags, and nothing else. */
  LOST_TAGS,
  /** The server comes back under another identity with all its data. */
  RESTARTS,
  /** A replica takes over that lacks the last changes. */
  FAILOVERS,
  /** Callers give up. */
  CANCELS,
  /** Loads that are not told to use the primary, or do not ask, read from a replica behind it. */
  LAGGING_REPLICA,
  /** The server cannot be reached for seconds, and loses nothing. */
  OUTAGES;

  /** The chance of each is 0 in some histories, small in some and large in others. */
  static Set<Fault> drawn(RandomGenerator random) {
    double share = new double[] {0, 0.12, 0.12, 0.35}[random.nextInt(4)];
    Set<Fault> drawn = EnumSet.noneOf(Fault.class);
    for (Fault fault : values()) {
      if (random.nextDouble() < share) {
        drawn.add(fault);
      }
    }
    return drawn;
  }
}
