package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.RemoteTierException;
import io.github.corral.redis.internal.TestClient.Make;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.Recorder.FeedGap;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.HeardFeed;
import io.github.corral.testing.HeardFeed.Beat;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A primary dies under load, and a replica takes its place. */
class FailoverTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String KEY = "posts::1";
  private static final Set<FeedGap> NOTICED =
      Set.of(FeedGap.PRIMARY, FeedGap.SUBSCRIPTION, FeedGap.SILENCE);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final AtomicLong source = new AtomicLong(1);
  private final Set<FeedGap> gaps = ConcurrentHashMap.newKeySet();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void get_primaryOfTheClusterDies_readsGoOnAndChangesReachEveryProcessAgain(Make make) {
    RealCluster cluster = RealCluster.start(3, 1);
    int slot = SlotHash.getSlot(new Keyspace("corral").entry(KEY));

    assertSurvives(make.on(cluster), cluster.firstOwner(slot));
  }

  @ParameterizedTest
  @EnumSource
  void get_primaryOfTheSentinelDies_readsGoOnAndChangesReachEveryProcessAgain(Make make) {
    RealSentinel sentinel = RealSentinel.start();

    assertSurvives(make.on(sentinel), sentinel.primaries().get(0));
  }

  private void assertSurvives(RealServers servers, RealRedis victim) {
    opened.add(servers);
    ReadThroughCache<Long, Long> one = process(servers);
    ReadThroughCache<Long, Long> other = process(servers);
    assertThat(one.get(1L)).isEqualTo(1);
    assertThat(other.get(1L)).isEqualTo(1);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(() -> read(List.of(one, other), over, reads, failures));
    await().until(() -> reads.get() > 0);

    awaitProof(servers);
    gaps.clear();

    victim.kill();
    servers.failOver(victim);
    source.set(2);
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> invalidates(one));

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.get(1L)).isEqualTo(2));
    source.set(3);
    await().atMost(PATIENCE).until(() -> invalidates(other));
    assertThat(other.get(1L)).isEqualTo(3);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(one.get(1L)).isEqualTo(3));
    await().atMost(PATIENCE).until(() -> gaps.stream().anyMatch(NOTICED::contains));
    over.set(true);
    reader.orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(failures).isEmpty();
  }

  /** Hears the beats that the processes send; when the third comes, they have heard the first. */
  private void awaitProof(RealServers servers) {
    RemoteTier listener = servers.tier().build();
    opened.add(listener);
    HeardFeed feed = new HeardFeed();
    listener.subscribe(feed);
    int partition = RemoteTier.partition(KEY);
    feed.awaitAll(
        all ->
            feed.messages(Beat.class).stream()
                    .filter(beat -> beat.partitions().contains(partition))
                    .count()
                >= 3);
  }

  private ReadThroughCache<Long, Long> process(RealServers servers) {
    RemoteTier tier = servers.tier().build();
    Corral corral = Corral.builder().remote(tier).recorders(name -> new GapRecorder()).build();
    opened.add(corral);
    return corral.cache("posts", Long.class, Long.class).build(id -> source.get());
  }

  private static boolean invalidates(ReadThroughCache<Long, Long> cache) {
    try {
      cache.invalidate(1L);
      return true;
    } catch (RemoteTierException noPrimaryYet) {
      return false;
    }
  }

  private static void read(
      List<ReadThroughCache<Long, Long>> caches,
      AtomicBoolean over,
      AtomicLong reads,
      Queue<Throwable> failures) {
    while (!over.get()) {
      try {
        caches.forEach(cache -> cache.get(reads.incrementAndGet() % 1_000));
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }

  private final class GapRecorder implements Recorder {
    @Override
    public void partitionsDropped(FeedGap why, int partitions) {
      gaps.add(why);
    }
  }
}
