package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.Corral;
import io.github.corral.LoadFailedException;
import io.github.corral.LoadTimeoutException;
import io.github.corral.ReadThroughCache;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A refresh that was asked for gives a value whose load began after the call, and no other. */
class ReloadTest {

  @Test
  void expireAndRefresh_valueIsHeldElsewhere_isReplacedThereWithoutAMissOrALoad() {
    Lab fleet = new Lab();
    Node node = fleet.node();
    node.fill(1, "old");
    Node other = fleet.node();
    assertThat(other.now(1)).isEqualTo("old");

    assertThat(node.cache.expireAsync(1)).isCompleted();
    CompletableFuture<String> refreshed = node.cache.refreshAsync(1);
    fleet.passMoment();
    assertThat(other.now(1)).as("while it is loaded").isEqualTo("old");
    node.last().gives("new");
    fleet.pass(Duration.ofMillis(300));

    assertThat(refreshed).isCompletedWithValue("new");
    assertThat(other.now(1)).isEqualTo("new");
    assertThat(other.loads).isEmpty();
    assertThat(node.loads).hasSize(2);
  }

  private static final Duration A_WHILE = Duration.ofMillis(300);

  private final Lab lab = new Lab();
  private final Node node = lab.node();

  private CompletableFuture<String> refresh(Node by, int key) {
    CompletableFuture<String> refresh = by.cache.refreshAsync(key);
    lab.passMoment();
    return refresh;
  }

  private void give(Node by, String value) {
    by.last().gives(value);
    lab.passMoment();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refresh_valueIsFresh_isLoadedAnewWhileOthersAreServed(boolean alone) {
    Node by = lab.node(setup -> setup.alone = alone);
    by.fill(1, "a");

    CompletableFuture<String> refresh = refresh(by, 1);

    assertThat(refresh).isNotDone();
    assertThat(by.loads).hasSize(2);
    assertThat(by.last().load.previous()).isEqualTo("a");
    assertThat(by.now(1)).isEqualTo("a");
    give(by, "b");
    assertThat(refresh).isCompletedWithValue("b");
    assertThat(by.now(1)).isEqualTo("b");
    assertThat(by.loads).hasSize(2);
    assertThat(by.counts.of("refresh")).isEqualTo(1);
    assertThat(by.counts.of("stale")).isZero();
  }

  @Test
  void refresh_valueIsFresh_takesOneLookupAndOneCommit() {
    node.fill(1, "a");
    long lookups = node.tier.calls(Op.LOOKUP);

    refresh(node, 1);
    give(node, "b");

    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(lookups + 1);
    assertThat(lab.node().now(1)).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refresh_nothingIsThere_isLoaded(boolean alone) {
    Node by = lab.node(setup -> setup.alone = alone);

    CompletableFuture<String> refresh = refresh(by, 1);
    CompletableFuture<String> read = by.read(1);
    give(by, "a");

    assertThat(refresh).isCompletedWithValue("a");
    assertThat(read).isCompletedWithValue("a");
    assertThat(by.loads).hasSize(1);
  }

  @Test
  void refresh_sourceHasNoValueAnyMore_givesNullAndRemembersIt() {
    node.fill(1, "a");
    CompletableFuture<String> refresh = refresh(node, 1);
    node.last().gives(null);
    lab.passMoment();

    assertThat(refresh).isCompletedWithValue(null);
    assertThat(node.now(1)).isNull();
  }

  @Test
  void refresh_commitIsOnItsWay_isNotDoneBeforeLaterReadsFindTheValue() {
    node.fill(1, "a");
    CompletableFuture<String> refresh = refresh(node, 1);
    node.tier.only(Op.COMMIT, Fate.HOLD_REQUEST);
    give(node, "b");

    assertThat(refresh).isNotDone();
    node.tier.letGo();
    lab.passMoment();
    assertThat(refresh).isCompletedWithValue("b");
    assertThat(node.now(1)).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refresh_loadIsInProgress_isNotJoinedAndTheNextIsShared(boolean alone) {
    Node by = lab.node(setup -> setup.alone = alone);
    CompletableFuture<String> read = by.read(1);
    List<CompletableFuture<String>> refreshes =
        IntStream.range(0, 5).mapToObj(i -> refresh(by, 1)).toList();
    assertThat(by.loads).hasSize(1);

    give(by, "old");

    assertThat(read).isCompletedWithValue("old");
    assertThat(refreshes).noneMatch(CompletableFuture::isDone);
    assertThat(by.now(1)).isEqualTo("old");
    assertThat(by.loads).hasSize(2);
    give(by, "new");
    assertThat(refreshes).allSatisfy(it -> assertThat(it).isCompletedWithValue("new"));
    assertThat(by.loads).hasSize(2);
    assertThat(by.now(1)).isEqualTo("new");
  }

  @Test
  void refresh_anotherRefreshIsLoading_isNotJoined() {
    node.fill(1, "a");
    CompletableFuture<String> first = refresh(node, 1);
    CompletableFuture<String> second = refresh(node, 1);
    CompletableFuture<String> third = refresh(node, 1);

    give(node, "b");
    assertThat(first).isCompletedWithValue("b");
    assertThat(second).isNotDone();
    give(node, "c");

    assertThat(second).isCompletedWithValue("c");
    assertThat(third).isCompletedWithValue("c");
    assertThat(node.loads).hasSize(3);
  }

  @Test
  void refresh_lookupIsOnItsWay_isNotJoined() {
    node.fill(1, "a");
    Node other = lab.node();
    other.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> read = other.read(1);
    CompletableFuture<String> refresh = refresh(other, 1);

    other.tier.all(Fate.PASS);
    other.tier.letGo();
    lab.passMoment();

    assertThat(read).isCompletedWithValue("a");
    assertThat(refresh).isNotDone();
    give(other, "b");
    assertThat(refresh).isCompletedWithValue("b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refresh_anotherProcessIsLoading_itsValueIsServedButNotTaken(boolean cold) {
    Node other = lab.node();
    if (cold) {
      other.read(1);
    } else {
      node.fill(1, "a");
      other.now(1);
      refresh(other, 1);
    }
    CompletableFuture<String> refresh = refresh(node, 1);
    int before = node.loads.size();
    give(other, "old");
    lab.pass(A_WHILE);

    assertThat(refresh).isNotDone();
    assertThat(node.now(1)).isEqualTo("old");
    assertThat(node.loads).hasSize(before + 1);
    give(node, "new");
    assertThat(refresh).isCompletedWithValue("new");
    assertThat(lab.node().now(1)).isEqualTo("new");
  }

  @Test
  void refresh_anotherProcessHasRefreshedBefore_itsValueIsNotTaken() {
    node.fill(1, "a");
    Node other = lab.node();
    other.now(1);
    refresh(other, 1);
    give(other, "b");

    CompletableFuture<String> refresh = refresh(node, 1);

    assertThat(node.loads).hasSize(2);
    give(node, "c");
    assertThat(refresh).isCompletedWithValue("c");
  }

  @Test
  void refresh_manyProcessesAtOnce_twoLoadsAnswerAll() {
    node.fill(1, "a");
    List<Node> nodes = IntStream.range(0, 8).mapToObj(i -> lab.node()).toList();
    List<CompletableFuture<String>> refreshes =
        nodes.stream().map(each -> each.cache.refreshAsync(1)).toList();
    lab.passMoment();

    lead(nodes).gives("b");
    lab.pass(A_WHILE);
    assertThat(refreshes).filteredOn(CompletableFuture::isDone).hasSize(1);
    lead(nodes).gives("c");
    lab.pass(A_WHILE);

    assertThat(refreshes).filteredOn(it -> it.getNow("").equals("b")).hasSize(1);
    assertThat(refreshes).filteredOn(it -> it.getNow("").equals("c")).hasSize(7);
    assertThat(nodes).allMatch(each -> each.loads.isEmpty());
  }

  private static Lab.Pending lead(List<Node> nodes) {
    List<Node> leaders = nodes.stream().filter(each -> !each.loads.isEmpty()).toList();
    assertThat(leaders).hasSize(1);
    return leaders.get(0).loads.remove(0);
  }

  @Test
  void refresh_readerComesWhileAFoundValueIsPassedOver_isServedIt() {
    Node other = lab.node();
    other.read(1);
    CompletableFuture<String> refresh = refresh(node, 1);
    CompletableFuture<String> read = node.read(1);
    assertThat(read).isNotDone();

    give(other, "old");
    lab.pass(A_WHILE);

    assertThat(read).isCompletedWithValue("old");
    assertThat(refresh).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refresh_loadFails_failsAndTheValueIsStillServed(boolean alone) {
    Node by = lab.node(setup -> setup.alone = alone);
    by.fill(1, "a");
    CompletableFuture<String> refresh = refresh(by, 1);
    by.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(failureOf(refresh))
        .isInstanceOf(LoadFailedException.class)
        .hasMessage("cache 'c', key 1: its load failed")
        .hasRootCauseMessage("down");
    assertThat(by.now(1)).isEqualTo("a");
    assertThat(failureOf(refresh(by, 1)))
        .isInstanceOf(LoadFailedException.class)
        .hasMessageContaining("not tried again");
    assertThat(by.loads).hasSize(2);
  }

  @Test
  void refresh_loadHangs_failsAtTheLoadTimeout() {
    node.fill(1, "a");
    CompletableFuture<String> refresh = refresh(node, 1);

    lab.pass(Duration.ofSeconds(11));

    assertThat(failureOf(refresh)).isInstanceOf(LoadTimeoutException.class);
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void refresh_anotherProcessHangs_failsAtTheLoadTimeout() {
    Node other = lab.node();
    other.read(1);

    CompletableFuture<String> refresh = refresh(node, 1);
    lab.pass(Duration.ofSeconds(10));

    assertThat(failureOf(refresh)).isInstanceOf(LoadTimeoutException.class);
  }

  @Test
  void refresh_executorRefuses_fails() {
    Node by =
        lab.node(
            setup ->
                setup.loaderExecutor =
                    task -> {
                      throw new RejectedExecutionException("full");
                    });

    assertThat(failureOf(refresh(by, 1)))
        .isInstanceOf(LoadFailedException.class)
        .hasMessageContaining("the executor refused its load");
  }

  @Test
  void refresh_remoteTierDoesNotAnswer_isLoadedWithoutALease() {
    node.fill(1, "a");
    node.tier.all(Fate.FAIL);

    CompletableFuture<String> refresh = refresh(node, 1);
    give(node, "b");

    assertThat(refresh).isCompletedWithValue("b");
    assertThat(node.now(1)).isEqualTo("b");
  }

  @Test
  void refresh_invalidatedMeanwhile_theCallerHasItsValueAndNobodyElse() {
    node.fill(1, "a");
    CompletableFuture<String> refresh = refresh(node, 1);
    node.cache.invalidateAsync(1);
    lab.passMoment();
    CompletableFuture<String> later = refresh(node, 1);
    node.loads.get(1).gives("b");
    lab.passMoment();

    assertThat(refresh).isCompletedWithValue("b");
    assertThat(later).isNotDone();
    give(node, "c");
    assertThat(later).isCompletedWithValue("c");
    assertThat(node.now(1)).isEqualTo("c");
  }

  @Test
  void cancel_ofOne_theOthersHaveTheValue() {
    node.fill(1, "a");
    CompletableFuture<String> loading = refresh(node, 1);
    CompletableFuture<String> one = refresh(node, 1);
    CompletableFuture<String> two = refresh(node, 1);
    loading.cancel(true);
    one.cancel(true);
    give(node, "b");
    give(node, "c");

    assertThat(two).isCompletedWithValue("c");
    assertThat(node.now(1)).isEqualTo("c");
  }

  @Test
  void cancel_ofAllThatWait_nothingMoreIsLoaded() {
    node.read(1);
    refresh(node, 1).cancel(true);

    give(node, "a");

    assertThat(node.loads).hasSize(1);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void close_refreshIsUnderWayOrWaits_fails() {
    node.read(1);
    CompletableFuture<String> waiting = refresh(node, 1);
    CompletableFuture<String> loading = refresh(node, 2);

    node.fleet.close();
    lab.passMoment();

    for (CompletableFuture<String> each : List.of(waiting, loading)) {
      assertThat(failureOf(each))
          .isInstanceOf(LoadFailedException.class)
          .hasMessageContaining("the cache was closed");
    }
    assertThatThrownBy(() -> node.cache.refreshAsync(1)).isInstanceOf(IllegalStateException.class);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void refresh_manyKeys_leaveNothingBehind() {
    List<CompletableFuture<String>> refreshes =
        IntStream.range(0, 1_000).mapToObj(key -> node.cache.refreshAsync(key)).toList();
    lab.passMoment();
    List.copyOf(node.loads).forEach(load -> load.gives("a"));
    lab.passMoment();

    assertThat(refreshes).allMatch(CompletableFuture::isDone);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void refresh_blocking_givesTheNewValue() {
    try (Corral corral = Corral.builder().build()) {
      AtomicInteger loads = new AtomicInteger();
      ReadThroughCache<Long, Integer> cache =
          corral.cache("c", Long.class, Integer.class).build(key -> loads.incrementAndGet());
      assertThat(cache.get(1L)).isEqualTo(1);

      assertThat(cache.refresh(1L)).isEqualTo(2);

      assertThat(cache.get(1L)).isEqualTo(2);
      assertThat(loads).hasValue(2);
    }
  }

  @Test
  void refresh_blockingAndTheLoadFails_throws() {
    try (Corral corral = Corral.builder().build()) {
      ReadThroughCache<Long, Integer> cache =
          corral
              .cache("c", Long.class, Integer.class)
              .build(
                  key -> {
                    throw new IllegalStateException("down");
                  });

      assertThatThrownBy(() -> cache.refresh(1L))
          .isInstanceOf(LoadFailedException.class)
          .hasRootCauseMessage("down");
    }
  }
}
