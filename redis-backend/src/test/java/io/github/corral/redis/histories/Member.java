package io.github.corral.redis.histories;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.RemoteTierException;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.redis.histories.Source.Word;
import io.github.corral.spi.Load;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A fleet's part in a worker process: its caches, their loaders, and the threads that use them. */
final class Member implements AutoCloseable {

  private static final String WARM = "warm";
  private static final int WARM_UPS = 5;
  private static final long CONNECTED_MILLIS = 30_000;

  private final WorkerSpec spec;
  private final int fleet;
  private final Source source;
  private final HistoryFile history;
  private final Corral corral;
  private final Map<Kind, ReadThroughCache<Integer, String>> caches = new EnumMap<>(Kind.class);
  private final AtomicLong loads = new AtomicLong();
  private final List<Operations> threads = new ArrayList<>();

  Member(WorkerSpec spec, int fleet, RedisClient client, Source source) {
    this.spec = spec;
    this.fleet = fleet;
    this.source = source;
    Mutant mutant = spec.fleets().get(fleet);
    this.history =
        new HistoryFile(
            spec.directory().resolve(mutant.name()).resolve(spec.process() + ".log"),
            spec.beginning());
    Duration timeout = Duration.ofMillis(Kind.REDIS_TIMEOUT_MILLIS);
    this.corral =
        Corral.builder()
            .remote(
                Tap.unanswered(mutant.tier(client, mutant.namespace(), timeout), this::unanswered))
            .lease(Duration.ofMillis(Kind.LEASE_MILLIS))
            .build();
    for (Kind kind : Kind.values()) {
      caches.put(kind, cache(kind));
    }
    for (int i = 0; i < spec.threads(); i++) {
      SplittableRandom random =
          new SplittableRandom(spec.seed() * 1_000_003 + spec.process() * 101L + i);
      threads.add(new Operations(spec, fleet, source, history, corral, caches, random));
    }
  }

  private void unanswered(String call, Object about) {
    Object key =
        about instanceof Lookup it ? it.key() : about instanceof Fill it ? it.key() : about;
    String text = key.toString();
    if (!text.startsWith(WARM)) {
      String named = text.contains("::") ? text.replace("::", " ") : "- -1";
      history.line("X", history.now(), call, named);
    }
  }

  private ReadThroughCache<Integer, String> cache(Kind kind) {
    Failure failure =
        Failure.loadTimeout(Duration.ofMillis(Kind.LOAD_TIMEOUT_MILLIS))
            .backoff(
                Duration.ofMillis(Kind.BACKOFF_MILLIS),
                Duration.ofMillis(Kind.LONGEST_BACKOFF_MILLIS));
    return corral
        .cache(kind.text(), Integer.class, String.class)
        .expiry(
            CacheExpiry.freshFor(Duration.ofMillis(kind.freshMillis))
                .staleFor(Duration.ofMillis(kind.staleMillis))
                .jitter(Kind.JITTER))
        .holdOff(Duration.ofMillis(kind.holdOffMillis()))
        .failure(failure)
        .bulkLoader((keys, load) -> loadAll(kind, keys, load::of))
        .build((key, load) -> load(kind, key, load));
  }

  private Map<Integer, String> loadAll(
      Kind kind, Set<Integer> keys, Function<Integer, Load<String>> loadOf)
      throws SourceDownException {
    Map<Integer, String> origins = new HashMap<>();
    keys.forEach(key -> origins.put(key, loadBegins(kind, key)));
    try {
      work(kind);
      Map<Integer, String> values = new HashMap<>();
      origins.forEach(
          (key, origin) -> values.put(key, value(kind, key, origin, loadOf.apply(key))));
      origins.values().forEach(origin -> loadEnds(origin, "ok"));
      return values;
    } catch (SourceDownException e) {
      origins.values().forEach(origin -> loadEnds(origin, "failed"));
      throw e;
    }
  }

  private String load(Kind kind, int key, Load<String> load) throws SourceDownException {
    String origin = loadBegins(kind, key);
    try {
      work(kind);
      String value = value(kind, key, origin, load);
      loadEnds(origin, "ok");
      return value;
    } catch (SourceDownException e) {
      loadEnds(origin, "failed");
      throw e;
    }
  }

  private String loadBegins(Kind kind, int key) {
    String origin = spec.process() + "." + loads.incrementAndGet();
    history.line("l", history.now(), origin, kind, key);
    source.add(Word.LOADING, spec.slot(), 1);
    return origin;
  }

  private void loadEnds(String origin, String outcome) {
    source.add(Word.LOADING, spec.slot(), -1);
    history.line("L", history.now(), origin, outcome);
  }

  /** What a load does before it reads. */
  private void work(Kind kind) throws SourceDownException {
    long slow = source.get(Word.SLOW_MILLIS, 0);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int least = random.nextInt(10) == 0 ? 20 : 1;
    Waits.millis(slow > 0 ? slow : random.nextLong(least, 2L * least + 2));
    if (kind == Kind.PULSE && source.get(Word.FAILING, 0) != 0) {
      throw new SourceDownException();
    }
  }

  private String value(Kind kind, int key, String origin, Load<String> load) {
    long version =
        kind == Kind.LAGGING
            ? source.replicated(fleet, kind, key)
            : source.version(fleet, kind, key);
    if (kind == Kind.STEADY && Kind.tag(key) >= 0) {
      load.tags("t" + Kind.tag(key));
    }
    Waits.millis(rest(kind));
    return key + "/" + version + "/" + origin;
  }

  /** What a load does after it has read: some outlast the next change, or a hold-off. */
  private static long rest(Kind kind) {
    boolean seldom = ThreadLocalRandom.current().nextInt(6) == 0;
    boolean now = ThreadLocalRandom.current().nextInt(3) == 0;
    return seldom && kind == Kind.LAGGING ? Kind.HOLD_OFF_MILLIS + 50 : now ? 30 : 2;
  }

  /**
   * Uses everything a few times, so that no class is yet to be loaded when time counts, and waits
   * until it is connected.
   */
  void warmUp() {
    ReadThroughCache<Integer, String> cache =
        corral.cache(WARM, Integer.class, String.class).build(key -> "value");
    for (int key = 0; key < WARM_UPS; key++) {
      int it = key;
      boolean unused =
          answered(() -> cache.getAll(List.of(it, it + 1)))
              & answered(() -> cache.update(it, () -> "other"))
              & answered(() -> cache.expire(it))
              & answered(() -> corral.invalidateTags(WARM));
    }
    boolean unused = Waits.until(() -> answered(() -> cache.invalidate(0)), CONNECTED_MILLIS);
  }

  private static boolean answered(Runnable use) {
    try {
      use.run();
      return true;
    } catch (RemoteTierException e) {
      return false;
    }
  }

  void start() {
    threads.forEach(Operations::start);
  }

  /** Ends the operations, and notes those that do not end. */
  void stop() {
    threads.forEach(Operations::askToStop);
    threads.forEach(Operations::awaitStop);
  }

  @Override
  public void close() {
    corral.close();
    history.close();
  }

  /** What a source throws that cannot be read. */
  static final class SourceDownException extends Exception {

    private static final long serialVersionUID = 1;

    SourceDownException() {
      super("the source cannot be read", null, false, false);
    }
  }
}
