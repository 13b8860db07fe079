package io.github.corral.internal;

import io.github.corral.TypeRef;
import io.github.corral.internal.Simulation.Parts;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Load;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A popular key in an open loop: each process of a fleet reads it every millisecond, whether it is
 * answered or not.
 */
final class HotKey {

  private static final int PROCESSES = 2;
  private static final long FRESH_MILLIS = 200;
  private static final long COST_MILLIS = 20;
  private static final long LASTS_MILLIS = 20_000;

  /**
   * As many as if each refresh began twice its cost before its time. The earlier of two draws, one
   * for each process, begins it one and a half times its cost before; of forty draws, one for each
   * read within the time of a load, nearly four times.
   */
  private static final long MOST_LOADS = LASTS_MILLIS / (FRESH_MILLIS - 2 * COST_MILLIS);

  private static final int KEY = 1;

  private final VirtualTime time = new VirtualTime(new SplittableRandom(5));
  private final Parts parts;
  private final InMemoryServer server;
  private boolean filled;
  private int loading;
  private long loads;
  private @Nullable String wrong;

  private HotKey(Parts parts) {
    this.parts = parts;
    this.server = parts.server(time::millis);
  }

  /** What is wrong with the reads or the loads; null if nothing is. */
  static @Nullable String wrong(Parts parts) {
    HotKey key = new HotKey(parts);
    for (int i = 1; i <= PROCESSES; i++) {
      key.readLater(key.cache(i));
    }
    key.time.runUntil(nanos(LASTS_MILLIS));
    if (key.wrong == null && key.loads > MOST_LOADS) {
      return "I21: " + key.loads + " loads, where " + MOST_LOADS + " are many";
    }
    return key.wrong;
  }

  @SuppressWarnings("unchecked")
  private CacheFront<Integer, Long> cache(int process) {
    RemoteTier tier = parts.tier(new InMemoryTier(server));
    Host host = time.host(parts.tokens(process));
    Fleet fleet =
        new Fleet(host, tier, true, 400, name -> Recorder.NONE, parts.guards(), Outbox::new);
    Codec<Long> codec = (Codec<Long>) tier.codec(TypeRef.of(Long.class).type());
    CacheSettings<Integer, Long> settings = new CacheSettings<>("c", String::valueOf, codec);
    settings.expiry = CacheExpiry.freshFor(Duration.ofMillis(FRESH_MILLIS)).jitter(0);
    settings.refresh = Refresh.early();
    return new CacheFront<>(parts.engine(settings, fleet), this::load);
  }

  private void readLater(CacheFront<Integer, Long> cache) {
    time.after(
        nanos(1),
        () -> {
          boolean mustNotWait = filled;
          CompletableFuture<Long> read = parts.get(cache, KEY);
          if (mustNotWait && !read.isDone()) {
            wrong = "I21: a read waits though there is a value to serve";
          }
          readLater(cache);
        });
  }

  private CompletionStage<Long> load(int key, Load<Long> by) {
    loads++;
    if (++loading > 1) {
      wrong = "I3: two loads at once";
    }
    CompletableFuture<Long> result = new CompletableFuture<>();
    time.after(
        nanos(COST_MILLIS),
        () -> {
          loading--;
          result.complete(loads);
          time.after(nanos(2 * COST_MILLIS), () -> filled = true);
        });
    return result;
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
