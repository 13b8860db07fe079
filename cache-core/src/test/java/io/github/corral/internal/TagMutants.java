package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.Simulation.Parts;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.FeedListener;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.testing.InMemoryEntry;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Fleets in which a rule of the tags' barriers is missing. */
final class TagMutants {

  private TagMutants() {}

  /** Those that seeds find. */
  static Map<String, Parts> bySeeds() {
    Map<String, Parts> all = new LinkedHashMap<>();
    all.put("flights kept at a barrier", Mutants.engine(FlightsKept::new));
    all.put("stamp taken at the commit", Mutants.engine(LateStamp::new));
    all.put("raised barrier not applied at home", Mutants.tier(NotApplied::new));
    all.put("barrier not published", ServerMutants.parts(NoPublishedBarrier::new));
    all.put("tags' clock of beats ignored", Mutants.tier(ClockIgnored::new, Fault.LOST_MESSAGES));
    all.put(
        "lost table taken for an empty one", ServerMutants.parts(EmptyTable::new, Fault.LOST_TAGS));
    all.put("change of primary ignored", withTags(AnyPrimary::new, Fault.FAILOVERS));
    all.put("change of primary raises no barrier", withTags(NoBarrier::new, Fault.FAILOVERS));
    all.put("change of primary noticed by beats only in memory", inMemory());
    all.put("tags' hold-off not told", ServerMutants.parts(NoHoldOff::new, Fault.LAGGING_REPLICA));
    all.put(
        "a load's value outlives a tag's hold-off",
        Mutants.engine(Unbounded::new, Fault.LAGGING_REPLICA));
    all.put("tags not stored", ServerMutants.parts(NoTags::new));
    return all;
  }

  private static Parts withTags(Supplier<InMemoryTags> tags, Fault... faults) {
    return ServerMutants.parts(millis -> new InMemoryServer(millis, 1, tags.get()), faults);
  }

  private static Parts inMemory() {
    return new Parts() {
      @Override
      public Set<Fault> faults(Set<Fault> drawn) {
        return Set.of(Fault.FAILOVERS);
      }

      @Override
      public InMemoryServer server(LongSupplier millis) {
        return new InMemoryServer(millis, 1, new AnyPrimary());
      }

      @Override
      public RemoteTier tier(RemoteTier tier) {
        return new DoubtsOnly(tier);
      }
    };
  }

  /** The tags of another primary are taken for one's own. */
  private static final class AnyPrimary extends InMemoryTags {
    AnyPrimary() {
      super(1);
    }

    @Override
    protected boolean isAnothers(String maker, String primary) {
      return false;
    }
  }

  /** Another primary makes the table anew, but what was stamped before stays valid. */
  private static final class NoBarrier extends InMemoryTags {
    NoBarrier() {
      super(1);
    }

    @Override
    protected long another(long drawn, long than) {
      return than;
    }

    @Override
    protected long floorOfNew(long floor, long clock) {
      return floor == 0 ? clock : floor;
    }
  }

  /** Who hears of another primary drops all that it holds and reads the barriers again. */
  private static final class DoubtsOnly extends ScriptedTier {
    DoubtsOnly(RemoteTier to) {
      super(to);
    }

    @Override
    public void subscribe(FeedListener listener) {
      super.subscribe(
          new FeedMutants.Passing(listener) {
            private @Nullable String last;

            @Override
            public void beat(
                String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {
              if (last != null && !last.equals(primary)) {
                to.clock(Stamp.NONE, 0);
              }
              last = primary;
              to.beat(primary, partitions, epochs, sequences, ageMillis);
            }
          });
    }
  }

  private static class Broken extends Engine<Integer, Long> {
    final Barriers barriers;

    Broken(CacheSettings<Integer, Long> settings, Fleet fleet) {
      super(settings, fleet, Recorder.NONE);
      barriers = fleet.barriers();
    }

    /** A ticket as if it were taken now, as far as the barriers go. */
    Ticket late(Ticket of) {
      return new Ticket(
          of.stripe(), of.count(), of.takenAt(), of.proven(), barriers.count(), barriers.now());
    }
  }

  private static final class FlightsKept extends Broken {
    FlightsKept(CacheSettings<Integer, Long> settings, Fleet fleet) {
      super(settings, fleet);
    }

    @Override
    boolean holds(Ticket ticket) {
      return super.holds(late(ticket));
    }
  }

  private static final class LateStamp extends Broken {
    LateStamp(CacheSettings<Integer, Long> settings, Fleet fleet) {
      super(settings, fleet);
    }

    @Override
    CompletableFuture<@Nullable Entry<Long>> store(
        String text,
        Lead<Integer, Long> by,
        @Nullable Long value,
        long fresh,
        long costMillis,
        Ticket ticket,
        boolean replaces) {
      return super.store(text, by, value, fresh, costMillis, late(ticket), replaces);
    }
  }

  /** What is loaded within a hold-off is kept for its whole time. */
  private static final class Unbounded extends Broken {
    Unbounded(CacheSettings<Integer, Long> settings, Fleet fleet) {
      super(settings, fleet);
    }

    @Override
    long holdOffEnd(long at, List<String> tags) {
      return 0;
    }
  }

  private static final class NotApplied extends ScriptedTier {
    NotApplied(RemoteTier to) {
      super(to);
    }

    @Override
    public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
      return super.invalidateTags(tags, holdOffMillis)
          .thenApply(raised -> new Stamp(raised.epoch(), 0));
    }
  }

  private static final class ClockIgnored extends ScriptedTier {
    ClockIgnored(RemoteTier to) {
      super(to);
    }

    @Override
    public void subscribe(FeedListener listener) {
      super.subscribe(
          new FeedMutants.Passing(listener) {
            @Override
            public void clock(Stamp now, long ageMillis) {}
          });
    }
  }

  private static final class NoPublishedBarrier extends InMemoryServer {
    NoPublishedBarrier(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void publishBarrier(Stamp raised, long before, long holdOff, List<String> names) {}
  }

  private static final class EmptyTable extends InMemoryServer {
    EmptyTable(LongSupplier millis) {
      super(
          millis,
          1,
          new InMemoryTags(1) {
            @Override
            protected long newEpoch() {
              return 1;
            }

            @Override
            protected long floorOfNew(long floor, long clock) {
              return 0;
            }
          });
    }
  }

  /** Neither the table nor the message has the hold-off. */
  private static final class NoHoldOff extends InMemoryServer {
    NoHoldOff(LongSupplier millis) {
      super(millis);
    }

    @Override
    public Stamp invalidateTags(List<String> names, long holdOffMillis) {
      return super.invalidateTags(names, 0);
    }
  }

  private static final class NoTags extends InMemoryServer {
    NoTags(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void mark(InMemoryEntry entry, Fill fill) {
      super.mark(entry, fill);
      entry.tags = List.of();
    }
  }
}
