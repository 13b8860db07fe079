package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.RemoteTierException;
import io.github.corral.WriteFailedException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.spi.Writer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes of source and cache: their order, their races, and what is left when one fails. */
class WriteThroughTest {

  private final Lab lab = new Lab();

  /** A source that a writer writes. */
  private static final class Source implements Writer<Integer, String> {
    final Map<Integer, String> rows = new LinkedHashMap<>();
    final List<String> log = new ArrayList<>();
    Exception failure;

    @Override
    public void write(Integer key, String value) throws Exception {
      log.add(key + ":=" + value);
      fail();
      rows.put(key, value);
    }

    @Override
    public void delete(Integer key) throws Exception {
      log.add(key + " deleted");
      fail();
      rows.remove(key);
    }

    private void fail() throws Exception {
      if (failure != null) {
        throw failure;
      }
    }
  }

  private Node node(boolean alone) {
    return lab.node(setup -> setup.alone = alone);
  }

  private Node node(Source source) {
    return lab.node(setup -> setup.change = settings -> settings.writer = source);
  }

  /** A write of the source that the test ends. */
  private CompletableFuture<String> update(Node node, int key, CompletableFuture<String> source) {
    CompletableFuture<String> update = node.cache.updateAsync(key, () -> source);
    lab.passMoment();
    return update;
  }

  // ---------------------------------------------------------------- update

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void update_returns_valueIsReadEverywhereWithoutALoad(boolean alone) {
    Node node = node(alone);
    node.fill(1, "old");
    Node other = alone ? node : node(false);
    assertThat(other.now(1)).isEqualTo("old");

    String value = node.cache.update(1, () -> "new");
    lab.passMoment();

    assertThat(value).isEqualTo("new");
    assertThat(node.now(1)).isEqualTo("new");
    assertThat(other.now(1)).isEqualTo("new");
    assertThat(node.loads).hasSize(1);
  }

  @Test
  void update_sourceIsWritten_betweenTheTwoStepsInTheTier() {
    Node node = node(false);
    List<Long> begun = new ArrayList<>();

    node.cache.update(
        1,
        () -> {
          begun.add(node.tier.calls(Op.BEGIN_WRITE));
          begun.add(node.tier.calls(Op.COMMIT_WRITE));
          return "new";
        });

    assertThat(begun).containsExactly(1L, 0L);
    assertThat(node.tier.calls(Op.COMMIT_WRITE)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void update_sourceFails_throwsItsOwnExceptionAndNothingIsKept(boolean alone) {
    Node node = node(alone);
    node.fill(1, "old");
    IOException failure = new IOException("down");

    assertThatThrownBy(
            () ->
                node.cache.update(
                    1,
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);

    assertThat(node.fill(1, "whatever it holds")).isEqualTo("whatever it holds");
    assertThat(node.tier.calls(Op.COMMIT_WRITE)).isZero();
  }

  @Test
  void updateAsync_sourceFails_completesWithItsOwnExceptionAndNothingIsKept() {
    Node node = node(false);
    node.fill(1, "old");
    IOException failure = new IOException("down");

    CompletableFuture<String> update = update(node, 1, CompletableFuture.failedFuture(failure));

    assertThat(failureOf(update)).isSameAs(failure);
    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void updateAsync_sourceThrowsOrGivesNoStage_fails() {
    Node node = node(false);
    IllegalStateException failure = new IllegalStateException("down");
    CompletableFuture<String> thrown =
        node.cache.updateAsync(
            1,
            () -> {
              throw failure;
            });
    @SuppressWarnings("NullAway") // a source that breaks its contract
    CompletableFuture<String> none = node.cache.updateAsync(2, () -> null);
    lab.passMoment();

    assertThat(failureOf(thrown)).isSameAs(failure);
    assertThat(failureOf(none)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void update_readMeanwhile_isServedTheOldValueNoLongerThanTheWindow() {
    Node node = node(false);
    node.fill(1, "old");
    Node other = node(false);
    assertThat(other.now(1)).isEqualTo("old");
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> update = update(node, 1, source);

    assertThat(other.now(1)).isEqualTo("old");
    assertThat(node.now(1)).isEqualTo("old");

    // The writer's process dies: the source may hold the new value from now on.
    lab.pass(Duration.ofSeconds(10));
    assertThat(other.read(1)).as("after the window").isNotDone();
    assertThat(node.read(1)).as("after the window").isNotDone();
    assertThat(update).isNotDone();
  }

  @Test
  void update_loadThatReadTheOldValue_isNotStored() {
    Node node = node(false);
    CompletableFuture<String> read = node.read(1);
    Lab.Pending load = node.last();
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> update = update(node, 1, source);
    source.complete("new");
    lab.passMoment();
    assertThat(update).isCompletedWithValue("new");

    load.gives("old");
    lab.passMoment();

    assertThat(read).isCompletedWithValue("old");
    assertThat(node.now(1)).isEqualTo("new");
    assertThat(node(false).now(1)).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void update_twoAtOnce_neitherValueIsKept(boolean secondEndsFirst) {
    Node one = node(false);
    Node two = node(false);
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> second = new CompletableFuture<>();
    CompletableFuture<String> firstUpdate = update(one, 1, first);
    CompletableFuture<String> secondUpdate = update(two, 1, second);

    (secondEndsFirst ? second : first).complete("b");
    lab.passMoment();
    (secondEndsFirst ? first : second).complete("c");
    lab.passMoment();

    assertThat(firstUpdate).isCompleted();
    assertThat(secondUpdate).isCompleted();
    assertThat(one.read(1)).isNotDone();
    assertThat(two.read(1)).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void update_twoAtOnceInOneProcess_neitherValueIsKept(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> second = new CompletableFuture<>();
    CompletableFuture<String> unused = update(node, 1, first);
    CompletableFuture<String> unusedToo = update(node, 1, second);

    second.complete("b");
    lab.passMoment();
    first.complete("c");
    lab.passMoment();

    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void update_invalidatedMeanwhile_isNotKept() {
    Node node = node(false);
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> update = update(node, 1, source);
    node(false).cache.invalidateAsync(1).join();
    lab.passMoment();

    source.complete("new");
    lab.passMoment();

    assertThat(update).isCompletedWithValue("new");
    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void update_writerTakesLongerThanTheWindow_isNotKept() {
    Node node = node(false);
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> update = update(node, 1, source);
    lab.pass(Duration.ofSeconds(11));
    source.complete("new");
    lab.passMoment();

    assertThat(update).isCompletedWithValue("new");
    assertThat(node.read(1)).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAIL", "LOSE_REPLY", "THROW"})
  void update_beginDoesNotReachTheTier_sourceIsWrittenAndTheOldValueDropped(String fate) {
    Node node = node(false);
    node.fill(1, "old");
    node.tier.only(Op.BEGIN_WRITE, Fate.valueOf(fate));

    assertThat(node.cache.<RuntimeException>update(1, () -> "new")).isEqualTo("new");

    assertThat(node.tier.calls(Op.COMMIT_WRITE)).isZero();
    assertThat(node.read(1)).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAIL", "LOSE_REPLY", "THROW"})
  void update_tierDoesNotAnswer_sourceIsWrittenAndTheCallerIsTold(String fate) {
    Node node = node(false);
    node.fill(1, "old");
    node.tier.all(Fate.valueOf(fate));
    List<String> written = new ArrayList<>();

    assertThatThrownBy(() -> node.cache.update(1, () -> written.add("new") ? "new" : null))
        .isInstanceOf(RemoteTierException.class)
        .hasMessageContaining("cache 'c', key 1")
        .hasMessageContaining("did not reach the remote tier");

    assertThat(written).containsExactly("new");
    assertThat(node.engine.held(1)).isNull();
  }

  @Test
  void update_absentIsNotRemembered_isLoadedByTheNextRead() {
    Node node =
        lab.node(
            setup ->
                setup.expiry =
                    CacheExpiry.freshFor(Duration.ofSeconds(60)).negativeFor(Duration.ZERO));
    node.fill(1, "old");

    String value = node.cache.update(1, () -> null);

    assertThat(value).isNull();
    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void update_interruptedBeforeTheSourceIsWritten_doesNotWriteIt() {
    Node node = node(false);
    node.tier.only(Op.BEGIN_WRITE, Fate.HOLD_REQUEST);
    List<String> written = new ArrayList<>();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> node.cache.update(1, () -> written.add("new") ? "new" : null))
          .isInstanceOf(RemoteTierException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
    } finally {
      boolean unused = Thread.interrupted();
    }
    assertThat(written).isEmpty();
  }

  // ---------------------------------------------------------------- put, putAll and remove

  @Test
  void put_withWriter_writesTheSourceFirst() {
    Source source = new Source();
    Node node = node(source);

    node.cache.put(1, "a");
    CompletableFuture<Void> second = node.cache.putAsync(2, "b");
    lab.passMoment();

    assertThat(second).isCompleted();
    assertThat(source.rows).containsEntry(1, "a").containsEntry(2, "b");
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.now(2)).isEqualTo("b");
    assertThat(node.loads).isEmpty();
  }

  @Test
  void put_writerFails_publishesNothing() {
    Source source = new Source();
    Node node = node(source);
    node.fill(1, "old");
    source.failure = new IOException("down");

    assertThatThrownBy(() -> node.cache.put(1, "new"))
        .isInstanceOf(WriteFailedException.class)
        .hasMessage("cache 'c', key 1: its writer failed; nothing was published")
        .hasCause(source.failure);
    CompletableFuture<Void> async = node.cache.putAsync(1, "new");
    lab.passMoment();

    assertThat(failureOf(async)).isInstanceOf(WriteFailedException.class);
    assertThat(node.tier.calls(Op.COMMIT_WRITE)).isZero();
    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void put_null_deletesAtTheSource() {
    Source source = new Source();
    Node node = node(source);
    node.cache.put(1, "a");

    node.cache.put(1, null);

    assertThat(source.log).containsExactly("1:=a", "1 deleted");
    assertThat(node.now(1)).isNull();
    assertThat(node.loads).isEmpty();
  }

  @Test
  void remove_withWriter_deletesAtTheSourceAndIsKnownEverywhere() {
    Source source = new Source();
    Node node = node(source);
    Node other = node(source);
    node.cache.put(1, "a");
    node.cache.put(2, "b");
    lab.passMoment();
    assertThat(other.now(1)).isEqualTo("a");

    node.cache.remove(1);
    CompletableFuture<Void> second = node.cache.removeAsync(2);
    lab.passMoment();

    assertThat(second).isCompleted();
    assertThat(source.rows).isEmpty();
    assertThat(other.now(1)).isNull();
    assertThat(other.now(2)).isNull();
    assertThat(other.loads).isEmpty();
  }

  @Test
  void remove_withoutWriter_isRefused() {
    Node node = node(false);

    assertThatThrownBy(() -> node.cache.remove(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache 'c': was built without a writer: remove(..) has no source to write to");
    assertThatThrownBy(() -> node.cache.removeAsync(1)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void putAll_withWriter_writesInOrder(boolean async) {
    Source source = new Source();
    Node node = node(source);
    Map<Integer, String> values = new LinkedHashMap<>();
    values.put(3, "c");
    values.put(1, "a");
    values.put(2, "b");

    if (async) {
      CompletableFuture<Void> put = node.cache.putAllAsync(values);
      lab.pass(Duration.ofMillis(20));
      assertThat(put).isCompleted();
    } else {
      node.cache.putAll(values);
    }

    assertThat(source.log).containsExactly("3:=c", "1:=a", "2:=b");
    assertThat(node.now(2)).isEqualTo("b");
  }

  @Test
  void putAll_withoutWriter_storesAll() {
    Node node = node(false);

    node.cache.putAll(Map.of(1, "a", 2, "b"));

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.now(2)).isEqualTo("b");
  }

  @Test
  void putAll_nullValue_isRefusedBeforeAnythingIsWritten() {
    Source source = new Source();
    Node node = node(source);
    Map<Integer, String> values = new LinkedHashMap<>();
    values.put(1, "a");
    values.put(2, null);

    assertThatThrownBy(() -> node.cache.putAll(values)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> node.cache.putAllAsync(values))
        .isInstanceOf(NullPointerException.class);

    assertThat(source.log).isEmpty();
  }

  // ---------------------------------------------------------------- invalidateAll and expire

  @Test
  void invalidateAll_everyKey_isGone() {
    Node node = node(false);
    node.fill(1, "a");
    node.fill(2, "b");
    node.fill(3, "c");

    node.cache.invalidateAll(List.of(1, 2));

    assertThat(node.now(3)).isEqualTo("c");
    assertThat(node.read(1)).isNotDone();
    assertThat(node.read(2)).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void expire_value_isServedStaleWhileOneCallerRefreshesIt(boolean alone) {
    Node node = node(alone);
    node.fill(1, "old");
    Node other = alone ? node : node(false);
    assertThat(other.now(1)).isEqualTo("old");

    node.cache.expire(1);
    lab.passMoment();

    assertThat(node.now(1)).isEqualTo("old");
    assertThat(other.now(1)).isEqualTo("old");
    assertThat(node.loads).hasSize(2);
    if (!alone) {
      assertThat(other.loads).isEmpty();
    }
    node.last().gives("new");
    lab.pass(Duration.ofMillis(300));
    assertThat(node.now(1)).isEqualTo("new");
    assertThat(other.now(1)).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void expire_loadIsUnderWay_itsValueIsNotKept(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> before = node.read(1);
    Lab.Pending load = node.last();
    node.cache.expire(1);

    load.gives("old");
    lab.passMoment();

    assertThat(before).isCompletedWithValue("old");
    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void expire_invalidatedAtTheSameTime_isGone() {
    Node node = node(true);
    node.fill(1, "old");

    node.cache.expire(1);
    node.cache.invalidate(1);

    assertThat(node.read(1)).isNotDone();
  }

  // ---------------------------------------------------------------- after a write that failed

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void update_failed_laterLoadsAreKeptUntilItsWindowEndsAndThenForGood(boolean alone) {
    Node node = node(alone);
    assertThatThrownBy(
            () ->
                node.cache.update(
                    1,
                    () -> {
                      throw new IOException("down");
                    }))
        .isInstanceOf(IOException.class);

    assertThat(node.fill(1, "a")).isEqualTo("a");
    assertThat(node.now(1)).as("within the window").isEqualTo("a");
    lab.pass(Duration.ofSeconds(10));
    assertThat(node.fill(1, "b")).as("after it").isEqualTo("b");
    lab.pass(Duration.ofSeconds(50));
    assertThat(node.now(1)).isEqualTo("b");
  }
}
