package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.corral.redis.internal.TestClient.Make;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Verdict;
import io.github.corral.testing.HeardFeed;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Subscribed;
import io.lettuce.core.cluster.SlotHash;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A slot that moves to another primary costs callers neither an error nor a change. */
@ParameterizedClass
@EnumSource
class ReshardingTest {

  private static final String KEY = "posts::1";
  private static final int PARTITION = RemoteTier.partition(KEY);
  private static final Keyspace KEYSPACE = new Keyspace("corral");
  private static final int SLOT = SlotHash.getSlot(KEYSPACE.entry(KEY));

  private static RealServers servers;
  private static RealRedis from;
  private static RealRedis to;

  private final AtomicLong tokens = new AtomicLong();
  private RemoteTier tier;

  @Parameter private Make make;

  @BeforeParameterizedClassInvocation
  static void startCluster(Make make) {
    RealCluster cluster = RealCluster.start(2, 0);
    servers = make.on(cluster);
    from = cluster.firstOwner(SLOT);
    to = cluster.primaries().get(1 - cluster.primaries().indexOf(from));
  }

  @AfterParameterizedClassInvocation
  static void stopCluster() {
    servers.close();
  }

  @BeforeEach
  void openTier() {
    servers.primaries().forEach(server -> server.commands().configResetstat());
    tier = servers.tier().timeout(Duration.ofSeconds(10)).build();
  }

  @AfterEach
  void moveBack() {
    tier.close();
    servers.primaries().forEach(server -> server.commands().flushall());
    RealCluster.endMove(SLOT, to, from);
  }

  @Test
  void everyOperation_slotMovesToAndFroUnderLoad_failsNeverAndCountsEachChangeOnce() {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    AtomicLong changes = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Void>> callers =
        IntStream.range(0, 4)
            .mapToObj(
                i -> CompletableFuture.runAsync(() -> call("posts::1", over, changes, failures)))
            .toList();

    Runnable someCalls =
        () -> {
          long before = changes.get();
          await().until(() -> changes.get() > before + 30 || !failures.isEmpty());
        };
    for (int round = 0; round < 3; round++) {
      move(from, to, someCalls);
      move(to, from, someCalls);
    }
    over.set(true);
    callers.forEach(ReshardingTest::get);

    assertThat(failures).isEmpty();
    assertThat(counted(from)).isEqualTo(changes.get()).isPositive();
    assertThat(refused("TRYAGAIN")).isPositive();
    assertThat(refused("ASK")).isPositive();
    assertThat(refused("MOVED")).isPositive();
  }

  @Test
  void invalidate_counterIsHereAndEntryIsNot_isDoneCountedAndTold() {
    HeardFeed feed = listen();
    get(tier.invalidate(KEY, Change.HARD, 0));
    RealCluster.beginMove(SLOT, from, to);

    get(tier.invalidate(KEY, Change.SOFT, 0));

    assertChanges(feed, Change.HARD, Change.SOFT);
    assertThat(counted(from)).isEqualTo(2);
    assertThat(refused("TRYAGAIN")).isPositive();
  }

  @Test
  void invalidate_entryMovedAlready_voidsItThere() {
    fill();
    get(tier.lookup(read(7)));
    RealCluster.beginMove(SLOT, from, to);
    RealCluster.moveKey(KEYSPACE.entry(KEY), from, to);

    assertThat(get(tier.lookup(read(8)))).isInstanceOf(Hit.class);
    get(tier.invalidate(KEY, Change.HARD, 0));

    assertThat(get(tier.lookup(read(9)))).isInstanceOf(RemoteTier.Granted.class);
  }

  @Test
  void commitWrite_slotMovesMeanwhile_isStoredAndTold() {
    HeardFeed feed = listen();
    get(tier.beginWrite(KEY, 5, 10_000, 0));
    RealCluster.beginMove(SLOT, from, to);
    RealCluster.moveKey(KEYSPACE.counter(PARTITION), from, to);

    assertThat(get(tier.commitWrite(value(5), 0)).verdict()).isEqualTo(Verdict.STORED);

    assertThat(get(tier.lookup(read(6)))).isInstanceOf(Hit.class);
    assertChanges(feed, Change.WRITE, Change.HARD);
  }

  @Test
  void commit_slotMovedMeanwhile_isFencedAsBefore() {
    get(tier.lookup(read(5)));
    RealCluster.beginMove(SLOT, from, to);
    RealCluster.moveKeys(SLOT, from, to);
    get(tier.invalidate(KEY, Change.HARD, 0));
    RealCluster.endMove(SLOT, from, to);

    assertThat(get(tier.commit(value(5))).verdict()).isEqualTo(Verdict.OVERTAKEN);
  }

  @Test
  void beat_partitionMoved_isToldByItsNewPrimaryAndMeanwhileByNobody() {
    HeardFeed feed = listen();
    get(tier.invalidate(KEY, Change.HARD, 0));
    RealCluster.beginMove(SLOT, from, to);
    RealCluster.moveKeys(SLOT, from, to);
    beatUntil(feed, all -> !all.isEmpty());
    assertThat(feed.messages(Beat.class)).noneMatch(beat -> beat.partitions().contains(PARTITION));

    RealCluster.endMove(SLOT, from, to);

    beatUntil(feed, all -> all.stream().anyMatch(beat -> beat.partitions().contains(PARTITION)));
    Beat beat = feed.messages(Beat.class).get(feed.messages(Beat.class).size() - 1);
    assertThat(beat.sequences().get(beat.partitions().indexOf(PARTITION))).isEqualTo(1);
    assertThat(beat.primary()).isEqualTo(identity(to));
  }

  private void beatUntil(HeardFeed feed, Predicate<List<Beat>> wanted) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              tier.beat(new int[] {PARTITION});
              return wanted.test(feed.messages(Beat.class));
            });
  }

  private void call(String key, AtomicBoolean over, AtomicLong changes, Queue<Throwable> failures) {
    while (!over.get()) {
      try {
        get(tier.lookup(read(tokens.incrementAndGet())));
        long token = tokens.incrementAndGet();
        get(tier.invalidate(key, Change.HARD, 0));
        get(tier.lookup(read(token)));
        get(tier.commit(value(token)));
        get(tier.beginWrite(key, token, 1_000, 0));
        get(tier.commitWrite(value(token), 0));
        changes.addAndGet(3);
      } catch (RuntimeException e) {
        failures.add(e);
        return;
      }
    }
  }

  private static void move(RealRedis source, RealRedis target, Runnable betweenSteps) {
    RealCluster.beginMove(SLOT, source, target);
    betweenSteps.run();
    RealCluster.moveKeys(SLOT, source, target);
    betweenSteps.run();
    RealCluster.moveKeys(SLOT, source, target);
    RealCluster.endMove(SLOT, source, target);
    betweenSteps.run();
  }

  private HeardFeed listen() {
    HeardFeed feed = new HeardFeed();
    tier.subscribe(feed);
    feed.await(Subscribed.class::isInstance);
    return feed;
  }

  private static void assertChanges(HeardFeed feed, Change... changes) {
    feed.awaitAll(all -> feed.messages(Changed.class).size() == changes.length);
    assertThat(feed.messages(Changed.class)).extracting(Changed::change).containsExactly(changes);
    assertThat(feed.messages(Changed.class)).extracting(Changed::sequence).isSorted();
  }

  private void fill() {
    get(tier.lookup(read(1)));
    assertThat(get(tier.commit(value(1))).verdict()).isEqualTo(Verdict.STORED);
  }

  private static long counted(RealRedis server) {
    return ByteBuffer.wrap(server.commands().get(KEYSPACE.counter(PARTITION))).getLong(8);
  }

  /** How often the servers have refused a command for a reason. */
  private static long refused(String reason) {
    return servers.primaries().stream()
        .flatMap(server -> server.commands().info("errorstats").lines())
        .filter(line -> line.startsWith("errorstat_" + reason + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*count=(\\d+).*", "$1")))
        .sum();
  }

  private static String identity(RealRedis server) {
    return server
        .commands()
        .info("replication")
        .lines()
        .filter(line -> line.startsWith("master_replid:"))
        .map(line -> line.substring("master_replid:".length()))
        .findFirst()
        .orElseThrow();
  }

  private static Lookup read(long token) {
    return new Lookup(KEY, Mode.READ, 0, token, 0, 3_000, 0);
  }

  private static Fill value(long token) {
    return new Fill(KEY, token, new byte[] {7}, 60_000, 60_000, 1, -1, false, 0);
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
