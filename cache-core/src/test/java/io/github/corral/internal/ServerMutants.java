package io.github.corral.internal;

import io.github.corral.internal.Simulation.Parts;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.testing.InMemoryEntry;
import io.github.corral.testing.InMemoryServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Remote tiers in which a rule of the protocol is missing. */
final class ServerMutants {

  private ServerMutants() {}

  /** Those that seeds find. */
  static Map<String, Parts> bySeeds() {
    Map<String, Parts> all = new LinkedHashMap<>();
    all.put("commit without token compare", parts(NoTokenCompare::new));
    all.put("invalidate does not void the lease", parts(NoVoid::new));
    all.put("DEL only", parts(DeleteOnly::new));
    all.put("no lease", parts(NoLease::new));
    all.put("early refresh without lease", parts(NoRefreshLease::new));
    all.put("nothing is published", parts(NoPublish::new));
    all.put("begin without publish", parts(NoPublishedBegin::new, Fault.KILLS));
    all.put(
        "begin does not bound the old value", parts(NoClip::new, Fault.LOST_REQUESTS, Fault.KILLS));
    all.put("commit write without token", parts(NoWriteToken::new, Fault.PAUSES, Fault.EVICTIONS));
    all.put("contention forgotten", parts(NoContention::new));
    all.put("no hold-off", parts(NoHoldOff::new, Fault.LAGGING_REPLICA));
    all.put("hold-off forgotten by the grant", parts(NoMemory::new, Fault.LAGGING_REPLICA));
    all.put("hold-off bounds only the fresh time", parts(OnlyFresh::new, Fault.LAGGING_REPLICA));
    all.put("fresh counted from the commit", parts(FromCommit::new));
    all.put("deadline rewritten at lease", parts(Rewritten::new));
    all.put("error window dropped", parts(NoErrorWindow::new));
    all.put("grant without time to live", parts(Immortal::new, Fault.KILLS));
    return all;
  }

  static Parts parts(Function<LongSupplier, InMemoryServer> maker, Fault... faults) {
    return new Parts() {
      @Override
      public Set<Fault> faults(Set<Fault> drawn) {
        return faults.length == 0 ? drawn : Set.of(faults);
      }

      @Override
      public InMemoryServer server(LongSupplier millis) {
        return maker.apply(millis);
      }
    };
  }

  static final class NoTokenCompare extends InMemoryServer {
    NoTokenCompare(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected boolean holdsLease(InMemoryEntry entry, long token) {
      return true;
    }
  }

  static final class NoVoid extends InMemoryServer {
    NoVoid(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void voidLeaseOnInvalidate(InMemoryEntry entry) {}
  }

  /** What a hand-written invalidation does. */
  static final class DeleteOnly extends InMemoryServer {
    DeleteOnly(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void voidLeaseOnInvalidate(InMemoryEntry entry) {}

    @Override
    protected void spoilWindow(InMemoryEntry entry, long now) {}

    @Override
    protected void publishChange(String key, Change change) {}
  }

  static final class NoLease extends InMemoryServer {
    NoLease(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected boolean isLeasedToAnother(InMemoryEntry entry, Lookup request, long now) {
      return false;
    }
  }

  static final class NoRefreshLease extends InMemoryServer {
    NoRefreshLease(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected boolean isLeasedToAnother(InMemoryEntry entry, Lookup request, long now) {
      return request.mode() != Mode.REFRESH && super.isLeasedToAnother(entry, request, now);
    }

    @Override
    protected boolean wantsReplaced(InMemoryEntry entry, Lookup request) {
      return request.mode() == Mode.REFRESH;
    }
  }

  static final class NoPublish extends InMemoryServer {
    NoPublish(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void publishChange(String key, Change change) {}
  }

  static final class NoPublishedBegin extends InMemoryServer {
    NoPublishedBegin(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void publishBegin(String key) {}
  }

  static final class NoVoidOnBegin extends InMemoryServer {
    NoVoidOnBegin(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void voidLeaseOnBegin(InMemoryEntry entry) {}
  }

  static final class NoClip extends InMemoryServer {
    NoClip(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void clipToWindow(InMemoryEntry entry) {}
  }

  static final class NoWriteToken extends InMemoryServer {
    NoWriteToken(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected boolean ownsWindow(InMemoryEntry entry, long token, long now) {
      return !entry.contended;
    }
  }

  static final class NoContention extends InMemoryServer {
    NoContention(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected boolean overlaps(InMemoryEntry entry, long token, long now) {
      return false;
    }

    @Override
    protected void spoilWindow(InMemoryEntry entry, long now) {}
  }

  static final class EarlyClose extends InMemoryServer {
    EarlyClose(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void spoilWindow(InMemoryEntry entry, long now) {
      entry.writeToken = 0;
      entry.writeUntil = 0;
      entry.contended = false;
    }
  }

  static final class NoHoldOff extends InMemoryServer {
    NoHoldOff(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void holdOff(InMemoryEntry entry, long holdOffMillis, long now) {}
  }

  static final class NoMemory extends InMemoryServer {
    NoMemory(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected long rememberedHold(InMemoryEntry entry, long now) {
      return 0;
    }

    @Override
    protected long rememberedWindow(InMemoryEntry entry, long now) {
      return 0;
    }
  }

  static final class OnlyFresh extends InMemoryServer {
    OnlyFresh(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected long boundedHard(long hardUntil, long bound) {
      return hardUntil;
    }
  }

  static final class FromCommit extends InMemoryServer {
    FromCommit(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected long countsFrom(InMemoryEntry entry, long now) {
      return now;
    }
  }

  static final class Rewritten extends InMemoryServer {
    Rewritten(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void grant(InMemoryEntry entry, Lookup request, long now) {
      super.grant(entry, request, now);
      entry.hardUntil = entry.hasValue ? now + entry.life : 0;
    }
  }

  static final class NoErrorWindow extends InMemoryServer {
    NoErrorWindow(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected long errorWindow(int failures, long minMillis, long maxMillis) {
      return 0;
    }
  }

  static final class Immortal extends InMemoryServer {
    Immortal(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void grant(InMemoryEntry entry, Lookup request, long now) {
      super.grant(entry, request, now);
      entry.holdUntil = entry.hasValue ? entry.holdUntil : now + LONGEST_MILLIS;
    }

    @Override
    protected long bound(InMemoryEntry entry, Fill fill, long now) {
      long bound = Long.MAX_VALUE;
      bound = earlier(bound, entry.leaseWindow);
      return earlier(bound, entry.writeUntil);
    }
  }

  /** Neither does the end of a write drop the lease, nor does a grant remember the window. */
  static final class NoVoidAtAll extends InMemoryServer {
    NoVoidAtAll(LongSupplier millis) {
      super(millis);
    }

    @Override
    protected void voidLease(InMemoryEntry entry) {}

    @Override
    protected long rememberedWindow(InMemoryEntry entry, long now) {
      return 0;
    }
  }
}
