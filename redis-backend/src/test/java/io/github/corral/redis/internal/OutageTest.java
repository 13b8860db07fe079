package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.RemoteTierException;
import io.github.corral.redis.LettuceTier;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two processes under steady reads, while Redis stands still or is gone: callers notice nothing but
 * loads, and what was invalidated meanwhile holds everywhere once Redis is back.
 */
@Timeout(120)
class OutageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Within this time from its first answer on, Redis is used again. */
  private static final Duration REJOIN = Duration.ofSeconds(2);

  private static final int KEYS = 20;
  private static final int READERS = 4;

  private final StoppableRedis redis = new StoppableRedis();
  private final ConcurrentHashMap<Integer, Integer> source = new ConcurrentHashMap<>();
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicInteger coldKeys = new AtomicInteger(KEYS);
  private final AtomicIntegerArray reads = new AtomicIntegerArray(READERS);
  private final List<Throwable> errors = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private volatile boolean reading = true;
  private Process one;
  private Process other;

  /** How Redis is lost. */
  enum Outage {
    STOPPED(StoppableRedis::stop),
    KILLED(StoppableRedis::kill);

    private final Consumer<StoppableRedis> begins;

    Outage(Consumer<StoppableRedis> begins) {
      this.begins = begins;
    }
  }

  /** One process's worth: a tier and a cache. */
  private final class Process implements Recorder {
    final RemoteTier tier;
    final Corral corral;
    final ReadThroughCache<Integer, Integer> cache;

    /** Lookups that Redis has answered. */
    final AtomicInteger answered = new AtomicInteger();

    Process() {
      RedisClient client = RedisClient.create(RealRedis.uri(redis.port()));
      opened.add(() -> client.shutdown(Duration.ZERO, Duration.ofSeconds(5)));
      tier = LettuceTier.builder(client).build();
      corral = Corral.builder().remote(tier).recorders(name -> this).build();
      opened.add(corral);
      cache = corral.cache("c", Integer.class, Integer.class).build(this::load);
    }

    private int load(int key) {
      if (key < KEYS) {
        loads.incrementAndGet();
      }
      return source.getOrDefault(key, 0);
    }

    @Override
    public void hit(Tier found) {
      answered.addAndGet(found == Tier.L2 ? 1 : 0);
    }

    @Override
    public void miss(Tier where) {
      answered.addAndGet(where == Tier.L2 ? 1 : 0);
    }
  }

  @BeforeEach
  void start() {
    one = new Process();
    other = new Process();
    for (int i = 0; i < READERS; i++) {
      int number = i;
      Thread reader = new Thread(() -> read(number), "reader-" + i);
      reader.start();
      opened.add(reader::join);
    }
    awaitReads(KEYS);
    await().atMost(PATIENCE).until(() -> one.answered.get() > 0 && other.answered.get() > 0);
  }

  @AfterEach
  void closeAll() throws Exception {
    reading = false;
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
    redis.close();
  }

  /** Reads keys that are held, and between them one that is not. */
  private void read(int reader) {
    Process of = reader % 2 == 0 ? one : other;
    for (int i = 0; reading; i++) {
      try {
        assertThat(of.cache.get(i % KEYS)).isNotNull();
        if (i % 10 == 0) {
          assertThat(of.cache.get(coldKeys.getAndIncrement())).isZero();
        }
      } catch (Throwable e) {
        errors.add(e);
      }
      reads.incrementAndGet(reader);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** Nobody waits for Redis to come back: every reader goes on. */
  private void awaitReads(int more) {
    int[] before = IntStream.range(0, READERS).map(reads::get).toArray();
    await()
        .atMost(PATIENCE)
        .until(() -> IntStream.range(0, READERS).allMatch(i -> reads.get(i) >= before[i] + more));
  }

  @ParameterizedTest
  @EnumSource(Outage.class)
  void get_redisIsLostAndComesBack_callersNoticeNothingAndInvalidationsHold(Outage outage) {
    outage.begins.accept(redis);
    int loadsBefore = loads.get();
    long begun = System.nanoTime();
    await().atMost(PATIENCE).until(() -> one.tier.circuit() == RemoteTier.Circuit.OPEN);

    source.put(1, 17);
    assertThatThrownBy(() -> one.cache.invalidate(1)).isInstanceOf(RemoteTierException.class);
    assertThat(one.cache.get(1)).as("in force here at once").isEqualTo(17);
    assertThatThrownBy(() -> one.corral.invalidateTags("red"))
        .isInstanceOf(RemoteTierException.class);
    awaitReads(200);
    await().atMost(PATIENCE).until(() -> loads.get() >= loadsBefore + 3 * KEYS);

    // For each key and process one in 3 s; one more when the feed falls silent, and one when tags
    // are invalidated, because that cannot be judged.
    long spans = 1 + (System.nanoTime() - begun) / TimeUnit.SECONDS.toNanos(3);
    assertThat(loads.get() - loadsBefore).isLessThanOrEqualTo((int) (2 * KEYS * (spans + 2)) + 1);

    redis.comesBack();
    int answered = one.answered.get();
    await("it is used again").atMost(REJOIN).until(() -> one.answered.get() > answered);

    assertThat(new Process().cache.get(1)).as("applied before that").isEqualTo(17);
    await().atMost(PATIENCE).until(() -> other.cache.get(1) == 17);
    await().atMost(PATIENCE).until(() -> one.tier.circuit() == RemoteTier.Circuit.CLOSED);
    assertThat(errors).isEmpty();
  }
}
