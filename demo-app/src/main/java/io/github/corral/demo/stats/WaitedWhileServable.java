package io.github.corral.demo.stats;

import io.github.corral.demo.stats.HotKeyEvents.Invalidation;
import io.github.corral.demo.stats.HotKeyEvents.Wait;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Counts the requests for the hot key that waited for a load although a value was there: what a
 * stampede does to callers, and what serving a stale value while one caller refreshes it avoids.
 *
 * <p>A request counts when all of this holds:
 *
 * <ol>
 *   <li><b>It waited for a load.</b> The load of the value it got ended after the request had
 *       started, the request was under way for at least half of that load's time, and its own
 *       thread ran a load or gave up the processor to wait. {@link HotKey} records such requests.
 *       The last two conditions keep out a request that read a value which happened to be finished
 *       between its first look at the clock and its read, also when the scheduler, or a slow reply
 *       of Redis, held it back in between.
 *   <li><b>An earlier value existed.</b> Some process had finished loading it before the request
 *       started, and at least as long before as that load had taken: time enough for any cache to
 *       have stored it.
 *   <li><b>Nobody had invalidated it.</b> No invalidation overlaps the span from the start of the
 *       earlier load to the end of the request, and the earlier value holds the same newest post as
 *       the one returned, which also tells of writes by a process whose records are missing.
 *   <li><b>It could still be served.</b> From the start of its load to the end of the request
 *       passed no more than fresh-for and stale-for together.
 * </ol>
 *
 * <p>Only clocks and records of the application enter, never a cache's own word, and the rule is
 * the same in every mode: where the cache forgets a value at its time-to-live, or there is no cache
 * at all, the value still counts as one that was there, because that is what is compared. Every
 * doubt is decided against counting.
 */
final class WaitedWhileServable {

  private final List<LoadStamp> newestFirst;
  private final List<Invalidation> invalidations;
  private final long servableForMicros;

  private WaitedWhileServable(Collection<HotKeyEvents> fleet, long servableForMicros) {
    this.newestFirst =
        fleet.stream()
            .flatMap(events -> events.loads().stream())
            .sorted(Comparator.comparingLong(LoadStamp::endedMicros).reversed())
            .toList();
    this.invalidations = fleet.stream().flatMap(events -> events.invalidations().stream()).toList();
    this.servableForMicros = servableForMicros;
  }

  /**
   * The number of such requests in the whole fleet.
   *
   * @param fleet the records of all its processes; one alone gives what that process can know
   * @param servableForMicros fresh-for and stale-for together
   */
  static long count(Collection<HotKeyEvents> fleet, long servableForMicros) {
    WaitedWhileServable rule = new WaitedWhileServable(fleet, servableForMicros);
    return fleet.stream().flatMap(events -> events.waits().stream()).filter(rule::counts).count();
  }

  private boolean counts(Wait wait) {
    return newestFirst.stream()
        .anyMatch(
            earlier ->
                existedBefore(wait, earlier)
                    && wasYoungEnough(wait, earlier)
                    && earlier.newestPost() == wait.load().newestPost()
                    && invalidations.stream().noneMatch(write -> overtook(write, wait, earlier)));
  }

  private static boolean existedBefore(Wait wait, LoadStamp earlier) {
    return earlier.endedMicros() + earlier.durationMicros() <= wait.startedMicros();
  }

  private boolean wasYoungEnough(Wait wait, LoadStamp earlier) {
    return wait.endedMicros() - earlier.startedMicros() <= servableForMicros;
  }

  private static boolean overtook(Invalidation write, Wait wait, LoadStamp earlier) {
    return write.startedMicros() <= wait.endedMicros()
        && write.endedMicros() >= earlier.startedMicros();
  }
}
