package io.github.corral.demo.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.demo.stats.HotKeyEvents.Invalidation;
import io.github.corral.demo.stats.HotKeyEvents.Wait;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HotKeyTest {

  private final SettableClock clock = new SettableClock();
  private long waitsOfThread;
  private final HotKey hotKey = new HotKey(new WallClock(clock), () -> waitsOfThread);

  @Test
  void request_thatRunsTheLoad_isAWait() {
    long started = clock.micros();
    Value value = hotKey.request(() -> loadFor(40));

    assertThat(hotKey.requests()).isEqualTo(1);
    assertThat(hotKey.events().loads()).containsExactly(value.load());
    assertThat(value.load()).isEqualTo(new LoadStamp(started, started + 40_000, 9));
    assertThat(hotKey.events().waits())
        .containsExactly(new Wait(started, started + 40_000, true, value.load()));
  }

  @Test
  void request_servedFromTheCache_isNoWait() {
    Value value = loadFor(40);
    hotKey.request(() -> value);

    assertThat(hotKey.requests()).isEqualTo(1);
    assertThat(hotKey.events().waits()).isEmpty();
  }

  @Test
  void request_servedAStaleValueAfterRunningALoadItself_isNoWait() {
    Value stale = loadFor(40);
    hotKey.request(
        () -> {
          loadFor(40);
          return stale;
        });

    assertThat(hotKey.events().loads()).hasSize(2);
    assertThat(hotKey.events().waits()).isEmpty();
  }

  @Test
  void request_thatJoinsAnothersLoadInItsFirstHalf_isAWait() {
    Value value = requestDuringLoad(19, 21, true);

    assertThat(hotKey.events().waits())
        .containsExactly(new Wait(clock.micros() - 21_000, clock.micros(), false, value.load()));
  }

  @Test
  void request_thatStartsInALoadsSecondHalf_isNoWait() {
    requestDuringLoad(21, 19, true);

    assertThat(hotKey.events().waits()).isEmpty();
  }

  @Test
  void request_heldBackByTheSchedulerWhileALoadEnded_isNoWait() {
    requestDuringLoad(10, 30, false);

    assertThat(hotKey.events().waits()).isEmpty();
  }

  @Test
  void request_heldUpAfterALoadEnded_isNoWait() {
    HotKey.Loading loading = hotKey.load();
    clock.advanceMillis(35);
    hotKey.request(
        () -> {
          clock.advanceMillis(5);
          LoadStamp stamp = loading.ended(9);
          waitsOfThread++;
          clock.advanceMillis(500);
          return new Value(stamp);
        });

    assertThat(hotKey.events().waits()).isEmpty();
  }

  @Test
  void request_thatThrows_passesItOnAndRecordsNoWait() {
    Supplier<Value> failing =
        () -> {
          throw new IllegalStateException("broken");
        };

    assertThatThrownBy(() -> hotKey.request(failing)).hasMessage("broken");
    assertThat(hotKey.requests()).isEqualTo(1);
    assertThat(hotKey.events().waits()).isEmpty();
  }

  @Test
  void load_thatFails_isCountedAndHasNoStamp() {
    try (HotKey.Loading loading = hotKey.load()) {
      clock.advanceMillis(5);
    }

    assertThat(hotKey.failedLoads()).isEqualTo(1);
    assertThat(hotKey.events().loads()).isEmpty();
  }

  @Test
  void invalidation_alsoOfAWriteThatFails_isRecordedFromStartToEnd() {
    long started = clock.micros();
    hotKey.invalidation(
        () -> {
          clock.advanceMillis(3);
          return "stored";
        });
    assertThatThrownBy(
            () ->
                hotKey.invalidation(
                    () -> {
                      clock.advanceMillis(2);
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");

    assertThat(hotKey.events().invalidations())
        .containsExactly(
            new Invalidation(started, started + 3_000),
            new Invalidation(started + 3_000, started + 5_000));
  }

  @Test
  void reset_always_forgetsEverything() {
    hotKey.request(() -> loadFor(40));
    hotKey.load().close();
    hotKey.invalidation(() -> "stored");
    hotKey.reset();

    assertThat(hotKey.requests()).isZero();
    assertThat(hotKey.failedLoads()).isZero();
    assertThat(hotKey.events()).isEqualTo(new HotKeyEvents(List.of(), List.of(), List.of(), false));
  }

  /**
   * A request that starts so long after a load's start, and lasts so long, as another thread's load
   * ends.
   */
  private Value requestDuringLoad(long before, long during, boolean waits) {
    HotKey.Loading loading = hotKey.load();
    clock.advanceMillis(before);
    return hotKey.request(
        () -> {
          clock.advanceMillis(during);
          if (waits) {
            waitsOfThread++;
          }
          return new Value(loading.ended(9));
        });
  }

  private Value loadFor(long millis) {
    try (HotKey.Loading loading = hotKey.load()) {
      clock.advanceMillis(millis);
      return new Value(loading.ended(9));
    }
  }

  private record Value(LoadStamp load) implements Stamped {}
}
