package io.github.corral.metrics;

import static java.util.Objects.requireNonNull;

import io.github.corral.spi.Recorder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * One cache's events as meters of Micrometer, tagged {@code cache}. {@code cache.gets}, {@code
 * cache.size} and {@code cache.evictions} are named as Micrometer names those of other caches; what
 * others do not have is named {@code corral.*}. All meters are there from the start, and {@code
 * docs/observation.md} lists them.
 *
 * <pre>{@code
 * Corral.builder().recorders(cache -> new MicrometerRecorder(registry, cache))
 * }</pre>
 *
 * <p>Keys are in no meter. Thread-safe.
 */
public final class MicrometerRecorder implements Recorder {

  private final MeterRegistry registry;
  private final Tags tags;
  private final Map<Tier, Counter> hits;
  private final Map<Tier, Counter> misses;
  private final Map<Outcome, Timer> loads;
  private final Map<Stale, Counter> stale;
  private final Map<RefreshKind, Counter> refreshes;
  private final Map<FeedGap, Counter> gaps;
  private final Map<FeedGap, Counter> dropped;
  private final Timer leaseWaits;
  private final Counter joined;
  private final Counter detached;
  private final Counter overtaken;
  private final Counter notKept;
  private final Counter tooLarge;
  private final Counter codecFailures;
  private final Counter keptChanges;
  private final Counter remoteFailures;

  /**
   * Registers a cache's meters.
   *
   * @param registry where
   * @param cache the cache's name
   */
  public MicrometerRecorder(MeterRegistry registry, String cache) {
    this.registry = registry;
    this.tags = Tags.of("cache", cache);
    hits = each(Tier.class, tier -> gets("hit", tier));
    misses = each(Tier.class, tier -> gets("miss", tier));
    loads = each(Outcome.class, end -> timer("corral.loads", "Loads", "outcome", end));
    leaseWaits = timer("corral.lease.waits", "Waits for another process's load", tags);
    stale = each(Stale.class, why -> counter("corral.stale", "Stale values served", "reason", why));
    joined = counter("corral.joined", "Reads that joined another's lookup or load", tags);
    refreshes =
        each(
            RefreshKind.class,
            kind -> counter("corral.refreshes", "Refreshes behind a served value", "kind", kind));
    detached = counter("corral.detached", "Lookups and loads closed to later callers", tags);
    overtaken = counter("corral.overtaken", "Loaded values that a change had overtaken", tags);
    gaps = each(FeedGap.class, why -> counter("corral.feed.gaps", "Gaps", "reason", why));
    dropped =
        each(
            FeedGap.class,
            why -> counter("corral.feed.dropped", "Partitions dropped", "reason", why));
    notKept = counter("corral.not.kept", "Values without a fresh time or weight", tags);
    tooLarge = counter("corral.too.large", "Values too large for the remote tier", tags);
    codecFailures = counter("corral.codec.failures", "Values not encoded or not decoded", tags);
    keptChanges = counter("corral.changes.kept", "Changes kept for the remote tier", tags);
    remoteFailures = counter("corral.remote.failures", "Calls that the remote tier failed", tags);
  }

  private Counter gets(String result, Tier tier) {
    return counter(
        "cache.gets", "Reads of the cache", tags.and("result", result, "tier", lower(tier)));
  }

  private Counter counter(String name, String what, String tag, Enum<?> value) {
    return counter(name, what, tags.and(tag, lower(value)));
  }

  private Counter counter(String name, String what, Tags all) {
    return Counter.builder(name).description(what).tags(all).register(registry);
  }

  private Timer timer(String name, String what, String tag, Enum<?> value) {
    return timer(name, what, tags.and(tag, lower(value)));
  }

  private Timer timer(String name, String what, Tags all) {
    return Timer.builder(name).description(what).tags(all).register(registry);
  }

  private static <E extends Enum<E>, M> Map<E, M> each(Class<E> type, Function<E, M> meter) {
    Map<E, M> meters = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      meters.put(constant, meter.apply(constant));
    }
    return meters;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E> void count(Map<E, Counter> counters, E which) {
    requireNonNull(counters.get(which)).increment();
  }

  @Override
  public void made(Contents inThisProcess) {
    Gauge.builder("cache.size", inThisProcess, Contents::entries)
        .description("Entries held in this process")
        .tags(tags)
        .register(registry);
    FunctionCounter.builder("cache.evictions", inThisProcess, Contents::evictions)
        .description("Entries dropped because there were too many")
        .tags(tags)
        .register(registry);
  }

  @Override
  public void hit(Tier tier) {
    count(hits, tier);
  }

  @Override
  public void miss(Tier tier) {
    count(misses, tier);
  }

  @Override
  public void staleServed(Stale why) {
    count(stale, why);
  }

  @Override
  public void joined() {
    joined.increment();
  }

  @Override
  public void refresh(RefreshKind kind) {
    count(refreshes, kind);
  }

  @Override
  public void leaseWait(Duration waited) {
    leaseWaits.record(waited);
  }

  @Override
  public void load(LoadEnd end) {
    requireNonNull(loads.get(end.outcome())).record(end.took());
  }

  @Override
  public void detached() {
    detached.increment();
  }

  @Override
  public void partitionsDropped(FeedGap why, int partitions) {
    count(gaps, why);
    requireNonNull(dropped.get(why)).increment(partitions);
  }

  @Override
  public void overtaken() {
    overtaken.increment();
  }

  @Override
  public void notKept() {
    notKept.increment();
  }

  @Override
  public void tooLarge() {
    tooLarge.increment();
  }

  @Override
  public void codecFailure() {
    codecFailures.increment();
  }

  @Override
  public void changeKept() {
    keptChanges.increment();
  }

  @Override
  public void remoteFailure() {
    remoteFailures.increment();
  }
}
