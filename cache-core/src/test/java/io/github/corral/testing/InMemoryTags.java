package io.github.corral.testing;

import io.github.corral.spi.RemoteTier.Barrier;
import io.github.corral.spi.RemoteTier.Barriers;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The barriers of all tags, as an {@link InMemoryServer} keeps them. Used under the server's lock
 * only. Each rule that a wrong implementation could leave out is a protected method of its own.
 */
public class InMemoryTags {

  /** How many tags are kept. */
  public static final int MOST = 100_000;

  private static final int MOST_EPOCH = 65_535;

  private final SplittableRandom random;
  private final int most;
  private final Map<String, Raised> byTag = new HashMap<>();

  /** 0 while there is no table. */
  private long epoch;

  private long clock;
  private long floor;

  /** The primary that has made the table. */
  private String maker = "";

  /** The barrier of a tag, and the end of its hold-off. */
  private record Raised(long clock, long holdUntil) {}

  /** Makes a table that is not there yet. */
  public InMemoryTags(long seed) {
    this(seed, MOST);
  }

  /**
   * Makes a table that is not there yet.
   *
   * @param seed what its epochs are drawn from
   * @param most how many tags it keeps; the oldest are dropped when there are more
   */
  public InMemoryTags(long seed, int most) {
    this.random = new SplittableRandom(seed);
    this.most = most;
  }

  /**
   * The clock as it stands; {@link Stamp#NONE} if there is no table.
   *
   * @param primary the identity of the primary that keeps the table now
   */
  final Stamp known(long now, String primary) {
    if (epoch != 0 && isAnothers(maker, primary)) {
      make(another(newEpoch(), epoch), Math.max(clock + 1, now), primary);
    }
    return epoch == 0 ? Stamp.NONE : new Stamp(epoch, clock);
  }

  /** Makes the table if there is none, and gives its clock. */
  final Stamp open(long now, String primary) {
    Stamp known = known(now, primary);
    if (epoch != 0) {
      return known;
    }
    make(newEpoch(), now, primary);
    return new Stamp(epoch, clock);
  }

  private void make(long newEpoch, long newClock, String primary) {
    epoch = newEpoch;
    clock = newClock;
    floor = floorOfNew(floor, newClock);
    maker = primary;
    byTag.clear();
  }

  final Barriers read(long now, String primary) {
    Stamp stamp = open(now, primary);
    Map<String, Barrier> barriers = new HashMap<>();
    byTag.forEach(
        (tag, raised) ->
            barriers.put(tag, new Barrier(raised.clock, Math.max(0, raised.holdUntil - now))));
    return new Barriers(stamp, floor, barriers);
  }

  /** Raises the barrier of some tags in the table, which is open. */
  final Stamp raise(List<String> tags, long holdOffMillis, long now) {
    clock = next(clock, now);
    for (String tag : tags) {
      Raised known = byTag.getOrDefault(tag, new Raised(0, 0));
      byTag.put(tag, new Raised(clock, holdUntil(known.holdUntil, holdOffMillis, now)));
    }
    if (byTag.size() > most) {
      long dropped = dropOldest(byTag.size() - most);
      floor = raisedFloor(floor, dropped);
    }
    return new Stamp(epoch, clock);
  }

  /** Loses the table. */
  final void lose() {
    epoch = 0;
    byTag.clear();
  }

  // The rules, each of which a test may break.

  /**
   * Whether a table is that of another primary, which may have had barriers that this one lacks.
   */
  protected boolean isAnothers(String maker, String primary) {
    return !maker.equals(primary);
  }

  /** A table that was lost has another identity when it is made again. */
  protected long newEpoch() {
    return random.nextLong(1, MOST_EPOCH + 1);
  }

  /** An epoch is not that of the table before it. */
  protected long another(long drawn, long than) {
    return drawn != than ? drawn : than % MOST_EPOCH + 1;
  }

  /** What was stamped before the table was made may have been invalidated by a lost barrier. */
  protected long floorOfNew(long floor, long clock) {
    return clock;
  }

  /** The clock advances with each barrier, and never goes back, though time may. */
  protected long next(long clock, long now) {
    return Math.max(clock + 1, now);
  }

  /** A hold-off does not shorten the one in force. */
  protected long holdUntil(long inForce, long holdOffMillis, long now) {
    return holdOffMillis > 0 ? Math.max(inForce, now + holdOffMillis) : inForce;
  }

  /**
   * Drops the oldest barriers; of those that were raised together, the tags whose text comes first.
   *
   * @return the greatest barrier that was dropped
   */
  protected long dropOldest(int surplus) {
    List<Map.Entry<String, Raised>> oldest =
        byTag.entrySet().stream()
            .sorted(
                Comparator.comparingLong((Map.Entry<String, Raised> it) -> it.getValue().clock)
                    .thenComparing(it -> it.getKey().codePoints().toArray(), Arrays::compare))
            .limit(surplus)
            .toList();
    oldest.forEach(it -> byTag.remove(it.getKey()));
    return oldest.get(surplus - 1).getValue().clock;
  }

  /** What was dropped is made up for by the floor. */
  protected long raisedFloor(long floor, long dropped) {
    return dropped;
  }
}
