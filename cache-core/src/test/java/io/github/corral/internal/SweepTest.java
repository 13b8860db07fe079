package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Background refresh: which keys, how often, by whom, and that nobody waits for it. */
class SweepTest {

  private static final Duration PERIOD = Duration.ofSeconds(60);
  private static final Duration FRESH = Duration.ofSeconds(100);
  private static final Duration STEP = Duration.ofSeconds(1);

  private final Lab lab = new Lab();
  private final List<Node> nodes = new ArrayList<>();

  /** A load as the sources of these tests see it. */
  private record Loaded(Node by, int key, long atMillis) {}

  private final List<Loaded> loads = new ArrayList<>();

  private Node node(Consumer<Lab.Setup> change) {
    Node node =
        lab.node(
            setup -> {
              setup.expiry = CacheExpiry.freshFor(FRESH).jitter(0.1);
              setup.refresh = Refresh.every(PERIOD);
              change.accept(setup);
            });
    nodes.add(node);
    return node;
  }

  private Node node() {
    return node(setup -> {});
  }

  private Node keeping(Supplier<Collection<Integer>> keys) {
    return node(setup -> setup.change = settings -> settings.refreshKeys = keys);
  }

  /** Lets time pass in steps, in each of which what has been asked of the source is answered. */
  private void pass(Duration duration, Runnable eachStep) {
    for (long i = 0; i < duration.toMillis(); i += STEP.toMillis()) {
      lab.pass(STEP.minus(Lab.MOMENT.multipliedBy(2)));
      answer();
      lab.passMoment();
      eachStep.run();
      lab.passMoment();
    }
  }

  private void pass(Duration duration) {
    pass(duration, () -> {});
  }

  private void answer() {
    nodes.forEach(
        node -> {
          node.loads.forEach(
              load -> {
                loads.add(new Loaded(node, load.key, lab.time.millis()));
                load.gives("at " + lab.time.millis());
              });
          node.loads.clear();
        });
  }

  private static void fill(Node node, int key) {
    node.fill(key, "a");
    node.loads.clear();
  }

  private void read(Node node, int key) {
    assertThat(node.now(key)).isNotNull();
  }

  private List<Loaded> loadsOf(int key) {
    return loads.stream().filter(load -> load.key == key).toList();
  }

  private void assertNoReaderMissed(int firstReads) {
    assertThat(nodes.stream().mapToInt(node -> node.counts.of("miss L1")).sum())
        .isEqualTo(firstReads);
    assertThat(nodes.stream().mapToInt(node -> node.counts.of("stale")).sum()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sweep_oneProcessReadsAKey_itNeverExpires(boolean alone) {
    Node node = node(setup -> setup.alone = alone);
    fill(node, 1);

    pass(PERIOD.multipliedBy(20), () -> read(node, 1));

    assertNoReaderMissed(1);
    assertThat(loadsOf(1)).hasSizeBetween(17, 23);
  }

  @Test
  void sweep_manyProcessesReadAKey_oneLoadPerPeriodAndNoMiss() {
    IntStream.range(0, 5).forEach(i -> node());
    fill(nodes.get(0), 1);
    nodes.subList(1, 5).forEach(node -> read(node, 1));

    pass(PERIOD.multipliedBy(20), () -> nodes.forEach(node -> read(node, 1)));

    assertNoReaderMissed(5);
    // The first of five draws of a period with 10 % jitter is due after 0.9 to 1 of it.
    assertThat(loadsOf(1)).hasSizeBetween(19, 24);
    List<Long> at = loadsOf(1).stream().map(Loaded::atMillis).toList();
    for (int i = 1; i < at.size(); i++) {
      assertThat(at.get(i) - at.get(i - 1))
          .isGreaterThanOrEqualTo(PERIOD.multipliedBy(9).dividedBy(10).minus(STEP).toMillis());
    }
  }

  @Test
  void sweep_anotherProcessRefreshed_itsValueIsTakenOverByOneLookup() {
    Node one = node();
    fill(one, 1);
    Node two = node();
    read(two, 1);
    read(two, 1);
    long lookups = two.tier.calls(Op.LOOKUP);
    // The one that filled it is due half a period earlier, or somewhat less.
    pass(PERIOD.multipliedBy(9).dividedBy(10).minus(STEP), () -> read(one, 1));
    assertThat(loadsOf(1)).hasSize(1);
    assertThat(two.tier.calls(Op.LOOKUP)).isEqualTo(lookups);

    pass(PERIOD.dividedBy(4), () -> read(one, 1));

    assertThat(loadsOf(1)).hasSize(1);
    assertThat(two.tier.calls(Op.LOOKUP)).isEqualTo(lookups + 1);
    assertThat(two.now(1)).startsWith("at");
  }

  @Test
  void sweep_keyNobodyReads_agesOut() {
    Node node = node();
    fill(node, 1);
    fill(node, 2);

    pass(PERIOD.multipliedBy(4), () -> read(node, 1));

    assertThat(loadsOf(1)).isNotEmpty();
    assertThat(loadsOf(2)).isEmpty();
    assertThat(node.engine.held(2)).isNull();
  }

  @Test
  void sweep_keyNoLongerRead_isRefreshedOnceMoreAndAgesOut() {
    Node node = node();
    fill(node, 1);
    read(node, 1);

    pass(PERIOD.multipliedBy(10));

    assertThat(loadsOf(1)).hasSize(1);
    assertThat(node.engine.held(1)).isNull();
  }

  @Test
  void sweep_keyReadLateInItsFreshTime_isRefreshedBeforeItIsStale() {
    Node node = node();
    fill(node, 1);
    pass(Duration.ofSeconds(85));
    read(node, 1);

    pass(Duration.ofSeconds(4));

    assertThat(loadsOf(1)).hasSize(1);
    assertNoReaderMissed(1);
  }

  @Test
  void refreshKeys_neverRead_areLoadedAndKeptFresh() {
    node(setup -> setup.change = settings -> settings.refreshKeys = () -> List.of(1, 2, 3));
    keeping(() -> List.of(1, 2, 3));

    pass(PERIOD.multipliedBy(20));

    for (int key = 1; key <= 3; key++) {
      assertThat(loadsOf(key)).hasSizeBetween(19, 24);
      for (Node node : nodes) {
        assertThat(node.engine.quick(key)).isNotNull();
      }
    }
    nodes.forEach(node -> assertThat(node.counts.of("miss L1")).isZero());
  }

  @Test
  void refreshKeys_change_areFollowedWithinAPeriod() {
    List<Integer> keys = new ArrayList<>(List.of(1));
    keeping(() -> keys);
    pass(PERIOD.multipliedBy(2));
    keys.set(0, 2);
    pass(PERIOD.plus(STEP));
    assertThat(loadsOf(2)).isNotEmpty();
    int before = loadsOf(1).size();

    pass(PERIOD.multipliedBy(5));

    assertThat(loadsOf(1)).hasSize(before);
    assertThat(loadsOf(2)).hasSizeBetween(5, 7);
  }

  @Test
  void refreshKeys_invalidated_areLoadedAgainWithoutAReader() {
    Node node = keeping(() -> List.of(1));
    pass(PERIOD.dividedBy(4));
    assertThat(loadsOf(1)).hasSize(1);
    pass(PERIOD);
    int before = loadsOf(1).size();
    node.cache.invalidateAsync(1);

    pass(PERIOD.plus(PERIOD.dividedBy(8)));

    assertThat(loadsOf(1).size()).isGreaterThan(before);
    assertThat(node.engine.quick(1)).isNotNull();
  }

  @Test
  void refreshKeys_asked_oncePerPeriod() {
    int[] asked = new int[1];
    keeping(
        () -> {
          asked[0]++;
          return List.of();
        });

    pass(PERIOD.multipliedBy(10).plus(PERIOD.dividedBy(8)));

    assertThat(asked[0]).isEqualTo(10);
  }

  @Test
  void refreshKeys_throwOrGiveNull_skipThePeriodAndAreAskedAgain() {
    int[] asked = new int[1];
    keeping(
        () ->
            switch (asked[0]++) {
              case 0 -> throw new IllegalStateException("down");
              case 1 -> Arrays.asList(1, null);
              default -> List.of(1);
            });
    pass(PERIOD.multipliedBy(2));
    assertThat(loads).isEmpty();

    pass(PERIOD);

    assertThat(loadsOf(1)).isNotEmpty();
  }

  @Test
  void refreshKeys_sourceGivesNothingToKeep_oneLoadPerPeriod() {
    Node node =
        node(
            setup -> {
              setup.expiry = CacheExpiry.freshFor(FRESH).negativeFor(Duration.ZERO);
              setup.change = settings -> settings.refreshKeys = () -> List.of(1);
            });
    int loaded = 0;
    for (int i = 0; i < PERIOD.multipliedBy(10).toSeconds(); i++) {
      lab.pass(STEP);
      loaded += node.loads.size();
      node.loads.forEach(load -> load.gives(null));
      node.loads.clear();
    }

    assertThat(loaded).isBetween(9, 11);
  }

  @Test
  void refreshKeys_filledTogether_areSpreadOverThePeriod() {
    List<Integer> keys = IntStream.range(0, 90).boxed().toList();
    keeping(() -> keys);
    pass(PERIOD.dividedBy(3));
    assertThat(loads).hasSize(keys.size());
    loads.clear();
    pass(PERIOD.multipliedBy(2));
    loads.clear();

    pass(PERIOD);

    assertThat(loads).hasSizeBetween(80, 100);
    long from = loads.get(0).atMillis;
    int[] tenths = new int[11];
    loads.forEach(load -> tenths[(int) ((load.atMillis - from) * 10 / PERIOD.toMillis())]++);
    assertThat(Arrays.stream(tenths).filter(n -> n > 0).count()).isGreaterThanOrEqualTo(6);
    assertThat(Arrays.stream(tenths).max().orElseThrow()).isLessThan(keys.size() / 3);
  }

  @Test
  void refreshKeys_sourceIsSlow_boundedLoadsAtOnceAndAllAreDone() {
    List<Integer> keys = IntStream.range(0, 90).boxed().toList();
    Node node = keeping(() -> keys);
    lab.pass(PERIOD.dividedBy(8));
    assertThat(node.loads).hasSize(Sweep.MOST_AT_ONCE);

    for (int done = 0; done < keys.size(); done++) {
      assertThat(node.loads.size() - done).isLessThanOrEqualTo(Sweep.MOST_AT_ONCE);
      node.loads.get(done).gives("a");
      lab.passMoment();
    }

    assertThat(node.loads).hasSize(keys.size());
  }

  @Test
  void sweep_manyKeys_areAllSeenInOnePass() {
    int keys = 2_500;
    Node node = node(setup -> setup.change = settings -> settings.maximumSize = keys);
    IntStream.range(0, keys)
        .forEach(
            key -> {
              var unused = node.cache.getAsync(key);
            });
    lab.passMoment();
    answer();
    lab.passMoment();
    IntStream.range(0, keys).forEach(key -> assertThat(node.engine.quick(key)).isNotNull());
    loads.clear();

    // No tick has to come in between: a pass goes on by itself.
    lab.pass(Duration.ofSeconds(67));
    int waves = 0;
    while (!node.loads.isEmpty()) {
      answer();
      lab.pass(Lab.MOMENT);
      waves++;
    }

    assertThat(loads).hasSizeGreaterThan(keys * 9 / 10);
    assertThat(waves).isGreaterThan(keys / Sweep.MOST_AT_ONCE / 2);
  }

  @Test
  void sweep_processThatRefreshedDies_anotherDoesWithinAPeriod() {
    Node one = node();
    fill(one, 1);
    Node two = node();
    read(two, 1);
    pass(PERIOD, () -> nodes.forEach(node -> read(node, 1)));
    assertThat(loadsOf(1)).isNotEmpty().allMatch(load -> load.by == one);
    one.fleet.close();
    nodes.remove(one);
    loads.clear();

    pass(PERIOD.multipliedBy(6).dividedBy(5), () -> read(two, 1));

    assertThat(loadsOf(1)).isNotEmpty().allMatch(load -> load.by == two);
    assertNoReaderMissed(1);
  }

  @Test
  void sweep_processDiesInItsLoad_anotherLoadsWhenTheLeaseEnds() {
    Node one = node();
    fill(one, 1);
    Node two = node();
    read(one, 1);
    read(two, 1);
    read(two, 1);
    while (one.loads.isEmpty()) {
      lab.pass(STEP);
    }
    one.tier.all(Fate.FAIL);
    nodes.remove(one);

    pass(PERIOD.dividedBy(2).plus(PERIOD.dividedBy(4)), () -> read(two, 1));

    assertThat(loadsOf(1)).hasSize(1).allMatch(load -> load.by == two);
    assertNoReaderMissed(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sweep_sourceFails_valueIsServedAndAttemptsBackOff(boolean alone) {
    Node node = node(setup -> setup.alone = alone);
    fill(node, 1);
    int failed = 0;
    for (int i = 0; i < FRESH.toSeconds() - 12; i++) {
      assertThat(node.now(1)).isEqualTo("a");
      lab.pass(STEP);
      failed += node.loads.size();
      node.loads.forEach(load -> load.fails(new IllegalStateException("down")));
      node.loads.clear();
    }
    // From 30 to 60 s on, with windows of 100 ms doubling to 10 s, seen every 2 s.
    assertThat(failed).isBetween(3, 14);
    assertNoReaderMissed(1);
    assertThat(node.counts.of("load FAILURE")).isEqualTo(failed);

    pass(Duration.ofSeconds(12), () -> read(node, 1));

    assertThat(node.now(1)).startsWith("at");
  }

  @Test
  void sweep_valueIsNotToBeStored_isLoadedOncePerPeriod() {
    Node node = node(setup -> setup.expiry = CacheExpiry.freshFor(Duration.ofHours(1)).jitter(0));
    fill(node, 1);
    read(node, 1);
    int loaded = 0;
    for (int i = 0; i < PERIOD.multipliedBy(10).toSeconds(); i++) {
      lab.pass(STEP);
      loaded += node.loads.size();
      node.loads.forEach(
          load -> {
            load.load.doNotStore();
            load.gives("b");
          });
      node.loads.clear();
    }

    assertThat(loaded).isBetween(9, 11);
    assertThat(node.now(1)).isEqualTo("a");
  }

  @Test
  void sweep_readerComesMeanwhile_doesNotWait() {
    Node node = node();
    fill(node, 1);
    read(node, 1);
    while (node.loads.isEmpty()) {
      lab.pass(STEP);
    }

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).hasSize(1);
    assertThat(node.last().load.previous()).isEqualTo("a");
  }

  @Test
  void close_sweepIsUnderWay_ends() {
    List<Integer> keys = IntStream.range(0, 90).boxed().toList();
    int[] asked = new int[1];
    Node node =
        keeping(
            () -> {
              asked[0]++;
              return keys;
            });
    lab.pass(PERIOD.dividedBy(8));
    int begun = node.loads.size();
    long lookups = node.tier.calls(Op.LOOKUP);

    node.fleet.close();
    lab.pass(PERIOD.multipliedBy(5));

    assertThat(node.loads).hasSize(begun);
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(lookups);
    assertThat(asked[0]).isEqualTo(1);
    assertThat(node.fleet.flights()).isZero();
    assertThat(lab.time.scheduled()).isZero();
  }

  @Test
  void sweep_executorRefuses_goesOnWhenItTakesTasksAgain() {
    boolean[] full = {true};
    Executor executor =
        task -> {
          if (full[0]) {
            throw new RejectedExecutionException("full");
          }
          lab.time.executor().execute(task);
        };
    Node node =
        node(
            setup -> {
              setup.loaderExecutor = executor;
              setup.change = settings -> settings.refreshKeys = () -> List.of(1);
            });
    pass(PERIOD.dividedBy(4));
    assertThat(loads).isEmpty();
    full[0] = false;

    pass(PERIOD.dividedBy(4));

    assertThat(loadsOf(1)).hasSize(1);
    assertThat(node.engine.quick(1)).isNotNull();
  }

  @Test
  void sweep_keyCodecThrows_otherKeysAreRefreshed() {
    Node node =
        node(
            setup -> {
              setup.keyCodec =
                  key -> {
                    if (key == 1) {
                      throw new IllegalStateException("no text");
                    }
                    return String.valueOf(key);
                  };
              setup.change = settings -> settings.refreshKeys = () -> List.of(1, 2);
            });

    pass(PERIOD.multipliedBy(3));

    assertThat(loadsOf(2)).hasSizeBetween(3, 5);
    assertThat(node.engine.quick(2)).isNotNull();
  }

  @Test
  void sweep_noPeriod_nothingIsScheduled() {
    Node node =
        node(
            setup -> {
              setup.refresh = Refresh.early();
              setup.alone = true;
            });
    node.fleet.close();

    assertThat(lab.time.scheduled()).isZero();
  }
}
