package io.github.corral.internal;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.FeedListener;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Ways to a remote tier that hide from a process what its feed tells. */
final class FeedMutants {

  private FeedMutants() {}

  static class Passing implements FeedListener {
    final FeedListener to;

    Passing(FeedListener to) {
      this.to = to;
    }

    @Override
    public void subscribed() {
      to.subscribed();
    }

    @Override
    public void changed(int partition, long epoch, long sequence, Change change, String key) {
      to.changed(partition, epoch, sequence, change, key);
    }

    @Override
    public void barrier(
        long epoch, long before, long clock, long holdOffMillis, List<String> tags) {
      to.barrier(epoch, before, clock, holdOffMillis, tags);
    }

    @Override
    public void clock(Stamp now, long ageMillis) {
      to.clock(now, ageMillis);
    }

    @Override
    public void beat(
        String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {
      to.beat(primary, partitions, epochs, sequences, ageMillis);
    }

    @Override
    public void ended(String key) {
      to.ended(key);
    }
  }

  /** Every message is the next in turn, and beats count no more than was heard. */
  static final class SequenceIgnored extends ScriptedTier {
    SequenceIgnored(RemoteTier to) {
      super(to);
    }

    @Override
    public void subscribe(FeedListener listener) {
      super.subscribe(
          new Passing(listener) {
            private final long[] heard = new long[PARTITIONS];

            @Override
            public void changed(int partition, long epoch, long seq, Change change, String key) {
              to.changed(partition, 1, ++heard[partition], change, key);
            }

            @Override
            public void beat(
                String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {
              to.beat(primary, partitions, ones(), heard.clone(), ageMillis);
            }
          });
    }
  }

  /** Another epoch is taken for the same. */
  static final class EpochIgnored extends ScriptedTier {
    EpochIgnored(RemoteTier to) {
      super(to);
    }

    @Override
    public void subscribe(FeedListener listener) {
      super.subscribe(
          new Passing(listener) {
            @Override
            public void changed(int partition, long epoch, long seq, Change change, String key) {
              to.changed(partition, 1, seq, change, key);
            }

            @Override
            public void beat(
                String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {
              to.beat(primary, partitions, ones(), sequences, ageMillis);
            }
          });
    }
  }

  /** However old a beat is, it proves as if it had just been published. */
  static final class AgeIgnored extends ScriptedTier {
    AgeIgnored(RemoteTier to) {
      super(to);
    }

    @Override
    public void subscribe(FeedListener listener) {
      super.subscribe(
          new Passing(listener) {
            @Override
            public void clock(Stamp now, long ageMillis) {
              to.clock(now, 0);
            }

            @Override
            public void beat(
                String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {
              to.beat(primary, partitions, epochs, sequences, 0);
            }
          });
    }
  }

  /** A process takes the beat that it sends for one that it has heard. */
  static final class OwnBeatBelieved extends ScriptedTier {
    private @Nullable Runnable heard;

    OwnBeatBelieved(RemoteTier to) {
      super(to);
    }

    @Override
    public void beat(int[] partitions) {
      super.beat(partitions);
      if (heard != null) {
        heard.run();
      }
    }

    @Override
    public void subscribe(FeedListener listener) {
      super.subscribe(
          new Passing(listener) {
            @Override
            public void beat(
                String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {
              heard = () -> to.beat(primary, partitions, epochs, sequences, ageMillis);
              heard.run();
            }
          });
    }
  }

  private static long[] ones() {
    return IntStream.range(0, RemoteTier.PARTITIONS).mapToLong(i -> 1).toArray();
  }
}
