package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.CacheExpiry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each value's own fresh time. */
class FreshForTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Lab lab = new Lab();

  private Node node(
      boolean alone,
      double jitter,
      BiFunction<Integer, @Nullable String, @Nullable Duration> freshFor) {
    return lab.node(
        setup -> {
          setup.alone = alone;
          setup.expiry =
              CacheExpiry.freshFor(Duration.ofSeconds(60)).negativeFor(SECOND).jitter(jitter);
          setup.change = settings -> settings.freshFor = freshFor;
        });
  }

  private Node node(boolean alone) {
    return node(
        alone,
        0,
        (key, value) ->
            value == null
                ? Duration.ofSeconds(10)
                : value.equals("default") ? null : Duration.ofSeconds(value.length()));
  }

  private void assertFreshFor(Node node, int key, Duration expected) {
    long hits = node.counts.of("stale");
    lab.pass(expected.minusMillis(50));
    node.now(key);
    assertThat(node.counts.of("stale")).isEqualTo((int) hits);
    lab.pass(Duration.ofMillis(50));
    node.now(key);
    assertThat(node.counts.of("stale")).isEqualTo((int) hits + 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void freshFor_valueSays_isFreshAsLong(boolean alone) {
    Node node = node(alone);
    node.fill(1, "sssss");

    assertFreshFor(node, 1, Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void freshFor_absence_isRememberedAsLong(boolean alone) {
    Node node = node(alone);
    node.fill(1, null);

    assertFreshFor(node, 1, Duration.ofSeconds(10));
  }

  @Test
  void freshFor_absenceThatIsNotRememberedOtherwise_isRememberedAsLong() {
    Node node =
        lab.node(
            setup -> {
              setup.expiry =
                  CacheExpiry.freshFor(Duration.ofSeconds(60)).negativeFor(Duration.ZERO).jitter(0);
              setup.change =
                  settings ->
                      settings.freshFor = (key, value) -> key == 1 ? Duration.ofSeconds(10) : null;
            });
    node.fill(1, null);
    node.fill(2, null);

    assertThat(node.now(1)).isNull();
    assertThat(node.read(2)).isNotDone();
  }

  @Test
  void freshFor_null_isTheCachesOwn() {
    Node node = node(false);
    node.fill(1, "default");

    assertFreshFor(node, 1, Duration.ofSeconds(60));
  }

  @Test
  void freshFor_loadSaysToo_theLoadWins() {
    Node node = node(false);
    node.read(1);
    node.last().load.freshFor(Duration.ofSeconds(20));
    node.last().gives("sssss");
    lab.passMoment();

    assertFreshFor(node, 1, Duration.ofSeconds(20));
  }

  @Test
  void freshFor_put_isFreshAsLong() {
    Node node = node(false);
    node.cache.putAsync(1, "sssss");
    lab.passMoment();

    assertFreshFor(node, 1, Duration.ofSeconds(5));
  }

  @Test
  void freshFor_jitter_isAppliedToIt() {
    Node node = node(true, 0.5, (key, value) -> Duration.ofSeconds(10));
    IntStream.range(0, 50).forEach(key -> node.fill(key, "a"));
    lab.pass(Duration.ofSeconds(9));

    IntStream.range(0, 50).forEach(node::now);

    assertThat(node.counts.of("stale")).isBetween(5, 45);
  }

  @Test
  void freshFor_forEver_isFreshForYears() {
    Node node = node(false, 0, (key, value) -> ChronoUnit.FOREVER.getDuration());
    node.fill(1, "a");
    lab.pass(Duration.ofHours(1));

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).hasSize(1);
  }

  private static List<BiFunction<Integer, @Nullable String, @Nullable Duration>> wrong() {
    List<BiFunction<Integer, @Nullable String, @Nullable Duration>> wrong = new ArrayList<>();
    wrong.add((key, value) -> Duration.ZERO);
    wrong.add((key, value) -> Duration.ofMillis(-1));
    wrong.add((key, value) -> Duration.ofNanos(999_999));
    wrong.add(
        (key, value) -> {
          throw new IllegalStateException("broken");
        });
    return wrong;
  }

  @Test
  void freshFor_wrong_callersHaveTheValueAndNobodyKeepsIt() {
    for (boolean alone : List.of(false, true)) {
      for (var function : wrong()) {
        Node node = node(alone, 0, function);
        int key = node.hashCode();
        CompletableFuture<String> leader = node.read(key);
        CompletableFuture<String> joined = node.read(key);
        node.last().gives("a");
        lab.passMoment();

        assertThat(leader).isCompletedWithValue("a");
        assertThat(joined).isCompletedWithValue("a");
        assertThat(node.counts.of("notKept")).isEqualTo(1);
        assertThat(node.tier.calls(Op.COMMIT)).isZero();
        assertThat(node.engine.held(key)).isNull();
        assertThat(node.fill(key, "b")).isEqualTo("b");
        assertThat(node.fleet.flights()).isZero();
      }
    }
  }

  @Test
  void freshFor_wrong_putFailsAndTheValueThatWasThereStays() {
    Node node =
        node(false, 0, (key, value) -> "bad".equals(value) ? Duration.ZERO : Duration.ofMinutes(1));
    node.fill(1, "a");

    assertThat(failureOf(node.cache.putAsync(1, "bad")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cache 'c': freshFor gave PT0S, which is not 1 ms or more");
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.tier.calls(Op.BEGIN_WRITE)).isZero();
  }
}
