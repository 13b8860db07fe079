package io.github.corral.internal;

import io.github.corral.internal.Waiting.Read;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a read may get.
 *
 * <ul>
 *   <li>I1: never a version older than one whose invalidation or write was acknowledged before the
 *       read started: on its own process, or anywhere if this process had nothing of the key; from
 *       another process's memory or flight, not beyond the feed's bound ({@link
 *       Disturbances#feedBound}). I10 is I1 on one's own process.
 *   <li>I20: the same for an invalidation of tags, of what was loaded (what was written bears no
 *       tags), and of the whole cache. In another process not beyond the feed's bound, even if it
 *       had nothing of the key: whoever finds an entry judges it by the barriers that it knows.
 *   <li>I12: with a lagging replica all this holds a hold-off later, of fresh and of stale values,
 *       unless the read joined a load under way, or the server lost the hold-off.
 *   <li>I22: the same after the server lost its keys or was replaced. What was acknowledged after
 *       the moment up to which a replica has the changes is lost, and counts again in every process
 *       once the feed's bound has passed since the replica's first answer.
 *   <li>I26: the same where what was read had been written; and a write that was never
 *       acknowledged, because its writer died or heard no reply, ends the old value with its
 *       window. Not if it reached the source after its window, or if the server lost the window.
 *   <li>A change that the server has not confirmed holds on its own process at once; and once that
 *       process reads the server again, it counts as acknowledged. If the process dies before that,
 *       or another server takes over, nothing is promised.
 *   <li>I11: nothing is given to a read that starts after the value's hard deadline, counted from
 *       the start of its load or from the execution of its write, unless the read joined the load.
 * </ul>
 */
final class Versions {

  private static final int ANY = -1;
  private static final long LITTLE = TimeUnit.MILLISECONDS.toNanos(5);

  private final Disturbances disturbances;
  private final Timeline timeline;
  private final IntSupplier reads;
  private final long lifeNanos;
  private final long windowNanos;
  private final long lagNanos;
  private final long holdOffNanos;
  private final List<Floor> lost = new ArrayList<>();
  private final Map<Long, Origin> origins = new HashMap<>();
  private final List<List<Floor>> floors = new ArrayList<>();
  private final List<Kept> kept = new ArrayList<>();
  private final long[] windowUntil;
  private long lossAt = Long.MIN_VALUE;

  /** Where a value comes from: a load, or a write. Its identity is the value. */
  static final class Origin {
    final long id;
    final int key;
    final boolean written;
    long version = -1;
    long since;

    /** Until its load ended it could be waited for, and is then given whatever its age. */
    long awaitedUntil;

    private Origin(long id, int key, boolean written, long since) {
      this.id = id;
      this.key = key;
      this.written = written;
      this.since = since;
    }

    @Override
    public String toString() {
      return "version " + version + (written ? " as written (" : " as loaded (") + id + ")";
    }
  }

  /** What an acknowledged change concerns. */
  enum Reach {
    KEY,
    /** What was loaded under a tag. */
    TAG,
    CACHE
  }

  /** From a moment on, no version below, for reads that begin after a number of others. */
  private record Floor(
      int key,
      int after,
      long from,
      int process,
      long version,
      long begun,
      Reach reach,
      boolean everywhere,
      String why) {

    /** The same after the primary that knew of it is gone. */
    Floor madeUpFor(long now) {
      Reach wide = reach == Reach.KEY ? Reach.CACHE : reach;
      return new Floor(
          key,
          after,
          Math.max(from, now),
          ANY,
          version,
          Long.MIN_VALUE,
          wide,
          everywhere,
          why + ", and then lost");
    }

    /** Whether a read that has got something may not have got less than this. */
    boolean concerns(Read read, Origin got) {
      long heard = reach == Reach.KEY ? read.heardUntil : read.toldUntil;
      boolean known = own(read) || (everywhere && from <= heard);
      // A read of this very moment may have begun before.
      return known && read.number > after && !(reach == Reach.TAG && got.written);
    }

    boolean own(Read read) {
      return process == read.process && from <= read.startedAt;
    }

    String why(Read read) {
      return why
          + (own(read)
              ? " on this process"
              : read.heardUntil == read.startedAt && reach == Reach.KEY
                  ? ", and nothing was held here"
                  : " before the feed's bound");
    }
  }

  /** A change that the server has not confirmed. */
  private record Kept(int key, int process, long version, Reach reach, long since) {}

  /** The least version that a read may get, and why. */
  private record Least(long version, Reach reach, String why) {}

  Versions(
      Disturbances disturbances,
      Timeline timeline,
      IntSupplier reads,
      int keys,
      Profile profile,
      boolean lagging) {
    this.reads = reads;
    this.lagNanos = lagging ? profile.nanos(Profile.LAG_MILLIS) : 0;
    this.holdOffNanos = lagging ? profile.nanos(Profile.HOLD_OFF_MILLIS) : 0;
    this.disturbances = disturbances;
    this.timeline = timeline;
    this.windowNanos = profile.nanos(Profile.TIMEOUT_MILLIS);
    double life = profile.longestLifeMillis() * (1 + 2 * Machine.MOST_DRIFT) + 1;
    this.lifeNanos = (long) (life * TimeUnit.MILLISECONDS.toNanos(1));
    this.windowUntil = new long[keys];
    for (int key = 0; key < keys; key++) {
      floors.add(new ArrayList<>());
    }
  }

  Origin loading(int key, long now) {
    return origin(key, false, now);
  }

  Origin writing(int key, long now) {
    return origin(key, true, now);
  }

  private Origin origin(int key, boolean written, long now) {
    Origin origin = new Origin(origins.size() + 1, key, written, now);
    origins.put(origin.id, origin);
    return origin;
  }

  @Nullable Origin origin(long id) {
    return origins.get(id);
  }

  /** A write window was opened, or extended by another that was open. */
  void begun(int key, long now) {
    long open = windowUntil[key];
    windowUntil[key] = Math.max(open, now + windowNanos) + (open > now ? windowNanos : 0);
    disturbances.changed(key, windowUntil[key]);
  }

  /** A write whose window is open has reached the source. */
  void reachedSource(Origin origin, long begunAt, long now) {
    if (now + LITTLE < begunAt + windowNanos && !disturbances.serverForgot(origin.key, begunAt)) {
      // A write that reaches no replica within its window does so within the hold-off after it.
      boolean late = lagNanos > 0 && now + lagNanos >= begunAt + windowNanos;
      add(
          origin.key,
          windowUntil[origin.key] + (late ? lagNanos + holdOffNanos : 0),
          ANY,
          origin.version,
          begunAt,
          Reach.KEY,
          true,
          "in a window now over");
    }
  }

  void acknowledged(int key, int process, long version, Reach reach, long now) {
    if (lagNanos == 0 || !holdOffLost(key, reach, now - SimulatedTier.TIMEOUT)) {
      add(key, holdOffOver(now), process, version, now, reach, true, "acknowledged");
    }
  }

  /**
   * What has no lease is kept for a hold-off from its load, which reads what is up to a lag old.
   */
  private long holdOffOver(long since) {
    return lagNanos == 0 ? since : since + lagNanos + holdOffNanos + LITTLE;
  }

  /** A change was not confirmed: its process keeps it. */
  void kept(int key, int process, long version, Reach reach, long now) {
    add(key, holdOffOver(now), process, version, now, reach, false, "kept");
    kept.add(new Kept(key, process, version, reach, now));
  }

  /** A process reads the server, and so has had it apply all that it kept. */
  void readsTier(int process, long now) {
    boolean cleared = appliesAsClear(process);
    kept.removeIf(
        it -> {
          boolean applied = it.process == process;
          if (applied && (lagNanos == 0 || !holdOffLost(it.key, it.reach, it.since))) {
            String why = "kept and then applied";
            long from = holdOffOver(now);
            Reach reach = cleared && it.reach == Reach.KEY ? Reach.CACHE : it.reach;
            add(it.key, from, process, it.version, now, reach, true, why);
          }
          return applied;
        });
  }

  /**
   * Whether what a process keeps of keys may become a barrier of the cache, which others hear of.
   */
  private boolean appliesAsClear(int process) {
    List<Kept> own = kept.stream().filter(it -> it.process == process).toList();
    long keys = own.stream().filter(it -> it.reach == Reach.KEY).map(Kept::key).distinct().count();
    long barriers =
        own.stream().filter(it -> it.reach != Reach.KEY).map(Kept::since).distinct().count();
    return own.stream().anyMatch(it -> it.reach == Reach.CACHE)
        || keys + barriers > Profile.MOST_KEPT;
  }

  void died(int process) {
    kept.removeIf(it -> it.process == process);
  }

  private boolean holdOffLost(int key, Reach reach, long since) {
    return disturbances.serverForgot(key, since)
        || (reach != Reach.KEY && disturbances.tagsLostSince(since));
  }

  private void add(
      int key,
      long from,
      int process,
      long version,
      long begun,
      Reach reach,
      boolean everywhere,
      String why) {
    floors
        .get(key)
        .add(
            new Floor(
                key, reads.getAsInt(), from, process, version, begun, reach, everywhere, why));
  }

  /**
   * The server has lost a key, and with it the window or the hold-off that would have ended its old
   * value.
   */
  void lost(int key, long now) {
    lossAt = now;
    floors.get(key).removeIf(floor -> floor.from > now);
  }

  /** The server has lost the tags, and their hold-offs. */
  void lostTags(long now) {
    floors.forEach(ofKey -> ofKey.removeIf(floor -> floor.from > now && floor.reach != Reach.KEY));
  }

  void lostAll(long now) {
    for (int key = 0; key < floors.size(); key++) {
      lost(key, now);
    }
  }

  /** A replica has taken over that has no change after a moment. */
  void replaced(long appliedUntil, long now) {
    lossAt = now;
    for (List<Floor> ofKey : floors) {
      for (Floor floor : List.copyOf(ofKey)) {
        if (floor.begun > appliedUntil) {
          ofKey.remove(floor);
          if (lagNanos == 0 && floor.everywhere) {
            lost.add(floor);
          }
        }
      }
    }
    if (appliedUntil < now) { // what was kept may have been applied, and lost
      kept.clear();
      floors.forEach(ofKey -> ofKey.removeIf(floor -> !floor.everywhere));
    }
  }

  /** From now on it takes no longer than the feed's bound until what was lost is made up for. */
  void answered(long now) {
    lost.forEach(floor -> floors.get(floor.key).add(floor.madeUpFor(now)));
    lost.clear();
  }

  /** Looked up when a read ends, because a replica that took over meanwhile may lack changes. */
  private Least least(Read read, Origin got) {
    Least least = new Least(0, Reach.KEY, "the first");
    for (Floor floor : floors.get(read.key)) {
      boolean joined = lagNanos > 0 && read.startedAt <= got.awaitedUntil;
      if (floor.version > least.version && !joined && floor.concerns(read, got)) {
        least = new Least(floor.version, floor.reach, floor.why(read));
      }
    }
    return least;
  }

  /** Checks what a read has got. */
  void check(Read read, long value) {
    Origin origin = origins.get(value);
    if (origin == null || origin.key != read.key) {
      timeline.violated("defect: read " + read.number + " got what was never a value of its key");
      return;
    }
    Least least = least(read, origin);
    if (origin.version < least.version) {
      timeline.violated(
          invariant(origin, least)
              + ": read "
              + read.number
              + " got "
              + origin
              + ", but version "
              + least.version
              + " was "
              + least.why);
    } else if (read.startedAt > Math.max(origin.since + lifeNanos, origin.awaitedUntil)) {
      timeline.violated(
          "I11: read "
              + read.number
              + " got "
              + origin
              + " "
              + TimeUnit.NANOSECONDS.toMillis(read.startedAt - origin.since - lifeNanos)
              + " ms after its hard deadline");
    }
  }

  private String invariant(Origin got, Least least) {
    if (lagNanos > 0) {
      return "I12";
    }
    if (least.why.contains("lost")) {
      return "I22";
    }
    if (least.reach != Reach.KEY) {
      return "I20";
    }
    boolean write = got.written || least.why.startsWith("in a window");
    return write ? "I26" : lossAt > 0 ? "I22" : "I1";
  }
}
