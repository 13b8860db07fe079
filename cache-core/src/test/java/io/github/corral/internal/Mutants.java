package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.Simulation.Parts;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stored;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Fleets with one broken part each, which the rules of {@link History} must find out. Those whose
 * remote tier is broken are in {@link ServerMutants}.
 */
final class Mutants {

  private Mutants() {}

  /** All that are found by seeds. */
  static Map<String, Parts> all() {
    Map<String, Parts> all = new LinkedHashMap<>(ServerMutants.bySeeds());
    all.put("token = client id", tokens());
    all.put("no renewal", tier(NoRenewal::new));
    all.put("waiting on the message only", engine(NoTimer::new, Fault.KILLS));
    all.put("no generation check", guards(NoCheck::new));
    all.put("generation taken when the reply is there", engine(LateTicket::new));
    all.put("flight kept", guards(FlightKept::new));
    all.put("hits overlook changes", guards(ChangesUncounted::new));
    all.put(
        "stale value not served while another loads",
        engine(NoStale::new, Fault.LOST_MESSAGES, Fault.FAILING_SOURCE));
    all.put("sequence ignored", tier(FeedMutants.SequenceIgnored::new));
    all.put("age of beats ignored", tier(FeedMutants.AgeIgnored::new, Fault.LATE_FEED));
    all.put("no heartbeat", tier(FeedMutants.OwnBeatBelieved::new, Fault.DEAF_FEED));
    all.put(
        "L1 kept on a new epoch",
        tier(FeedMutants.EpochIgnored::new, Fault.FLUSHES, Fault.LOST_MESSAGES));
    all.putAll(TagMutants.bySeeds());
    all.putAll(OutboxMutants.bySeeds());
    all.put("shared future", new SharedFuture());
    all.put("client time", clientTime());
    return all;
  }

  /** Those that a popular key shows. */
  static Map<String, Parts> byHotKey() {
    return Map.of(
        "early expiration drawn per read",
        engine(DrawnPerRead::new),
        "early refresh without lease",
        ServerMutants.parts(ServerMutants.NoRefreshLease::new));
  }

  interface EngineMaker {
    Engine<Integer, Long> of(CacheSettings<Integer, Long> settings, Fleet fleet);
  }

  interface TierMaker {
    RemoteTier of(RemoteTier to);
  }

  private static Set<Fault> these(Fault[] faults, Set<Fault> drawn) {
    return faults.length == 0 ? drawn : Set.of(faults);
  }

  static Parts engine(EngineMaker maker, Fault... faults) {
    return new Parts() {
      @Override
      public Set<Fault> faults(Set<Fault> drawn) {
        return these(faults, drawn);
      }

      @Override
      public Engine<Integer, Long> engine(CacheSettings<Integer, Long> settings, Fleet fleet) {
        return maker.of(settings, fleet);
      }
    };
  }

  static Parts tier(TierMaker maker, Fault... faults) {
    return new Parts() {
      @Override
      public Set<Fault> faults(Set<Fault> drawn) {
        return these(faults, drawn);
      }

      @Override
      public RemoteTier tier(RemoteTier tier) {
        return maker.of(tier);
      }
    };
  }

  static Parts guards(Supplier<Guards> maker) {
    return new Parts() {
      @Override
      public Guards guards() {
        return maker.get();
      }
    };
  }

  /** Every token of a process is the same. */
  static Parts tokens() {
    return new Parts() {
      @Override
      public RandomGenerator tokens(long seed) {
        RandomGenerator random = new SplitMix(seed);
        return new RandomGenerator() {
          @Override
          public long nextLong() {
            return seed;
          }

          @Override
          public double nextDouble() {
            return random.nextDouble();
          }

          @Override
          public double nextExponential() {
            return random.nextExponential(); // of a constant generator it would not always end
          }
        };
      }
    };
  }

  private static Parts clientTime() {
    return new Parts() {
      @Override
      public long clock(long serverMillis, long clientOffMillis) {
        return serverMillis + clientOffMillis;
      }
    };
  }

  private static final class NoRenewal extends ScriptedTier {
    NoRenewal(RemoteTier to) {
      super(to);
    }

    @Override
    public CompletionStage<Boolean> renew(String key, long token, long leaseMillis) {
      return CompletableFuture.completedFuture(true);
    }
  }

  /** What is found may be found once more, as where replication takes a while. */
  static final class ReplicaReads extends ScriptedTier {
    private final Map<String, Hit> found = new HashMap<>();

    ReplicaReads(RemoteTier to) {
      super(to);
    }

    @Override
    public CompletionStage<Reply> lookup(Lookup request) {
      Hit before = found.remove(request.key());
      return before != null
          ? CompletableFuture.completedFuture(before)
          : super.lookup(request)
              .thenApply(
                  reply -> {
                    if (reply instanceof Hit hit) {
                      found.put(request.key(), hit);
                    }
                    return reply;
                  });
    }
  }

  private static final class NoTimer extends Engine<Integer, Long> {
    NoTimer(CacheSettings<Integer, Long> settings, Fleet fleet) {
      super(settings, fleet, Recorder.NONE);
    }

    @Override
    long waitNanos(int round, long leaseMillis) {
      return Long.MAX_VALUE / 4;
    }
  }

  private static final class LateTicket extends Engine<Integer, Long> {
    LateTicket(CacheSettings<Integer, Long> settings, Fleet fleet) {
      super(settings, fleet, Recorder.NONE);
    }

    @Override
    @Nullable Entry<Long> decode(Stored stored, Ticket ticket) {
      return super.decode(stored, ticket(ticket.stripe()));
    }
  }

  /** Each read draws whether it refreshes, as XFetch is in the textbook. */
  private static final class DrawnPerRead extends Engine<Integer, Long> {
    private final Ageing ageing;
    private final long freshMillis;

    DrawnPerRead(CacheSettings<Integer, Long> settings, Fleet fleet) {
      super(settings, fleet, Recorder.NONE);
      ageing = new Ageing(settings.expiry, settings.refresh, fleet.host().random());
      freshMillis = settings.expiry.freshFor().toMillis();
    }

    @Override
    @Nullable Entry<Long> quick(Integer key) {
      return null;
    }

    @Override
    void read(Caller<Integer, Long, ?> caller) {
      super.read(caller);
      Entry<Long> held = held(caller.key);
      if (held != null
          && now() >= ageing.refreshAt(held.freshUntil(), held.costMillis(), freshMillis)) {
        KeyFlight<Integer, Long> unused = refresh(caller.key, caller.loader, held);
      }
    }
  }

  private static final class NoStale extends Engine<Integer, Long> {
    NoStale(CacheSettings<Integer, Long> settings, Fleet fleet) {
      super(settings, fleet, Recorder.NONE);
    }

    @Override
    boolean servable(Entry<Long> entry) {
      return false;
    }
  }

  private static final class NoCheck extends Guards {
    @Override
    boolean holds(int stripe, long count) {
      return true;
    }
  }

  private static final class ChangesUncounted extends Guards {
    @Override
    long changes() {
      return 0;
    }
  }

  static final class FlightKept extends Guards {
    @Override
    boolean holds(Ticket ticket) {
      return true;
    }
  }

  /** An invalidation of this process's own leaves what it holds. */
  static final class NoBump extends Guards {
    @Override
    void bump(int stripe) {}

    @Override
    boolean bump(Ticket ticket) {
      return true;
    }
  }

  /** All that wait for a key in a process have one and the same future. */
  private static final class SharedFuture implements Parts {
    private final Map<CacheFront<Integer, Long>, Map<Integer, CompletableFuture<Long>>> shared =
        new WeakHashMap<>();

    @Override
    public Set<Fault> faults(Set<Fault> drawn) {
      return Set.of(Fault.CANCELS);
    }

    @Override
    public CompletableFuture<Long> get(CacheFront<Integer, Long> cache, int key) {
      Map<Integer, CompletableFuture<Long>> ofCache =
          shared.computeIfAbsent(cache, unused -> new HashMap<>());
      CompletableFuture<Long> open = ofCache.get(key);
      if (open == null || open.isDone()) {
        open = cache.getAsync(key);
        ofCache.put(key, open);
      }
      return open;
    }
  }
}
