package io.github.corral.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.Recorder.FeedGap;
import io.github.corral.spi.Recorder.LoadEnd;
import io.github.corral.spi.Recorder.Outcome;
import io.github.corral.spi.Recorder.RefreshKind;
import io.github.corral.spi.Recorder.Stale;
import io.github.corral.spi.Recorder.Tier;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The meters themselves. Micrometer's CacheMeterBinderCompatibilityKit is not used: it wants a
 * binder that polls a cache with puts by hand and sums {@code cache.gets} without a tier.
 */
class MicrometerRecorderTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private MicrometerRecorder recorder(String cache) {
    return new MicrometerRecorder(registry, cache);
  }

  /** What an event changes, as "name{tags} statistic=value", but maxima. */
  private Map<String, Double> changes(Consumer<Recorder> event) {
    MicrometerRecorder recorder = recorder("c");
    Map<String, Double> before = values();
    event.accept(recorder);
    Map<String, Double> after = values();
    after.entrySet().removeAll(before.entrySet());
    return after;
  }

  private Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      String tags =
          meter.getId().getTags().stream()
              .map(tag -> tag.getKey() + "=" + tag.getValue())
              .collect(Collectors.joining(","));
      meter
          .measure()
          .forEach(
              measured -> {
                if (measured.getStatistic() != Statistic.MAX) {
                  values.put(
                      meter.getId().getName() + "{" + tags + "} " + measured.getStatistic(),
                      measured.getValue());
                }
              });
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource
  void hitAndMiss_eachTier_countGets(Tier tier) {
    String tag = tier == Tier.L1 ? "l1" : "l2";

    assertThat(changes(it -> it.hit(tier)))
        .isEqualTo(Map.of("cache.gets{cache=c,result=hit,tier=" + tag + "} COUNT", 1.0));
    assertThat(changes(it -> it.miss(tier)))
        .isEqualTo(Map.of("cache.gets{cache=c,result=miss,tier=" + tag + "} COUNT", 1.0));
  }

  @ParameterizedTest
  @EnumSource
  void load_eachOutcome_isTimed(Outcome outcome) {
    String meter = "corral.loads{cache=c,outcome=" + outcome.name().toLowerCase() + "} ";

    assertThat(changes(it -> it.load(new LoadEnd("k", outcome, Duration.ofMillis(250), 3))))
        .isEqualTo(Map.of(meter + "COUNT", 1.0, meter + "TOTAL_TIME", 0.25));
  }

  @Test
  void leaseWait_isTimed() {
    changes(it -> it.leaseWait(Duration.ofMillis(40)));

    Timer waits = registry.get("corral.lease.waits").tag("cache", "c").timer();
    assertThat(waits.count()).isEqualTo(1);
    assertThat(waits.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(40);
  }

  @ParameterizedTest
  @EnumSource
  void staleServed_eachReason_isCounted(Stale why) {
    assertThat(changes(it -> it.staleServed(why)))
        .isEqualTo(
            Map.of("corral.stale{cache=c,reason=" + why.name().toLowerCase() + "} COUNT", 1.0));
  }

  @ParameterizedTest
  @EnumSource
  void refresh_eachKind_isCounted(RefreshKind kind) {
    assertThat(changes(it -> it.refresh(kind)))
        .isEqualTo(
            Map.of("corral.refreshes{cache=c,kind=" + kind.name().toLowerCase() + "} COUNT", 1.0));
  }

  @ParameterizedTest
  @EnumSource
  void partitionsDropped_eachReason_countsTheGapAndItsPartitions(FeedGap why) {
    String tags = "{cache=c,reason=" + why.name().toLowerCase() + "} COUNT";

    assertThat(changes(it -> it.partitionsDropped(why, 256)))
        .isEqualTo(Map.of("corral.feed.gaps" + tags, 1.0, "corral.feed.dropped" + tags, 256.0));
  }

  @Test
  void eventsWithoutDetail_areCounted() {
    assertThat(changes(Recorder::joined)).isEqualTo(one("corral.joined"));
    assertThat(changes(Recorder::detached)).isEqualTo(one("corral.detached"));
    assertThat(changes(Recorder::overtaken)).isEqualTo(one("corral.overtaken"));
    assertThat(changes(Recorder::notKept)).isEqualTo(one("corral.not.kept"));
    assertThat(changes(Recorder::tooLarge)).isEqualTo(one("corral.too.large"));
    assertThat(changes(Recorder::codecFailure)).isEqualTo(one("corral.codec.failures"));
    assertThat(changes(Recorder::changeKept)).isEqualTo(one("corral.changes.kept"));
    assertThat(changes(Recorder::remoteFailure)).isEqualTo(one("corral.remote.failures"));
  }

  private static Map<String, Double> one(String name) {
    return Map.of(name + "{cache=c} COUNT", 1.0);
  }

  @Test
  void corral_withTheRecorder_metersWhatACacheDoesAndHolds() {
    try (Corral corral = Corral.builder().recorders(this::recorder).build()) {
      ReadThroughCache<Integer, String> cache =
          corral.cache("c", Integer.class, String.class).maximumSize(2).build(key -> "v" + key);
      for (int key = 0; key < 5; key++) {
        cache.get(key);
      }
      assertThat(values()).containsEntry("cache.size{cache=c} VALUE", 2.0);
      assertThat(values())
          .containsEntry("cache.gets{cache=c,result=miss,tier=l1} COUNT", 5.0)
          .containsEntry("corral.loads{cache=c,outcome=success} COUNT", 5.0)
          .containsEntry("cache.evictions{cache=c} COUNT", 3.0);
      assertThat(documented()).isEqualTo(registered());
    }
  }

  private Set<String> registered() {
    return registry.getMeters().stream()
        .map(meter -> meter.getId().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The first column of the table of meters. */
  private static Set<String> documented() {
    try {
      String page = Files.readString(Path.of("../docs/observation.md"));
      return Pattern.compile("(?m)^\\| `((?:cache|corral)\\.[a-z.]+)` ")
          .matcher(page)
          .results()
          .map((MatchResult row) -> row.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void meters_ofTwoCaches_areApart() {
    recorder("a").joined();
    recorder("b");

    assertThat(
            StreamSupport.stream(registry.get("corral.joined").counters().spliterator(), false)
                .map(counter -> counter.getId().getTag("cache") + " " + counter.count()))
        .containsExactlyInAnyOrder("a 1.0", "b 0.0");
  }
}
