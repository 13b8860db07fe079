package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.testing.HeardFeed;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Subscribed;
import io.lettuce.core.KillArgs;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redis.embedded.RedisServer;

/**
 * What becomes of calls, connections and the feed when Redis cannot be reached, hangs or comes
 * back.
 */
@ParameterizedClass
@EnumSource
class ConnectionTest {

  private static final String KEY = "posts::1";
  private static final byte[] CHANNEL = {'c'};
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Parameter private TestClient.Make make;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  @Test
  void invalidate_replyIsLost_isNotSentAgain() throws Exception {
    RealRedis redis = open(RealRedis.start());
    FaultyProxy proxy = open(new FaultyProxy(redis.port()));
    RemoteTier tier = tier(proxy.port());
    get(tier.invalidate(KEY, Change.HARD, 0));

    proxy.loseNextReply();
    assertThatThrownBy(() -> get(tier.invalidate(KEY, Change.HARD, 0)))
        .hasMessageContaining("the connection was lost before the answer");

    awaitAnswers(tier);
    assertThat(changesCounted(redis)).isEqualTo(2);
  }

  @Test
  void invalidate_manyCuts_noneIsExecutedTwiceAndNoConnectionIsMadeBesides() throws Exception {
    RealRedis redis = open(RealRedis.start());
    FaultyProxy proxy = open(new FaultyProxy(redis.port()));
    long before = connections(redis);
    RemoteTier tier = tier(proxy.port());
    HeardFeed feed = subscribed(tier);

    int sent = 0;
    int acknowledged = 0;
    for (int round = 0; round < 30; round++) {
      List<CompletableFuture<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(succeeds(tier.invalidate(KEY, Change.HARD, 0)));
        if (i == 10) {
          get(calls.get(0)); // so that some of them have come to the server
          proxy.cut();
        }
      }
      sent += calls.size();
      acknowledged += (int) calls.stream().filter(ConnectionTest::get).count();
      awaitAnswers(tier);
    }

    assertThat(acknowledged).isPositive();
    assertThat(changesCounted(redis)).isBetween((long) acknowledged, (long) sent);
    assertThat(feed.overlapped()).isFalse();
    await().atMost(PATIENCE).until(() -> connections(redis) == before + 2);
  }

  /** What the tier has to prevent: this is the same loss, on a connection that the client keeps. */
  @Test
  void incrementTwice_byTheClientItselfReplyIsLost_isSentAgain() throws Exception {
    RealRedis redis = open(RealRedis.start());
    FaultyProxy proxy = open(new FaultyProxy(redis.port()));
    TestClient client = client(proxy.port());

    assertThat(client.incrementTwice("counter", proxy::loseNextReply)).isEqualTo(3);
  }

  @Test
  void open_redisIsUnreachable_failsCallsAtOnceAndRecoversWithOneLineEach() throws Exception {
    int port = RealRedis.freePort();
    LogRecords log = open(new LogRecords());

    RemoteTier tier = tier(port);
    assertThatThrownBy(() -> get(tier.lookup(peek()))).hasMessageContaining("unreachable");
    CompletionStage<?> second = tier.lookup(peek());
    assertThat(second.toCompletableFuture()).isCompletedExceptionally();

    RedisServer server = RealRedis.started(port);
    open(server::stop);
    awaitAnswers(tier);
    assertThat(log.messages())
        .satisfiesExactly(
            first -> assertThat(first).contains("redis: unreachable (", RealRedis.HOST, ":" + port),
            last -> assertThat(last).contains("redis: reachable again"));
  }

  @Test
  void awaitFirst_redisIsThere_returnsConnected() {
    RealRedis redis = open(RealRedis.start());
    RedisPort port = open(client(redis.port()).port(System::nanoTime));

    port.awaitFirst(PATIENCE);

    assertThat(port.link(new byte[0])).isCompleted();
  }

  @Test
  void everyCall_redisStopsAndStartsAgain_failsAtOnceMeanwhile() throws Exception {
    int port = RealRedis.freePort();
    RedisServer server = RealRedis.started(port);
    RemoteTier tier = tier(port);
    LogRecords log = open(new LogRecords());
    HeardFeed feed = subscribed(tier);
    get(tier.invalidate(KEY, Change.HARD, 0));

    server.stop();
    await().atMost(PATIENCE).until(() -> log.messages().size() == 1);
    assertThat(tier.invalidate(KEY, Change.HARD, 0).toCompletableFuture())
        .isCompletedExceptionally();

    RedisServer again = RealRedis.started(port);
    open(again::stop);
    awaitAnswers(tier);
    await().atMost(PATIENCE).until(() -> feed.messages(Subscribed.class).size() == 2);
    get(tier.invalidate(KEY, Change.HARD, 0));
    await().atMost(PATIENCE).until(() -> feed.messages(Changed.class).size() == 2);
    assertThat(feed.messages(Changed.class)).extracting(Changed::epoch).doesNotHaveDuplicates();
    assertThat(log.messages()).hasSize(2);
  }

  @Test
  void subscribe_serverKillsTheSubscription_isToldOfTheNextOne() throws Exception {
    RealRedis redis = open(RealRedis.start());
    RemoteTier tier = tier(redis.port());
    HeardFeed feed = subscribed(tier);

    redis.commands().clientKill(KillArgs.Builder.typePubsub());

    await().atMost(PATIENCE).until(() -> feed.messages(Subscribed.class).size() == 2);
    get(tier.invalidate(KEY, Change.HARD, 0));
    feed.await(Changed.class::isInstance);
    assertThat(feed.overlapped()).isFalse();
  }

  @Test
  void subscribe_connectionIsLostWhileAMessageIsTold_nextOneIsToldAfterIt() throws Exception {
    RealRedis redis = open(RealRedis.start());
    FaultyProxy proxy = open(new FaultyProxy(redis.port()));
    RedisPort port = open(client(proxy.port()).port(System::nanoTime));
    Semaphore subscriptions = new Semaphore(0);
    CompletableFuture<Boolean> overlapped = new CompletableFuture<>();
    port.subscribe(
        CHANNEL,
        new RedisPort.ChannelListener() {
          @Override
          public void subscribed() {
            subscriptions.release();
          }

          @Override
          public void message(byte[] message) {
            proxy.cut();
            overlapped.complete(acquires(subscriptions, Duration.ofSeconds(1)));
          }
        });
    assertThat(acquires(subscriptions, PATIENCE)).isTrue();

    redis.commands().publish(CHANNEL, new byte[0]);

    assertThat(get(overlapped)).isFalse();
    assertThat(acquires(subscriptions, PATIENCE)).isTrue();
  }

  @Test
  void beat_subscriptionIsSilentlyDead_subscribesAnew() throws Exception {
    RealRedis redis = open(RealRedis.start());
    FaultyProxy proxy = open(new FaultyProxy(redis.port()));
    AtomicLong nanos = new AtomicLong(1);
    RemoteTier tier = tier(proxy.port(), Duration.ofSeconds(10), nanos);
    HeardFeed feed = subscribed(tier);
    proxy.silenceSubscriptions();

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));
    for (int i = 0; i < 3; i++) {
      tier.beat(new int[] {1});
    }

    await().atMost(PATIENCE).until(() -> feed.messages(Subscribed.class).size() == 2);
    get(tier.invalidate(KEY, Change.HARD, 0));
    feed.await(Changed.class::isInstance);
  }

  @Test
  void beat_clockHasPassedItsTime_isToldWithItsAge() {
    RealRedis redis = open(RealRedis.start());
    AtomicLong nanos = new AtomicLong(1);
    RemoteTier tier = tier(redis.port(), PATIENCE, nanos);
    HeardFeed feed = subscribed(tier);
    RemoteTier other = tier(redis.port());
    get(tier.invalidate(KEY, Change.HARD, 0));
    awaitAnswers(other);

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(100));
    other.beat(new int[] {1});

    feed.await(Beat.class::isInstance);
    assertThat(feed.ageMillis()).as("less what the clocks may drift").isBetween(50_000L, 99_900L);
  }

  @Test
  void beat_serverHasBecomeAReplica_isNotPublishedAndThePrimaryIsLookedFor() {
    RealRedis redis = open(RealRedis.start());
    RemoteTier tier = tier(redis.port());
    HeardFeed feed = subscribed(tier);
    awaitAnswers(tier);
    redis.commands().replicaof(RealRedis.HOST, RealRedis.freePort());
    long before = connectionsEver(redis);

    tier.beat(new int[] {1});

    await().atMost(PATIENCE).until(() -> connectionsEver(redis) > before);
    redis.commands().replicaofNoOne();
    awaitAnswers(tier);
    tier.beat(new int[] {1});
    feed.await(Beat.class::isInstance);
    assertThat(feed.messages(Beat.class)).hasSize(1);
  }

  @Test
  void barriers_serverIsPromoted_areMadeAnewAndBeatsTellAnotherPrimary() {
    RealRedis redis = open(RealRedis.start());
    RemoteTier tier = tier(redis.port());
    HeardFeed feed = subscribed(tier);
    RemoteTier.Stamp before = get(tier.invalidateTags(List.of("a"), 0));
    tier.beat(new int[] {1});
    feed.await(Beat.class::isInstance);
    redis.commands().replicaof(RealRedis.HOST, RealRedis.freePort());
    assertThat(get(succeeds(tier.barriers()))).as("a replica tells none").isFalse();

    redis.commands().replicaofNoOne();
    await().atMost(PATIENCE).until(() -> get(succeeds(tier.barriers())));

    RemoteTier.Barriers barriers = get(tier.barriers());
    assertThat(barriers.now().epoch()).isNotEqualTo(before.epoch());
    assertThat(barriers.floor()).isGreaterThan(before.clock());
    assertThat(barriers.byTag()).isEmpty();
    tier.beat(new int[] {1});
    await().atMost(PATIENCE).until(() -> feed.messages(Beat.class).size() == 2);
    assertThat(feed.messages(Beat.class)).extracting(Beat::primary).doesNotHaveDuplicates();
  }

  @Test
  void invalidate_serverHasBecomeAReplica_failsUntilThereIsAPrimary() {
    RealRedis redis = open(RealRedis.start());
    RemoteTier tier = tier(redis.port());
    awaitAnswers(tier);
    redis.commands().replicaof(RealRedis.HOST, RealRedis.freePort());

    assertThatThrownBy(() -> get(tier.invalidate(KEY, Change.HARD, 0)))
        .hasMessageContaining("READONLY");

    redis.commands().replicaofNoOne();
    await().atMost(PATIENCE).until(() -> get(succeeds(tier.invalidate(KEY, Change.HARD, 0))));
  }

  @Test
  void lookup_serverHangs_endsWithItsTimeoutAndThenConnectsAnew() throws Exception {
    RealRedis redis = open(RealRedis.start());
    FaultyProxy proxy = open(new FaultyProxy(redis.port()));
    AtomicLong nanos = new AtomicLong(1);
    RemoteTier tier = tier(proxy.port(), Duration.ofMillis(100), nanos);
    awaitAnswers(tier);
    proxy.silence();

    assertThatThrownBy(() -> get(tier.lookup(peek())))
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("lookup had no answer within 100 ms");
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));

    awaitAnswers(tier);
  }

  @Test
  void lookup_answerComesAfterTheTimeout_grantsNoLeaseThatNobodyWants() throws Exception {
    RealRedis redis = open(RealRedis.start());
    RemoteTier tier = tier(redis.port(), Duration.ofMillis(100), new AtomicLong(1));
    awaitAnswers(tier);
    get(tier.invalidate(KEY, Change.HARD, 0));

    redis.commands().clientPause(500);
    assertThatThrownBy(() -> get(tier.lookup(read(5)))).hasMessageContaining("no answer");

    awaitAnswers(tier);
    assertThat(get(tier.lookup(read(6)))).isInstanceOf(RemoteTier.Granted.class);
  }

  @Test
  void invalidate_serverFails_itsWordsAreToldAndNotTheCommand() {
    RealRedis redis = open(RealRedis.start());
    RemoteTier tier = tier(redis.port());
    redis.commands().lpush(new Keyspace("corral").entry(KEY), new byte[1]);

    assertThatThrownBy(() -> get(tier.invalidate(KEY, Change.HARD, 0)))
        .hasMessageContaining("WRONGTYPE")
        .hasMessageNotContainingAny("posts", "params", "channel");
  }

  @Test
  void lookup_scriptsWereFlushed_isInvisible() throws Exception {
    RealRedis redis = open(RealRedis.start());
    RemoteTier tier = tier(redis.port());
    for (long token = 1; token <= 20; token++) {
      redis.commands().scriptFlush();
      assertThat(get(tier.lookup(read(token)))).isInstanceOf(RemoteTier.Granted.class);
      redis.commands().scriptFlush();
      get(tier.release(KEY, token));
    }
  }

  @Test
  void lookup_freshEntry_isOneGetWithoutAScript() throws Exception {
    RealRedis redis = open(RealRedis.start());
    RemoteTier tier = tier(redis.port());
    get(tier.lookup(read(1)));
    get(tier.commit(new Fill(KEY, 1, new byte[] {7}, 60_000, 60_000, 1, -1, false, 0)));
    redis.commands().configResetstat();

    assertThat(get(tier.lookup(read(2)))).isInstanceOf(RemoteTier.Hit.class);
    assertThat(get(tier.lookup(peek()))).isInstanceOf(RemoteTier.Hit.class);

    String stats = redis.commands().info("commandstats");
    assertThat(stats).contains("cmdstat_get:calls=2,").doesNotContain("cmdstat_eval");
  }

  @Test
  void close_leavesNeitherThreadNorConnectionAndTheClientOpen() throws Exception {
    RealRedis redis = open(RealRedis.start());
    TestClient client = client(redis.port());
    long before = connections(redis);
    RemoteTier tier = client.tier().build();
    subscribed(tier);
    assertThat(connections(redis)).isEqualTo(before + 2);

    tier.close();

    await().atMost(PATIENCE).until(() -> connections(redis) == before);
    await().atMost(PATIENCE).until(() -> threads().isEmpty());
    assertThat(client.incrementTwice("counter", () -> {})).isEqualTo(2);
  }

  @Test
  void close_redisIsUnreachable_endsTheAttempts() throws Exception {
    RemoteTier tier = tier(RealRedis.freePort());
    assertThatThrownBy(() -> get(tier.lookup(peek()))).hasMessageContaining("unreachable");

    tier.close();

    await().atMost(PATIENCE).until(() -> threads().isEmpty());
    assertThatThrownBy(() -> get(tier.lookup(peek()))).hasMessageContaining("closed");
  }

  @Test
  void close_whileTheFirstAttemptHangs_failsTheCallsThatWaitAndLeavesNothing() throws Exception {
    ServerSocket mute = open(new ServerSocket(0, 50, InetAddress.getByName(RealRedis.HOST)));
    RemoteTier tier = tier(mute.getLocalPort(), Duration.ofSeconds(10), new AtomicLong(1));
    CompletionStage<RemoteTier.Reply> waiting = tier.lookup(peek());
    assertThat(waiting.toCompletableFuture()).isNotDone();

    tier.close();

    assertThatThrownBy(() -> get(waiting)).hasMessageContaining("closed");
    await().atMost(PATIENCE).until(() -> threads().isEmpty());
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.add(resource);
    return resource;
  }

  private TestClient client(int port) {
    return open(make.at(port));
  }

  private RemoteTier tier(int port) {
    return open(client(port).tier().timeout(PATIENCE).build());
  }

  private RemoteTier tier(int port, Duration timeout, AtomicLong nanos) {
    Keyspace keyspace = new Keyspace("corral");
    return open(
        new ScriptedTier(
            client(port).port(nanos::get),
            keyspace,
            Scripts.load(),
            timeout,
            nanos::get,
            new Random()::nextLong,
            VirtualRedis.VALUES));
  }

  private static boolean acquires(Semaphore semaphore, Duration most) {
    try {
      return semaphore.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static CompletableFuture<Boolean> succeeds(CompletionStage<?> stage) {
    return stage.handle((reply, failure) -> failure == null).toCompletableFuture();
  }

  private static HeardFeed subscribed(RemoteTier tier) {
    HeardFeed feed = new HeardFeed();
    tier.subscribe(feed);
    feed.await(Subscribed.class::isInstance);
    return feed;
  }

  private static void awaitAnswers(RemoteTier tier) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> get(succeeds(tier.lookup(peek()))));
  }

  private static long changesCounted(RealRedis redis) {
    byte[] counter =
        redis.commands().get(new Keyspace("corral").counter(RemoteTier.partition(KEY)));
    return ByteBuffer.wrap(counter).getLong(8);
  }

  private static long connectionsEver(RealRedis redis) {
    return redis
        .commands()
        .info("stats")
        .lines()
        .filter(line -> line.startsWith("total_connections_received:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  private static long connections(RealRedis redis) {
    return redis.commands().clientList().lines().count();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("corral"))
        .toList();
  }

  private static Lookup peek() {
    return new Lookup(KEY, Mode.PEEK, 0, 0, 0, 0, 0);
  }

  private static Lookup read(long token) {
    return new Lookup(KEY, Mode.READ, 0, token, 0, 3_000, 0);
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
