package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.corral.Corral;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.spi.Recorder;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a coarse clock gives up, and what it leaves as it is. */
@Timeout(60)
class CoarseClockTest {

  private static final Duration FRESH = Duration.ofSeconds(60);

  private final VirtualTime time = new VirtualTime(new SplittableRandom(5));
  private final CoarseClock clock = new CoarseClock(time::nanos);
  private final AtomicInteger loads = new AtomicInteger();

  /** A host whose clock's thread runs when the test says so. */
  private Host coarse() {
    Host exact = time.host(new SplitMix(1));
    return new Host(
        exact.nanoTime(),
        clock::now,
        exact.random(),
        exact.executor(),
        exact.upkeep(),
        exact.timer(),
        exact.close());
  }

  private CacheFront<Integer, String> cache(
      Fleet fleet, Function<String, CacheSettings<Integer, String>> settings) {
    CacheSettings<Integer, String> chosen = settings.apply("c");
    chosen.expiry = chosen.expiry.jitter(0).staleFor(Duration.ZERO);
    return new CacheFront<>(
        fleet.register(chosen),
        (key, load) -> CompletableFuture.completedFuture("v" + loads.incrementAndGet()));
  }

  private CacheFront<Integer, String> alone() {
    Host host = coarse();
    LocalTier tier = new LocalTier(time::nanos);
    return cache(new Fleet(host, tier, false, 3_000, name -> Recorder.NONE), Settings::plain);
  }

  private void pass(Duration duration) {
    time.runUntil(time.nanos() + duration.toNanos());
  }

  private String read(CacheFront<Integer, String> cache) {
    CompletableFuture<String> read = cache.getAsync(1);
    pass(Duration.ofMillis(3));
    return read.join();
  }

  @Test
  void get_clockLags_pastDeadlineByAsMuchAsItLags() {
    CacheFront<Integer, String> cache = alone();
    assertThat(read(cache)).isEqualTo("v1");
    pass(FRESH.minusSeconds(1));
    clock.advance();
    pass(Duration.ofSeconds(7));

    assertThat(read(cache)).as("the clock says a second less than its deadline").isEqualTo("v1");
    clock.advance();
    assertThat(read(cache)).isEqualTo("v2");
  }

  @Test
  void get_missWhileTheClockLags_deadlinesAreExact() {
    CacheFront<Integer, String> cache = alone();
    pass(FRESH.multipliedBy(10));
    assertThat(read(cache)).isEqualTo("v1");
    pass(FRESH.minusSeconds(1));
    clock.advance();
    assertThat(read(cache)).isEqualTo("v1");
    pass(Duration.ofSeconds(1));
    clock.advance();
    assertThat(read(cache)).isEqualTo("v2");
  }

  @Test
  void get_feedIsSilentAndTheClockLags_cutOffWhenTheClockSaysSo() {
    InMemoryServer server = new InMemoryServer(time::millis);
    ScriptedTier tier = new ScriptedTier(Deaf.to(server));
    Fleet fleet = new Fleet(coarse(), tier, true, 3_000, name -> Recorder.NONE);
    CacheFront<Integer, String> cache = cache(fleet, Settings::coded);
    pass(Duration.ofSeconds(1));
    clock.advance();
    assertThat(read(cache)).isEqualTo("v1");
    long before = tier.calls(Op.LOOKUP);
    pass(Duration.ofSeconds(10));

    read(cache);
    assertThat(tier.calls(Op.LOOKUP)).isEqualTo(before);
    clock.advance();
    read(cache);
    assertThat(tier.calls(Op.LOOKUP)).isEqualTo(before + 1);
  }

  @Test
  void invalidate_clockLags_takesEffectAtOnce() {
    CacheFront<Integer, String> cache = alone();
    assertThat(read(cache)).isEqualTo("v1");

    cache.invalidateAsync(1).join();

    assertThat(read(cache)).isEqualTo("v2");
  }

  @Test
  void hitTime_withoutTheOption_isTheExactClock() {
    Host host = Host.threads();
    try {
      assertThat(host.hitTime()).isSameAs(host.nanoTime());
    } finally {
      host.close().run();
    }
  }

  @Test
  void coarseClock_open_advancesAndIsNeverAhead() {
    Host host = Host.threads().withCoarseHitTime();
    try {
      long before = host.hitTime().getAsLong();
      await().until(() -> host.hitTime().getAsLong() > before);
      long coarse = host.hitTime().getAsLong();
      assertThat(coarse).isLessThanOrEqualTo(host.nanoTime().getAsLong());
    } finally {
      host.close().run();
    }
  }

  @Test
  void close_coarseClock_itsThreadEnds() {
    Corral corral = Corral.builder().coarseClock().build();
    List<Thread> started = clockThreads();
    assertThat(started).hasSize(1).allMatch(Thread::isDaemon);

    corral.close();

    await().until(() -> !started.get(0).isAlive());
  }

  @Test
  void build_theTierRefusesTheSubscription_theClocksThreadEnds() {
    ScriptedTier refusing =
        new ScriptedTier(new InMemoryTier(new InMemoryServer(time::millis))) {
          @Override
          public void subscribe(FeedListener to) {
            throw new IllegalStateException("refused");
          }
        };
    Corral.Builder builder = Corral.builder().coarseClock().remote(refusing);

    assertThatThrownBy(builder::build).hasMessage("refused");

    await().until(() -> clockThreads().isEmpty());
  }

  private static List<Thread> clockThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("corral-clock"))
        .toList();
  }
}
