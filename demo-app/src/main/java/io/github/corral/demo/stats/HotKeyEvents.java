package io.github.corral.demo.stats;

import java.util.List;

/**
 * What one process saw of the hot key since its last reset, in no particular order. All times are
 * the machine's wall clock in microseconds since 1970.
 *
 * @param loads executions of the front page's query that brought a value
 * @param waits requests that stood behind a load, whether or not they should have
 * @param invalidations writes that invalidated the key, from before the write until the
 *     invalidation had returned
 * @param truncated whether a list was full, so that later events are missing
 */
public record HotKeyEvents(
    List<LoadStamp> loads, List<Wait> waits, List<Invalidation> invalidations, boolean truncated) {

  /** Copies the lists. */
  public HotKeyEvents {
    loads = List.copyOf(loads);
    waits = List.copyOf(waits);
    invalidations = List.copyOf(invalidations);
  }

  /**
   * A request that stood behind a load.
   *
   * @param startedMicros before the service was called
   * @param endedMicros after it had returned
   * @param ranLoad whether the request's own thread ran a load; else it waited for another's
   * @param load the load of the value that was returned
   */
  public record Wait(long startedMicros, long endedMicros, boolean ranLoad, LoadStamp load) {

    /** For how much of the load's time the request was under way. */
    long overlapMicros() {
      return Math.min(endedMicros, load.endedMicros())
          - Math.max(startedMicros, load.startedMicros());
    }
  }

  /**
   * A write that invalidated the key.
   *
   * @param startedMicros before the write
   * @param endedMicros after the invalidation had returned, or failed
   */
  public record Invalidation(long startedMicros, long endedMicros) {}
}
