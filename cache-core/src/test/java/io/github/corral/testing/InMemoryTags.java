package io.github.corral.testing;

import io.github.corral.spi.RemoteTier.Barrier;
import io.github.corral.spi.RemoteTier.Barriers;
import io.github.corral.spi.RemoteTier.Stamp;
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
   * @param most how many tags it keeps; some of them are dropped when there are more
   */
  public InMemoryTags(long seed, int most) {
    this.random = new SplittableRandom(seed);
    this.most = most;
  }

  /** The clock as it stands; {@link Stamp#NONE} if there is no table. */
  final Stamp now() {
    return epoch == 0 ? Stamp.NONE : new Stamp(epoch, clock);
  }

  /** Makes the table if there is none, and gives its clock. */
  final Stamp open(long now) {
    if (epoch == 0) {
      epoch = newEpoch();
      clock = now;
      floor = floorOfNew(now);
    }
    return now();
  }

  final Barriers read(long now) {
    Stamp stamp = open(now);
    Map<String, Barrier> barriers = new HashMap<>();
    byTag.forEach(
        (tag, raised) ->
            barriers.put(tag, new Barrier(raised.clock, Math.max(0, raised.holdUntil - now))));
    return new Barriers(stamp, floor, barriers);
  }

  final Stamp raise(List<String> tags, long holdOffMillis, long now) {
    open(now);
    clock = next(clock, now);
    for (String tag : tags) {
      Raised known = byTag.getOrDefault(tag, new Raised(0, 0));
      byTag.put(tag, new Raised(clock, holdUntil(known.holdUntil, holdOffMillis, now)));
    }
    if (byTag.size() > most) {
      long dropped = dropOldest();
      floor = raisedFloor(floor, dropped);
    }
    return now();
  }

  /** Loses the table. */
  final void lose() {
    epoch = 0;
    byTag.clear();
  }

  // The rules, each of which a test may break.

  /** A table that was lost has another identity when it is made again. */
  protected long newEpoch() {
    return random.nextLong(1, MOST_EPOCH + 1);
  }

  /** What was stamped before the table was made may have been invalidated by a lost barrier. */
  protected long floorOfNew(long now) {
    return now;
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
   * Drops the oldest tenth, and with them all that were raised together with the last of them.
   *
   * @return the greatest barrier that was dropped
   */
  protected long dropOldest() {
    List<Long> clocks = byTag.values().stream().map(Raised::clock).sorted().toList();
    long greatest = clocks.get(clocks.size() - (most - most / 10) - 1);
    byTag.values().removeIf(raised -> raised.clock <= greatest);
    return greatest;
  }

  /** What was dropped is made up for by the floor. */
  protected long raisedFloor(long floor, long dropped) {
    return dropped;
  }
}
