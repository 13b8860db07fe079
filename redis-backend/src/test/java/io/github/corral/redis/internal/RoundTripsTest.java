package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of many keys send all that they have to say before they wait for a reply. */
class RoundTripsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<Integer> ALL = IntStream.range(0, 100).boxed().toList();

  private final RealRedis redis = RealRedis.start();
  private final List<Set<Integer>> loads = new CopyOnWriteArrayList<>();
  private final HeldReplies replies = new HeldReplies(LettucePort.open(redis.client()));
  private final Corral process = process(replies);
  private final ReadThroughCache<Integer, String> cache = cache(process);

  @AfterEach
  void closeAll() {
    process.close();
    redis.close();
  }

  @Test
  void getAll_halfOfAHundredAreMissing_oneBulkLoadAndThreeRoundTrips() throws Exception {
    fill(ALL.subList(0, 50));
    assertThat(cache.get(1_000)).isEqualTo("1000");
    loads.clear();
    replies.hold();

    CompletableFuture<Map<Integer, String>> answer = cache.getAllAsync(ALL);

    roundTrip(100);
    roundTrip(50);
    roundTrip(50);
    assertThat(answer.get(20, TimeUnit.SECONDS)).hasSize(100).containsEntry(99, "99");
    assertThat(replies.sent()).isZero();
    assertThat(loads).containsExactly(Set.copyOf(ALL.subList(50, 100)));
  }

  @Test
  void invalidateAll_aHundred_oneRoundTrip() throws Exception {
    fill(ALL);
    assertThat(cache.getAll(ALL)).hasSize(100);
    replies.hold();

    CompletableFuture<Void> done = cache.invalidateAllAsync(ALL);

    roundTrip(100);
    assertThat(done).succeedsWithin(PATIENCE);
    assertThat(replies.sent()).isZero();
  }

  /** So many requests are sent, and no more, until they are answered. */
  private void roundTrip(int requests) {
    await().atMost(PATIENCE).until(() -> replies.sent() >= requests);
    assertThat(replies.sent()).isEqualTo(requests);
    replies.release();
  }

  private void fill(Collection<Integer> keys) {
    try (Corral other = process(LettucePort.open(redis.client()))) {
      assertThat(cache(other).getAll(keys)).hasSameSizeAs(keys);
    }
  }

  private static Corral process(RedisPort port) {
    ScriptedTier tier =
        new ScriptedTier(
            port,
            new Keyspace("corral"),
            Scripts.load(),
            PATIENCE,
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextLong(),
            VirtualRedis.VALUES);
    return Corral.builder().remote(tier).build();
  }

  private ReadThroughCache<Integer, String> cache(Corral corral) {
    return corral
        .cache("numbers", Integer.class, String.class)
        .buildBulk(
            (keys, load) -> {
              loads.add(Set.copyOf(keys));
              return keys.stream().collect(Collectors.toMap(key -> key, String::valueOf));
            });
  }
}
