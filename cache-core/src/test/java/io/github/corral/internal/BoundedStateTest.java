package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Caller.Getter;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Recorder;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nothing is kept per key but what the size of the cache allows. */
class BoundedStateTest {

  private static final int KEYS = 100_000;
  private static final int ENTRIES = 100;

  private final VirtualTime time = new VirtualTime(new SplittableRandom(1));
  private final LocalTier tier = new LocalTier(time::nanos);
  private final Fleet fleet =
      new Fleet(time.host(new SplitMix(1)), tier, false, 3_000, name -> Recorder.NONE);
  private final Engine<Integer, String> engine = fleet.register(settings());

  private static CacheSettings<Integer, String> settings() {
    CacheSettings<Integer, String> settings = new CacheSettings<>("c", String::valueOf, null);
    settings.maximumSize = ENTRIES;
    return settings;
  }

  private CompletableFuture<String> read(int key, AsyncLoader<Integer, String> loader) {
    Getter<Integer, String> caller = new Getter<>(key, loader, Runnable::run, Runnable::run);
    engine.read(caller);
    return caller.future;
  }

  @Test
  void manyKeys_missesFailuresInvalidationsAndPuts_leaveNothingBehind() {
    AsyncLoader<Integer, String> loader =
        (key, load) -> {
          if (key % 3 == 0) {
            throw new IllegalStateException("down");
          }
          return CompletableFuture.completedFuture(key % 3 == 1 ? "a" : null);
        };
    int ended = 0;
    for (int key = 0; key < KEYS; key++) {
      CompletableFuture<String> read = read(key, loader);
      ended += read.isDone() ? 1 : 0;
      if (key % 5 == 0) {
        ended += engine.writes().invalidate(key).isDone() ? 0 : 1;
      }
      if (key % 7 == 0) {
        ended += engine.writes().put(key, "b").isDone() ? 0 : 1;
      }
    }

    assertThat(ended).isEqualTo(KEYS);
    assertThat(fleet.flights()).isZero();
    assertThat(tier.slots()).isZero();
    assertThat(tier.windows()).isLessThanOrEqualTo(10_000);
    assertThat(engine.held()).isLessThanOrEqualTo(ENTRIES);
  }

  @Test
  void manyKeys_loadersNeverReturn_nothingIsLeftAfterTheLoadTimeout() {
    for (int key = 0; key < KEYS / 10; key++) {
      CompletableFuture<String> unused = read(key, (k, load) -> new CompletableFuture<>());
    }
    assertThat(fleet.flights()).isEqualTo(KEYS / 10);

    time.runUntil(time.nanos() + Duration.ofSeconds(31).toNanos());

    assertThat(fleet.flights()).isZero();
    assertThat(tier.slots()).isZero();
  }
}
