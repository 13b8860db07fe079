package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.spi.Flight;
import io.github.corral.spi.Recorder;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nothing is left of a load on its thread, however it ends. */
class LoadingThreadsTest {

  private final VirtualTime time = new VirtualTime(new SplittableRandom(1));
  private final Fleet fleet =
      new Fleet(
          time.host(new SplitMix(1)), new LocalTier(time::nanos), false, 3_000, n -> Recorder.NONE);
  private final CacheFront<Integer, String> cache =
      new CacheFront<>(fleet.register(Settings.plain("c")), null);

  @Test
  void load_endsByValueOrException_leavesNothing() {
    int[] within = new int[1];
    assertThat(
            cache.get(
                1,
                key -> {
                  within[0] = fleet.threads().size();
                  return "a";
                }))
        .isEqualTo("a");
    assertThatThrownBy(
            () ->
                cache.get(
                    2,
                    key -> {
                      throw new IllegalStateException("down");
                    }))
        .hasRootCauseMessage("down");

    assertThat(within[0]).isEqualTo(1);
    assertThat(fleet.threads().size()).isZero();
  }

  @Test
  void open_neverEnded_leavesNothingAfterTheLoadTimeout() {
    assertThat(cache.open(1, key -> "a").leads()).isTrue();
    assertThat(fleet.threads().size()).isEqualTo(1);

    time.runUntil(Duration.ofSeconds(31).toNanos());

    assertThat(fleet.threads().size()).isZero();
    assertThat(cache.get(1, key -> "b")).isEqualTo("b");
  }

  @Test
  void open_endedOutOfOrder_theOtherIsStillKnown() {
    Flight<String> one = cache.open(1, key -> "a");
    Flight<String> two = cache.open(2, key -> "a");

    one.commit("a");

    assertThatThrownBy(() -> cache.get(2, key -> "b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("c::2 > c::2");
    two.commit("b");
    assertThat(fleet.threads().size()).isZero();
  }

  @Test
  void open_endedOnAnotherThread_leavesNothing() throws Exception {
    Flight<String> flight = cache.open(1, key -> "a");

    Thread other = new Thread(() -> flight.commit("a"));
    other.start();
    other.join();

    assertThat(fleet.threads().size()).isZero();
  }

  @Test
  void getAsync_theLoadGoesOnInAStage_countsNotAsOnTheThread() {
    CompletableFuture<String> result = new CompletableFuture<>();
    CompletableFuture<String> read = cache.getAsync(1, (key, load) -> result);
    time.runUntil(Duration.ofSeconds(1).toNanos());

    assertThat(fleet.threads().size()).isZero();
    result.complete("a");
    assertThat(read).isCompletedWithValue("a");
  }
}
