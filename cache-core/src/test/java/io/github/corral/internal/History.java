package io.github.corral.internal;

import io.github.corral.internal.Cycles.Load;
import io.github.corral.internal.Versions.Origin;
import io.github.corral.internal.Versions.Reach;
import io.github.corral.internal.Waiting.Change;
import io.github.corral.internal.Waiting.Read;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a simulation, checked while it happens: {@link Versions} tells what reads may
 * get, {@link Cycles} how often the source may be asked, {@link Waiting} how long reads may wait,
 * {@link Disturbances} what these rules presuppose.
 */
final class History {

  private final Timeline timeline;
  private final Disturbances disturbances;
  private final Versions versions;
  private final Cycles cycles;
  private final Waiting waiting;
  private final long holdOffNanos;

  History(long seed, Set<Fault> faults, Profile profile) {
    timeline = new Timeline(seed, faults, profile.toString());
    disturbances = new Disturbances(faults, Profile.KEYS);
    boolean lagging = faults.contains(Fault.LAGGING_REPLICA);
    waiting = new Waiting(disturbances, timeline, profile.nanos(Profile.TIMEOUT_MILLIS));
    versions = new Versions(disturbances, timeline, waiting::reads, Profile.KEYS, profile, lagging);
    cycles =
        new Cycles(
            disturbances,
            timeline,
            Profile.KEYS,
            profile.nanos(profile.freshMillis()),
            profile.nanos(Profile.BACKOFF_MILLIS),
            profile.nanos(Profile.TIMEOUT_MILLIS));
    holdOffNanos = lagging ? profile.nanos(Profile.HOLD_OFF_MILLIS) : 0;
  }

  // Reads.

  Read readStarts(long now, int process, int key, boolean cold, long guard) {
    long toldUntil = now - disturbances.feedBound(process, now);
    long heardUntil = cold ? now : toldUntil;
    Read read = waiting.starts(process, key, now, guard, heardUntil, toldUntil);
    timeline.note(
        now, process, "read %d of key %d starts%s", read.number, key, cold ? ", cold" : "");
    return read;
  }

  void readEnds(long now, Read read, @Nullable Long value, @Nullable Throwable error) {
    Object got = value == null ? error : versions.origin(value);
    timeline.note(now, read.process, "read %d of key %d gets %s", read.number, read.key, got);
    waiting.ends(read, error, now);
    if (value != null) {
      versions.check(read, value);
    } else if (error == null) {
      timeline.violated("defect: read " + read.number + " ended with neither value nor error");
    }
  }

  void cancelled(long now, Read read) {
    read.cancelled = true;
    timeline.note(now, read.process, "read %d is given up by its caller", read.number);
  }

  /** The process held a value that could be served when the read started. */
  void held(Read read) {
    waiting.held(read);
  }

  void told(int process, int key, long askedAt, long guard) {
    waiting.told(process, key, askedAt, guard);
  }

  /** A flight was told that its lease is another's: later reads open another flight. */
  void overtaken(long now, int process, int key) {
    timeline.note(now, process, "the lease of key %d has been overtaken", key);
    waiting.overtaken(process, key);
  }

  // Loads.

  Load loadStarts(long now, int process, int key) {
    Load load = new Load(process, key, now, versions.loading(key, now));
    timeline.note(now, process, "load %d of key %d starts", load.origin.id, key);
    cycles.starts(load);
    return load;
  }

  void loadReads(long now, Load load, long version) {
    load.origin.version = version;
    timeline.note(now, load.process, "load %d reads version %d", load.origin.id, version);
  }

  void loadEnds(long now, Load load, boolean failed) {
    timeline.note(now, load.process, "load %d %s", load.origin.id, failed ? "fails" : "ends");
    cycles.ends(load, now, failed);
  }

  /** A process sends a lookup: all changes that it has kept are applied, it believes. */
  void readsTier(long now, int process) {
    versions.readsTier(process, now);
  }

  void invalidated(long now, int process, int key) {
    disturbances.changed(key, now + holdOffNanos);
    timeline.note(now, process, "the invalidation of key %d is executed", key);
  }

  void raised(long now, int process) {
    for (int key = 0; key < Profile.KEYS; key++) {
      disturbances.barrier(key, now + holdOffNanos);
    }
    timeline.note(now, process, "a barrier is raised");
  }

  void granted(long now, int process, int key, long token) {
    timeline.note(now, process, "key %d is leased under %016x", key, token);
    cycles.granted(token, key);
  }

  // Changes.

  /** An invalidation or a write has been begun by the application. */
  Change changeStarts(long now, int process, int key, String what) {
    disturbances.changed(key, now);
    timeline.note(now, process, what, key);
    return waiting.changeStarts(process, List.of(key));
  }

  /** The barrier above some keys' entries is about to be raised by the application. */
  Change barrierStarts(long now, int process, List<Integer> keys, String what) {
    barrier(now, keys);
    timeline.note(now, process, "changes keys %s and %s", keys, what);
    return waiting.changeStarts(process, keys);
  }

  void barrierEnds(
      long now,
      Change change,
      Map<Integer, Long> versionsNow,
      Reach reach,
      @Nullable Throwable error) {
    barrier(now, change.keys());
    changeEnds(now, change, versionsNow, reach, error);
  }

  /** A process that may have missed a hold-off lets it bound what it loads under any tag. */
  private void barrier(long now, List<Integer> keys) {
    for (int key = 0; key < Profile.KEYS; key++) {
      if (keys.contains(key) || holdOffNanos > 0) {
        disturbances.barrier(key, now + holdOffNanos);
      }
    }
  }

  Origin writing(long now, int key) {
    return versions.writing(key, now);
  }

  void begun(long now, int process, int key) {
    versions.begun(key, now);
    timeline.note(now, process, "a write window of key %d is open", key);
  }

  void sourceWritten(long now, int process, int key, long version) {
    disturbances.changed(key, now);
    timeline.note(now, process, "the source of key %d is at version %d", key, version);
  }

  void reachedSource(long now, Origin origin, long begunAt) {
    versions.reachedSource(origin, begunAt, now);
  }

  /** The server has executed the end of a write. */
  void written(long now, int process, long value) {
    Origin origin = versions.origin(value);
    if (origin != null) {
      origin.since = now;
      timeline.note(now, process, "the write of %s is executed", origin);
    }
  }

  void changeEnds(long now, Change change, long version, @Nullable Throwable error) {
    int key = change.keys().get(0);
    disturbances.changed(key, now + holdOffNanos);
    changeEnds(now, change, Map.of(key, version), Reach.KEY, error);
  }

  /** What was cached may be served until its hard deadline: no version is promised. */
  void expired(long now, Change change, long version, @Nullable Throwable error) {
    int key = change.keys().get(0);
    disturbances.changed(key, now + holdOffNanos);
    waiting.changeEnds(change);
    timeline.note(
        now,
        change.process(),
        "version %d of key %d %s",
        version,
        key,
        error == null ? "has made the older stale" : "fails: " + error.getMessage());
  }

  private void changeEnds(
      long now,
      Change change,
      Map<Integer, Long> versionsNow,
      Reach reach,
      @Nullable Throwable error) {
    waiting.changeEnds(change);
    timeline.note(
        now,
        change.process(),
        "the change of keys to versions %s %s",
        versionsNow,
        error == null ? "is acknowledged" : "fails: " + error.getMessage());
    versionsNow.forEach(
        (key, version) -> {
          if (error == null) {
            versions.acknowledged(key, change.process(), version, reach, now);
          } else {
            versions.kept(key, change.process(), version, reach, now);
          }
        });
  }

  // Faults.

  void fault(long now, int process, String what, Object... details) {
    timeline.note(now, process, "** " + what, details);
  }

  void paused(long now, int process, long until) {
    fault(now, process, "stands still for %d ms", (until - now) / 1_000_000);
    disturbances.paused(process, now, until);
  }

  void killed(long now, int process) {
    fault(now, process, "dies");
    disturbances.killed(process);
    waiting.died(process);
    versions.died(process);
  }

  int deaths() {
    return disturbances.deaths();
  }

  @Nullable Load loadOf(int process, int key) {
    return cycles.under(process, key);
  }

  /** Looks whether anybody still waits for a load whose leader died a lease ago. */
  void checkOrphan(Load load, long diedAt, long leaseOverAt, int deaths) {
    Read read = waiting.waitsSince(load.key, leaseOverAt);
    boolean undisturbed = deaths == disturbances.deaths() && !disturbances.anyPausedSince(diedAt);
    boolean awaitsOwn = read != null && cycles.loading(read.process, read.key);
    if (read != null && !awaitsOwn && undisturbed && cycles.orphaned(load)) {
      timeline.violated(
          "I5: read " + read.number + " still waits for a leader whose lease is long over");
    }
  }

  void away(long now, long until) {
    fault(now, -1, "the server cannot be reached for %.1f ms", (until - now) / 1e6);
    disturbances.unreachable(until);
  }

  void evicted(long now, int key) {
    fault(now, -1, "the server loses key %d", key);
    disturbances.lost(key, now);
    versions.lost(key, now);
  }

  void flushed(long now) {
    fault(now, -1, "the server loses all its keys");
    disturbances.lostAll(now);
    versions.lostAll(now);
  }

  void tagsLost(long now) {
    fault(now, -1, "the server loses the tags");
    disturbances.tagsLost(now);
    versions.lostTags(now);
  }

  void replaced(long now, long appliedUntil, long reachableAgain) {
    fault(
        now,
        -1,
        "a server takes over that lacks the last %.1f ms; it can be reached in %.1f ms",
        (now - appliedUntil) / 1e6,
        (reachableAgain - now) / 1e6);
    disturbances.unreachable(reachableAgain);
    disturbances.tagsLost(now);
    if (appliedUntil < now) {
      disturbances.lostAll(now);
    }
    versions.replaced(appliedUntil, now);
  }

  /** A server that has taken over answers for the first time. */
  void answered(long now) {
    timeline.note(now, -1, "the new server answers");
    disturbances.tagsLost(now);
    versions.answered(now);
  }

  // The end.

  /** Every process that lives has had the time to end what it does. */
  void left(int process, int flights, int changes) {
    if (flights > 0 || changes > 0) {
      timeline.violated(
          "liveness: process "
              + process
              + " still has "
              + flights
              + " flights and "
              + changes
              + " changes that the tier has not confirmed");
    }
  }

  void end(long now) {
    timeline.note(now, -1, "end after %d reads and %d loads", waiting.reads(), cycles.loads());
    waiting.end();
  }

  /** Every process is gone, and every deadline is over. */
  void entriesLeft(int entries) {
    if (entries > 0) {
      timeline.violated("I16: " + entries + " entries outlive all their deadlines");
    }
  }

  long seed() {
    return timeline.seed();
  }

  long reads() {
    return waiting.reads();
  }

  long loads() {
    return cycles.loads();
  }

  @Nullable String violation() {
    return timeline.violation();
  }

  String report() {
    return timeline.report();
  }
}
