package io.github.corral.internal;

import io.github.corral.spi.Recorder.FeedGap;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Applies the feed of invalidations to this process, and knows for each partition whether the feed
 * is proven to be whole.
 *
 * <p>A partition is proven by a beat, for {@link #SILENCE_NANOS} from then on. Its messages are
 * numbered: one that is not exactly the next, another epoch or primary, or a beat that counts more
 * than was heard, drops the partition's entries. So does silence: whatever this process holds then
 * may have been invalidated unheard. While a partition is unproven, what is looked up is kept, but
 * no longer than that same bound, so that an invalidation takes effect in every process within it.
 * A beat proves from its publication on, so that a feed which is late as a whole is no better than
 * a silent one.
 */
final class Feed implements RemoteTier.FeedListener {

  /** How long an invalidation may go unheard. */
  static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long NEVER = Long.MAX_VALUE;

  private final Guards guards;
  private final Host host;
  private final Barriers barriers;
  private final Consumer<String> wake;
  private final Gaps gaps;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Partition[] partitions = new Partition[RemoteTier.PARTITIONS];
  private Map<FeedGap, Integer> dropped = new EnumMap<>(FeedGap.class);

  /** When the first proven partition falls silent. Read on every cache hit. */
  private volatile long silentAt = NEVER;

  /** Hears of every drop of partitions, outside the feed's lock. */
  interface Gaps {
    void dropped(FeedGap why, int partitions);
  }

  private static final class Partition {
    long epoch;
    long sequence;
    @Nullable String primary;
    long heardAt;
    long beatAt;
    volatile boolean proven;
  }

  Feed(Guards guards, Barriers barriers, Host host, Consumer<String> wake, Gaps gaps) {
    this.guards = guards;
    this.barriers = barriers;
    this.host = host;
    this.wake = wake;
    this.gaps = gaps;
    Arrays.setAll(partitions, i -> new Partition());
  }

  /** A feed for a process without a remote tier: nobody else invalidates. */
  static Feed ofOneProcess(Guards guards, Barriers barriers, Host host, Consumer<String> wake) {
    Feed feed = new Feed(guards, barriers, host, wake, (why, partitions) -> {});
    for (Partition partition : feed.partitions) {
      partition.proven = true;
    }
    return feed;
  }

  boolean proven(int partition) {
    return partitions[partition].proven;
  }

  /**
   * Drops what has fallen silent. Called before each use of an entry, so that a paused process
   * serves nothing old.
   */
  void check(long now) {
    if (now >= silentAt) {
      locked(() -> cutOff(now));
    }
  }

  @Override
  public void subscribed() {
    locked(
        () -> {
          for (int i = 0; i < partitions.length; i++) {
            drop(i, false, FeedGap.SUBSCRIPTION);
            partitions[i].beatAt = 0;
          }
          silentAt = NEVER;
        });
    barriers.subscribed();
  }

  @Override
  public void changed(int index, long epoch, long sequence, Change change, String key) {
    locked(
        () -> {
          // Before the message is believed: after a pause it comes late, with later ones behind it.
          cutOff(host.nanoTime().getAsLong());
          Partition partition = partitions[index];
          boolean next = partition.epoch == epoch && partition.sequence + 1 == sequence;
          if (next && partition.proven) {
            guards.bump(Guards.stripe(key));
          } else {
            drop(index, partition.proven, unheard(partition, epoch));
          }
          partition.epoch = epoch;
          partition.sequence = sequence;
        });
  }

  @Override
  public void beat(String primary, int[] indexes, long[] epochs, long[] sequences, long ageMillis) {
    locked(
        () -> {
          long now = host.nanoTime().getAsLong();
          cutOff(now);
          long publishedAt = now - TimeUnit.MILLISECONDS.toNanos(ageMillis);
          if (now - publishedAt >= SILENCE_NANOS) {
            return;
          }
          long beatAt = nextBeat(now);
          for (int i = 0; i < indexes.length; i++) {
            prove(indexes[i], primary, epochs[i], sequences[i], publishedAt, beatAt);
          }
          silentAt = earliestSilence();
        });
  }

  @Override
  public void barrier(long epoch, long before, long clock, long holdOffMillis, List<String> tags) {
    barriers.barrier(epoch, before, clock, holdOffMillis, tags);
  }

  @Override
  public void clock(Stamp now, long ageMillis) {
    barriers.clock(now, ageMillis);
  }

  @Override
  public void ended(String key) {
    wake.accept(key);
  }

  /**
   * The partitions of which no beat was heard for a while; asked at every tick, answers each at
   * most once a second.
   */
  int[] takeSilent(long now) {
    int[][] taken = new int[1][];
    locked(
        () -> {
          cutOff(now);
          taken[0] =
              IntStream.range(0, partitions.length)
                  .filter(i -> now >= partitions[i].beatAt)
                  .toArray();
          long next = nextBeat(now);
          for (int i : taken[0]) {
            partitions[i].beatAt = next;
          }
        });
    return taken[0];
  }

  private void prove(
      int index, String primary, long epoch, long sequence, long publishedAt, long beatAt) {
    Partition partition = partitions[index];
    boolean whole =
        partition.proven
            && primary.equals(partition.primary)
            && partition.epoch == epoch
            && partition.sequence >= sequence;
    if (!whole) {
      drop(
          index,
          true,
          primary.equals(partition.primary) || !partition.proven
              ? unheard(partition, epoch)
              : FeedGap.PRIMARY);
      partition.primary = primary;
      partition.epoch = epoch;
      partition.sequence = sequence;
    }
    partition.heardAt = publishedAt;
    partition.beatAt = beatAt;
  }

  /** Later than the beat of whoever draws the shortest wait: the others then need none. */
  private long nextBeat(long now) {
    return now + Math.round(BEAT_NANOS * (1 + host.random().nextDouble() / 2));
  }

  /**
   * In this order: a ticket reads the counter first, so one that bears the new count sees the new
   * proof.
   */
  private void drop(int index, boolean proven, FeedGap why) {
    partitions[index].proven = proven;
    guards.bumpPartition(index);
    dropped.merge(why, 1, Integer::sum);
  }

  /** Why a counter of this epoch is not the one that was waited for. */
  private static FeedGap unheard(Partition partition, long epoch) {
    if (!partition.proven) {
      return FeedGap.UNPROVEN;
    }
    return partition.epoch == epoch ? FeedGap.SEQUENCE : FeedGap.EPOCH;
  }

  private void cutOff(long now) {
    if (now < silentAt) {
      return;
    }
    for (int i = 0; i < partitions.length; i++) {
      if (partitions[i].proven && now - partitions[i].heardAt >= SILENCE_NANOS) {
        drop(i, false, FeedGap.SILENCE);
      }
    }
    silentAt = earliestSilence();
  }

  private long earliestSilence() {
    long earliest = NEVER;
    for (Partition partition : partitions) {
      if (partition.proven) {
        earliest = Math.min(earliest, partition.heardAt + SILENCE_NANOS);
      }
    }
    return earliest;
  }

  private void locked(Runnable action) {
    Map<FeedGap, Integer> told = Map.of();
    lock.lock();
    try {
      action.run();
      if (!dropped.isEmpty()) {
        told = dropped;
        dropped = new EnumMap<>(FeedGap.class);
      }
    } finally {
      lock.unlock();
    }
    told.forEach(gaps::dropped);
  }
}
