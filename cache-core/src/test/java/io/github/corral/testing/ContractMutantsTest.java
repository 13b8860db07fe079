package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Stamp;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the model, broken, breaks a test of the contract. */
class ContractMutantsTest {

  /** Makes a server on a clock. */
  interface Maker extends Function<LongSupplier, InMemoryServer> {}

  static Stream<Named<Maker>> mutants() {
    return Stream.of(
        mutant(
            "commit compares no token",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean holdsLease(InMemoryEntry entry, long token) {
                    return entry.leaseToken != 0;
                  }
                }),
        mutant(
            "two leases at a time",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean isLeasedToAnother(InMemoryEntry e, Lookup request, long now) {
                    return false;
                  }
                }),
        mutant(
            "a lease lasts for ever",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean isLeasedToAnother(InMemoryEntry e, Lookup request, long now) {
                    return super.isLeasedToAnother(e, request, e.leaseUntil - 1);
                  }
                }),
        mutant(
            "an invalidation leaves the lease",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void voidLeaseOnInvalidate(InMemoryEntry entry) {}
                }),
        mutant(
            "a write's beginning leaves the lease",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void voidLeaseOnBegin(InMemoryEntry entry) {}
                }),
        mutant(
            "a lease forgets the hold-off it was granted in",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected long rememberedHold(InMemoryEntry entry, long now) {
                    return 0;
                  }
                }),
        mutant(
            "a lease forgets the window it was granted in",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected long rememberedWindow(InMemoryEntry entry, long now) {
                    return 0;
                  }
                }),
        mutant(
            "no hold-off follows a write window",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void rememberHoldOff(InMemoryEntry entry, long holdOffMillis) {}
                }),
        mutant(
            "everything is proven",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean proven(InMemoryEntry entry, Fill fill) {
                    return true;
                  }
                }),
        mutant(
            "nothing is proven",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean proven(InMemoryEntry entry, Fill fill) {
                    return false;
                  }
                }),
        mutant(
            "only the fresh time is bounded",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected long boundedHard(long hardUntil, long bound) {
                    return hardUntil;
                  }
                }),
        mutant(
            "fresh from the commit on",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected long countsFrom(InMemoryEntry entry, long now) {
                    return now;
                  }
                }),
        mutant(
            "an old version is stored",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean isBelowMinimum(InMemoryEntry entry, Fill fill, long now) {
                    return false;
                  }
                }),
        mutant(
            "an old version is written",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean isOlder(InMemoryEntry entry, Fill write) {
                    return false;
                  }
                }),
        mutant(
            "a lower schema overwrites",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean isBelowSchema(InMemoryEntry entry, Fill fill) {
                    return false;
                  }
                }),
        mutant(
            "another schema is served",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean usable(InMemoryEntry entry, int schema) {
                    return entry.hasValue;
                  }
                }),
        mutant(
            "writes never overlap",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean overlaps(InMemoryEntry entry, long token, long now) {
                    return false;
                  }
                }),
        mutant(
            "contention is forgotten",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean ownsWindow(InMemoryEntry entry, long token, long now) {
                    return entry.writeUntil > now && entry.writeToken == token;
                  }
                }),
        mutant(
            "a write stores without its window",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean ownsWindow(InMemoryEntry entry, long token, long now) {
                    return !entry.contended;
                  }
                }),
        mutant(
            "an invalidation spares the window",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void spoilWindow(InMemoryEntry entry, long now) {}
                }),
        mutant(
            "the old value outlives the window",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void clipToWindow(InMemoryEntry entry) {}
                }),
        mutant(
            "no hold-off",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void holdOff(InMemoryEntry entry, long holdOffMillis, long now) {}
                }),
        mutant(
            "no error window",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean isInErrorWindow(InMemoryEntry entry, long now) {
                    return false;
                  }
                }),
        mutant(
            "the error window does not grow",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected long errorWindow(int failures, long minMillis, long maxMillis) {
                    return minMillis;
                  }
                }),
        mutant(
            "the error window has no cap",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected long errorWindow(int failures, long minMillis, long maxMillis) {
                    return super.errorWindow(failures, minMillis, Long.MAX_VALUE);
                  }
                }),
        mutant(
            "a refresh is content with what it holds",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean wantsReplaced(InMemoryEntry entry, Lookup request) {
                    return false;
                  }
                }),
        mutant(
            "a write's beginning is not told",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void publishBegin(String key) {}
                }),
        mutant(
            "a change is not told",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void publishChange(String key, Change change) {
                    if (change != Change.SOFT) {
                      super.publishChange(key, change);
                    }
                  }
                }),
        mutant(
            "numbers are skipped",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected long nextSequence(int partition) {
                    super.nextSequence(partition);
                    return super.nextSequence(partition);
                  }
                }),
        withTags(
            "the tags' clock does not advance while time stands still",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long next(long clock, long now) {
                    return Math.max(clock, now);
                  }
                }),
        withTags(
            "the tags' clock is the time",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long next(long clock, long now) {
                    return now;
                  }
                }),
        withTags(
            "the tags' clock ignores the time",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long next(long clock, long now) {
                    return clock + 1;
                  }
                }),
        withTags(
            "a lost table has the same epoch again",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long newEpoch() {
                    return 7;
                  }
                }),
        withTags(
            "a lost table has no floor",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long floorOfNew(long floor, long clock) {
                    return 0;
                  }
                }),
        withTags(
            "a tag's hold-off is shortened",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long holdUntil(long inForce, long holdOffMillis, long now) {
                    return now + holdOffMillis;
                  }
                }),
        withTags(
            "a tag has no hold-off",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long holdUntil(long inForce, long holdOffMillis, long now) {
                    return 0;
                  }
                }),
        withTags(
            "no tag is ever dropped",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long dropOldest(int surplus) {
                    return 0;
                  }
                }),
        withTags(
            "dropped tags do not raise the floor",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long raisedFloor(long floor, long dropped) {
                    return floor;
                  }
                }),
        withTags(
            "another primary trusts the table",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected boolean isAnothers(String maker, String primary) {
                    return false;
                  }
                }),
        withTags(
            "another primary keeps the epoch",
            () ->
                new InMemoryTags(1) {
                  @Override
                  protected long another(long drawn, long than) {
                    return than;
                  }
                }),
        mutant(
            "a barrier is not told",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void publishBarrier(
                      Stamp raised, long before, long holdOffMillis, List<String> names) {}
                }),
        mutant(
            "the tags' clock is not told",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void publishClock() {}
                }),
        mutant(
            "the tags' clock is told after the beat",
            clock ->
                new InMemoryServer(clock) {
                  boolean late;

                  @Override
                  protected void publishClock() {
                    if (late) {
                      super.publishClock();
                    }
                  }

                  @Override
                  protected void publishBeat(String primary) {
                    late = false;
                    super.publishBeat(primary);
                    late = true;
                    publishClock();
                  }
                }),
        mutant(
            "an entry is not stamped",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void mark(InMemoryEntry entry, Fill fill) {
                    entry.tags = fill.tags();
                  }
                }),
        mutant(
            "an entry has no tags",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void mark(InMemoryEntry entry, Fill fill) {
                    entry.stamp = fill.stamp();
                  }
                }),
        mutant(
            "any payload is kept",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean isThere(InMemoryEntry entry, Fill fill) {
                    return entry.hasValue && entry.schema == fill.schema();
                  }
                }),
        mutant(
            "the payload of another schema is kept",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected boolean isThere(InMemoryEntry entry, Fill fill) {
                    return entry.hasValue && entry.id == fill.keeps();
                  }
                }),
        mutant(
            "a kept payload is replaced",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected byte[] payload(InMemoryEntry entry, Fill fill) {
                    return fill.payload();
                  }
                }),
        mutant(
            "a missing payload ends the lease",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void missing(InMemoryEntry entry, long now) {
                    endLease(entry);
                  }
                }),
        mutant(
            "nobody is woken",
            clock ->
                new InMemoryServer(clock) {
                  @Override
                  protected void publishEnded(String key) {}
                }));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void contract_ruleIsBroken_fails(Maker mutant) {
    assertThat(failuresOn(mutant).findFirst()).isPresent();
  }

  @Test
  void contract_noRuleIsBroken_holds() {
    assertThat(failuresOn(InMemoryServer::new)).isEmpty();
  }

  private static Named<Maker> withTags(String name, Supplier<InMemoryTags> tags) {
    return mutant(name, clock -> new InMemoryServer(clock, 1, tags.get()));
  }

  private static Named<Maker> mutant(String name, Maker maker) {
    return Named.of(name, maker);
  }

  /** The tests without parameters that fail, one after the other; the simpler rules come first. */
  private static Stream<String> failuresOn(Maker maker) {
    List<Method> tests = new ArrayList<>();
    for (Class<?> type = RemoteTierContract.class; type != null; type = type.getSuperclass()) {
      tests.addAll(0, List.of(type.getDeclaredMethods()));
    }
    return tests.stream()
        .filter(test -> test.isAnnotationPresent(Test.class) && fails(test, maker))
        .map(Method::getName);
  }

  private static boolean fails(Method test, Maker maker) {
    Broken broken = new Broken(maker);
    try {
      test.setAccessible(true);
      test.invoke(broken);
      return false;
    } catch (InvocationTargetException failure) {
      return true;
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    } finally {
      broken.closeTiers();
    }
  }

  /** The contract on a server of which a rule is broken. Not found as a test of its own. */
  private static final class Broken extends RemoteTierContract {

    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private final InMemoryServer server;

    Broken(Maker maker) {
      server = maker.apply(millis::get);
    }

    @Override
    protected RemoteTier newTier() {
      return new InMemoryTier(server);
    }

    @Override
    protected void advance(Duration duration) {
      millis.addAndGet(duration.toMillis());
    }

    @Override
    protected void loseTags() {
      server.loseTags();
    }

    @Override
    protected void changePrimary() {
      server.restart("another");
    }
  }
}
