package io.github.corral.spring;

import static java.util.Objects.requireNonNull;

import io.github.corral.spi.Recorder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** One cache's events as meters, named as Micrometer names those of other caches where it does. */
final class CacheMeters implements Recorder {

  private final Map<Tier, Counter> hits;
  private final Map<Outcome, Timer> loads;
  private final Map<Tier, Counter> misses;
  private final Counter stale;
  private final Counter joined;
  private final Counter refreshes;
  private final Counter overtaken;
  private final Counter codecFailures;
  private final Counter remoteFailures;
  private final Timer leaseWaits;

  CacheMeters(MeterRegistry registry, String cache) {
    Tags tags = Tags.of("cache", cache);
    hits = each(Tier.class, tier -> gets(registry, tags, "hit", lower(tier)));
    misses = each(Tier.class, tier -> gets(registry, tags, "miss", lower(tier)));
    loads =
        each(
            Outcome.class,
            outcome ->
                timer(
                    registry,
                    tags.and("outcome", lower(outcome)),
                    "corral.loads",
                    "Loads of a key, by how they ended"));
    leaseWaits =
        timer(registry, tags, "corral.lease.waits", "Reads that waited for another's load");
    stale = counter(registry, tags, "corral.stale", "Reads that were served a stale value");
    joined = counter(registry, tags, "corral.joined", "Reads that joined another's lookup or load");
    refreshes = counter(registry, tags, "corral.refreshes", "Refreshes behind a served value");
    overtaken =
        counter(registry, tags, "corral.overtaken", "Loaded values that a change had overtaken");
    codecFailures =
        counter(registry, tags, "corral.codec.failures", "Values not encoded or not decoded");
    remoteFailures =
        counter(registry, tags, "corral.remote.failures", "Calls that the remote tier failed");
  }

  private static Counter gets(MeterRegistry registry, Tags tags, String result, String tier) {
    return Counter.builder("cache.gets")
        .description("Reads of the cache")
        .tags(tags.and("result", result, "tier", tier))
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, Tags tags, String name, String what) {
    return Counter.builder(name).description(what).tags(tags).register(registry);
  }

  private static Timer timer(MeterRegistry registry, Tags tags, String name, String what) {
    return Timer.builder(name).description(what).tags(tags).register(registry);
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

  @Override
  public void hit(Tier tier) {
    requireNonNull(hits.get(tier)).increment();
  }

  @Override
  public void miss(Tier tier) {
    requireNonNull(misses.get(tier)).increment();
  }

  @Override
  public void staleServed() {
    stale.increment();
  }

  @Override
  public void joined() {
    joined.increment();
  }

  @Override
  public void refresh() {
    refreshes.increment();
  }

  @Override
  public void leaseWait(Duration waited) {
    leaseWaits.record(waited);
  }

  @Override
  public void load(Outcome outcome, Duration took) {
    requireNonNull(loads.get(outcome)).record(took);
  }

  @Override
  public void overtaken() {
    overtaken.increment();
  }

  @Override
  public void codecFailure() {
    codecFailures.increment();
  }

  @Override
  public void remoteFailure() {
    remoteFailures.increment();
  }
}
