package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.corral.redis.LettuceTier;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.testing.HeardFeed;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Subscribed;
import io.lettuce.core.KillArgs;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.event.Event;
import io.lettuce.core.event.connection.ReconnectAttemptEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** What several primaries have to do with each other. */
class ClusterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Keyspace KEYSPACE = new Keyspace("corral");

  private static RealCluster cluster;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void startCluster() {
    cluster = RealCluster.start(3, 0);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  @Test
  void beat_ofOnePartition_tellsOfAllThatItsPrimaryKeepsAndOfNoOther() {
    RemoteTier tier = tier();
    HeardFeed feed = listen(tier);
    RealRedis primary = cluster.primaries().get(1);
    List<Integer> kept = partitionsOf(cluster, primary);

    tier.beat(new int[] {kept.get(0)});

    feed.await(Beat.class::isInstance);
    assertThat(feed.messages(Beat.class).get(0).partitions()).isEqualTo(kept);
  }

  @Test
  void changed_ofEveryPrimary_isHeardByOneSubscription() {
    RemoteTier tier = tier();
    HeardFeed feed = listen(tier);
    List<String> keys = IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();

    keys.forEach(key -> get(tier.invalidate(key, Change.HARD, 0)));

    feed.awaitAll(all -> feed.messages(Changed.class).size() == keys.size());
    assertThat(feed.messages(Changed.class))
        .extracting(Changed::key)
        .containsExactlyInAnyOrderElementsOf(keys);
    assertThat(subscribers()).isEqualTo(1);
  }

  /** The others hear that primary, and this process the others, so it notices by its own beats. */
  @Test
  void beat_subscribedServerIsCutOffFromOnePrimary_subscribesAtAnother() {
    RealCluster own = RealCluster.start(3, 0, "cluster-require-full-coverage no");
    opened.add(own);
    AtomicLong nanos = new AtomicLong(1);
    RemoteTier tier = tier(own, nanos);
    HeardFeed feed = listen(tier);
    RealRedis subscribed = own.primaries().stream().filter(ClusterTest::feeds).findAny().get();
    RealRedis mute =
        own.primaries().stream().filter(it -> it != subscribed).findAny().orElseThrow();
    int partition = partitionsOf(own, mute).get(0);
    mute.status("CLUSTER", "FORGET", RealCluster.id(subscribed));

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));
    for (int i = 0; i < 3; i++) {
      tier.beat(new int[] {partition});
    }

    await().atMost(PATIENCE).until(() -> feed.messages(Subscribed.class).size() == 2);
    assertThat(feeds(subscribed)).isFalse();
    get(tier.invalidate(keyIn(partition), Change.HARD, 0));
    feed.await(Changed.class::isInstance);
    assertThat(feed.overlapped()).isFalse();
  }

  @Test
  void invalidate_connectionsAreCut_noneIsExecutedTwiceAndLettuceNeverReconnectsByItself() {
    List<Event> reconnects = new CopyOnWriteArrayList<>();
    Disposable watch =
        cluster
            .client()
            .getResources()
            .eventBus()
            .get()
            .filter(ReconnectAttemptEvent.class::isInstance)
            .subscribe(reconnects::add);
    opened.add(watch::dispose);
    RemoteTier tier = tier();
    String key = "cut";
    RealRedis owner = cluster.firstOwner(SlotHash.getSlot(KEYSPACE.entry(key)));

    int sent = 0;
    int acknowledged = 0;
    for (int round = 0; round < 10; round++) {
      List<CompletableFuture<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(succeeds(tier.invalidate(key, Change.HARD, 0)));
        if (i == 10) {
          owner.commands().clientKill(KillArgs.Builder.typeNormal().skipme(true));
        }
      }
      sent += calls.size();
      acknowledged += (int) calls.stream().filter(ClusterTest::get).count();
      await().atMost(PATIENCE).until(() -> get(succeeds(tier.lookup(peek(key)))));
    }

    byte[] counter = owner.commands().get(KEYSPACE.counter(RemoteTier.partition(key)));
    assertThat(ByteBuffer.wrap(counter).getLong(8)).isBetween((long) acknowledged, (long) sent);
    assertThat(reconnects).isEmpty();
  }

  @Test
  void beat_primaryHasBecomeAReplica_isPublishedByItsSuccessor() {
    RealCluster own = RealCluster.start(1, 1);
    opened.add(own);
    RemoteTier tier = own.tier().timeout(PATIENCE).build();
    opened.add(tier);
    HeardFeed feed = listen(tier);
    tier.beat(new int[] {1});
    feed.await(Beat.class::isInstance);
    String before = feed.messages(Beat.class).get(0).primary();

    own.failOver(own.primaries().get(0));

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              tier.beat(new int[] {1});
              return feed.messages(Beat.class).stream()
                  .anyMatch(beat -> !beat.primary().equals(before));
            });
  }

  @Test
  void lookup_clientOfOneServer_isToldToTakeAClientOfTheCluster() {
    RemoteTier tier =
        LettuceTier.builder(cluster.primaries().get(0).client()).timeout(PATIENCE).build();
    opened.add(tier);
    String elsewhere = keyIn(partitionsOf(cluster, cluster.primaries().get(1)).get(0));

    assertThatThrownBy(() -> get(tier.lookup(peek(elsewhere))))
        .hasMessageContaining("make the tier with a client of clusters");
  }

  @Test
  void close_leavesNeitherThreadNorConnectionAndTheClientOpen() {
    cluster.client().getPartitions();
    List<Long> before = connections();
    RemoteTier tier = cluster.tier().timeout(PATIENCE).build();
    listen(tier);
    assertThat(connections().stream().mapToLong(it -> it).sum())
        .isEqualTo(before.stream().mapToLong(it -> it).sum() + 4);

    tier.close();

    await().atMost(PATIENCE).until(() -> connections().equals(before));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("corral")));
    assertThat(cluster.client().connect().sync().ping()).isEqualTo("PONG");
  }

  private RemoteTier tier() {
    RemoteTier tier = cluster.tier().timeout(PATIENCE).build();
    opened.add(tier);
    return tier;
  }

  private RemoteTier tier(RealCluster cluster, AtomicLong nanos) {
    RemoteTier tier =
        new ScriptedTier(
            cluster.port(nanos::get),
            KEYSPACE,
            Scripts.load(),
            PATIENCE,
            nanos::get,
            new Random()::nextLong,
            VirtualRedis.VALUES);
    opened.add(tier);
    return tier;
  }

  private static HeardFeed listen(RemoteTier tier) {
    HeardFeed feed = new HeardFeed();
    tier.subscribe(feed);
    feed.await(Subscribed.class::isInstance);
    return feed;
  }

  private static List<Integer> partitionsOf(RealCluster cluster, RealRedis primary) {
    return IntStream.range(0, RemoteTier.PARTITIONS)
        .filter(p -> cluster.firstOwner(SlotHash.getSlot(KEYSPACE.counter(p))) == primary)
        .boxed()
        .toList();
  }

  private static String keyIn(int partition) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "k" + i)
        .filter(key -> RemoteTier.partition(key) == partition)
        .findFirst()
        .orElseThrow();
  }

  private static boolean feeds(RealRedis server) {
    byte[] channel = KEYSPACE.channel();
    Map<byte[], Long> subscribers = server.commands().pubsubNumsub(channel);
    return subscribers.values().stream().mapToLong(it -> it).sum() > 0;
  }

  private static long subscribers() {
    return cluster.primaries().stream().filter(ClusterTest::feeds).count();
  }

  private static List<Long> connections() {
    return cluster.primaries().stream()
        .map(server -> server.commands().clientList().lines().count())
        .toList();
  }

  private static Lookup peek(String key) {
    return new Lookup(key, Mode.PEEK, 0, 0, 0, 0, 0);
  }

  private static CompletableFuture<Boolean> succeeds(CompletionStage<?> stage) {
    return stage.handle((reply, failure) -> failure == null).toCompletableFuture();
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
