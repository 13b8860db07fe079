package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.RemoteTierException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.CacheExpiry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes that the remote tier does not confirm. */
@Timeout(60)
class OutboxTest {

  /** By then a tier that answers again has been told. */
  private static final Duration SOON = Duration.ofMillis(300);

  /** The changes of the key 1, whose value carries the tag "red". */
  private static final Map<String, Function<Node, CompletableFuture<?>>> CHANGES =
      Map.of(
          "invalidate", node -> node.cache.invalidateAsync(1),
          "invalidateAll", node -> node.cache.invalidateAllAsync(List.of(1, 2)),
          "expire", node -> node.cache.expireAsync(1),
          "clear", node -> node.cache.clearAsync(),
          "invalidateTags", node -> node.fleet.invalidateTags(Tags.named(List.of("red"))),
          "put", node -> node.cache.putAsync(1, "new"),
          "update", node -> node.cache.updateAsync(1, () -> completed("new")));

  private final Lab lab = new Lab();
  private final Node node = lab.node();

  private static CompletableFuture<String> completed(String value) {
    return CompletableFuture.completedFuture(value);
  }

  private void fillTagged(Node by, int key, String value) {
    CompletableFuture<String> read = by.read(key);
    by.last().load.tags("red");
    by.last().gives(value);
    lab.passMoment();
    assertThat(read).isCompletedWithValue(value);
  }

  /** Makes a change that fails, and gives what it failed with. */
  private Throwable failed(CompletableFuture<?> change) {
    lab.passMoment();
    return failureOf(change);
  }

  private void invalidateWhileGone(Node by, int... keys) {
    by.tier.all(Fate.FAIL);
    for (int key : keys) {
      assertThat(failed(by.cache.invalidateAsync(key))).isInstanceOf(RemoteTierException.class);
    }
  }

  private void comesBack(Node of) {
    of.tier.all(Fate.PASS);
    lab.pass(SOON);
  }

  /** Whether a process that holds nothing finds a fresh value. */
  private boolean isFreshInTheTier(int key) {
    Node reader = lab.node();
    CompletableFuture<String> read = reader.read(key);
    boolean fresh = read.isDone() && reader.loads.isEmpty();
    if (!fresh) {
      reader.last().gives("other");
      lab.passMoment();
    }
    return fresh;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "invalidate",
        "invalidateAll",
        "expire",
        "clear",
        "invalidateTags",
        "put",
        "update"
      })
  void change_tierIsGone_throwsAndIsAppliedWhenItIsBack(String change) {
    fillTagged(node, 1, "old");
    node.tier.all(Fate.FAIL);

    assertThat(failed(CHANGES.get(change).apply(node)))
        .isInstanceOf(RemoteTierException.class)
        .hasMessageContaining("did not reach the remote tier")
        .hasMessageContaining("will be applied when the tier answers again");

    assertThat(node.engine.held(1)).isNull();
    assertThat(node.counts.of("changeKept")).isBetween(1, 2);
    lab.pass(Duration.ofSeconds(2));
    assertThat(node.fleet.outbox().isEmpty()).isFalse();
    comesBack(node);
    assertThat(node.fleet.outbox().isEmpty()).isTrue();
    assertThat(isFreshInTheTier(1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEGIN_WRITE", "COMMIT_WRITE"})
  void put_replyIsLost_isKeptAsAnInvalidation(Op op) {
    node.fill(1, "old");
    node.tier.only(op, Fate.LOSE_REPLY);

    assertThat(failed(node.cache.putAsync(1, "new"))).isInstanceOf(RemoteTierException.class);

    comesBack(node);
    assertThat(isFreshInTheTier(1)).isFalse();
  }

  @Test
  void update_sourceFailsAndTheTierIsGone_isKeptAsAnInvalidation() {
    node.fill(1, "old");
    node.tier.all(Fate.FAIL);

    assertThat(
            failed(
                node.cache.updateAsync(
                    1, () -> CompletableFuture.failedFuture(new IllegalStateException("down")))))
        .hasMessage("down");

    comesBack(node);
    assertThat(isFreshInTheTier(1)).isFalse();
  }

  @Test
  void get_changeIsKept_neitherReadsNorFillsL2() {
    node.fill(1, "old");
    Node other = lab.node();
    other.fill(2, "b");
    node.tier.only(Op.INVALIDATE, Fate.FAIL);
    assertThat(failed(node.cache.invalidateAsync(1))).isInstanceOf(RemoteTierException.class);
    long lookups = node.tier.calls(Op.LOOKUP);
    long commits = node.tier.calls(Op.COMMIT);

    assertThat(node.fill(1, "new")).isEqualTo("new");
    assertThat(node.fill(2, "own b")).isEqualTo("own b");
    assertThat(node.cache.getIfPresentAsync(3).join()).isNull();

    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(lookups);
    assertThat(node.tier.calls(Op.COMMIT)).isEqualTo(commits);
  }

  @Test
  void get_changeIsKeptWhileItsLoadRunsUnderALease_isNotStored() {
    CompletableFuture<String> read = node.read(2);
    invalidateWhileGone(node, 1);
    node.tier.only(Op.INVALIDATE, Fate.FAIL);

    node.last().gives("b");
    lab.passMoment();

    assertThat(read).isCompletedWithValue("b");
    assertThat(node.now(2)).isEqualTo("b");
    assertThat(node.tier.calls(Op.COMMIT)).isZero();
    assertThat(node.tier.calls(Op.RELEASE)).isEqualTo(1);
  }

  @Test
  void update_changeIsKeptWhileItsWindowIsOpen_isNotStored() {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> update = node.cache.updateAsync(2, () -> source);
    lab.passMoment();
    invalidateWhileGone(node, 1);
    node.tier.all(Fate.PASS);

    source.complete("b");
    lab.passMoment();

    assertThat(update).isCompletedWithValue("b");
    assertThat(node.tier.calls(Op.COMMIT_WRITE)).isZero();
  }

  @Test
  void put_changeIsKept_isNotSent() {
    node.tier.only(Op.INVALIDATE, Fate.FAIL);
    assertThat(failed(node.cache.invalidateAsync(1))).isInstanceOf(RemoteTierException.class);

    assertThat(failed(node.cache.putAsync(2, "b"))).isInstanceOf(RemoteTierException.class);

    assertThat(node.tier.calls(Op.BEGIN_WRITE)).isZero();
    assertThat(node.fleet.outbox().size()).isEqualTo(2);
  }

  @Test
  void get_changeIsKeptWhileTheBarriersAreRead_doesNotLookUp() {
    Node late = lab.node();
    late.tier.only(Op.BARRIERS, Fate.HOLD_REQUEST);
    assertThat(late.read(2)).isNotDone();
    late.tier.only(Op.INVALIDATE, Fate.FAIL);
    assertThat(failed(late.cache.invalidateAsync(1))).isInstanceOf(RemoteTierException.class);

    late.tier.letGo();
    lab.passMoment();

    assertThat(late.tier.calls(Op.LOOKUP)).isZero();
    assertThat(late.loads).hasSize(1);
  }

  @Test
  void invalidate_failsWhileALookupIsOnItsWay_itsValueIsNotKept() {
    node.fill(1, "old");
    Node late = lab.node();
    late.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> before = late.read(1);
    invalidateWhileGone(late, 1);
    CompletableFuture<String> after = late.read(1);

    late.tier.letGo();
    lab.passMoment();

    assertThat(before).isCompletedWithValue("old");
    assertThat(late.engine.held(1)).isNull();
    assertThat(after).isNotDone();
    late.last().gives("new");
    lab.passMoment();
    assertThat(after).isCompletedWithValue("new");
  }

  @Test
  void expire_afterAnInvalidation_doesNotSoftenIt() {
    node.fill(1, "old");
    invalidateWhileGone(node, 1);
    assertThat(failed(node.cache.expireAsync(1))).isInstanceOf(RemoteTierException.class);
    comesBack(node);

    Node reader = lab.node();

    assertThat(reader.read(1)).as("no stale value is there").isNotDone();
  }

  @Test
  void expire_tierWasGone_valueIsServedStaleElsewhere() {
    node.fill(1, "old");
    node.tier.all(Fate.FAIL);
    assertThat(failed(node.cache.expireAsync(1))).isInstanceOf(RemoteTierException.class);
    comesBack(node);

    Node reader = lab.node();

    assertThat(reader.now(1)).isEqualTo("old");
    assertThat(reader.loads).hasSize(1);
  }

  @Test
  void invalidate_failsAgainWhileItIsApplied_isAppliedOnceMore() {
    node.fill(1, "old");
    invalidateWhileGone(node, 1);
    node.tier.only(Op.INVALIDATE, Fate.HOLD_REPLY);
    lab.pass(SOON);
    assertThat(node.tier.waiting()).as("it is applied, but not confirmed").isEqualTo(1);
    assertThat(lab.node().fill(1, "between")).isEqualTo("between");
    node.tier.only(Op.INVALIDATE, Fate.FAIL);
    assertThat(failed(node.cache.invalidateAsync(1))).isInstanceOf(RemoteTierException.class);

    node.tier.letGo();
    lab.passMoment();

    assertThat(node.fleet.outbox().size()).isEqualTo(1);
    comesBack(node);
    assertThat(isFreshInTheTier(1)).isFalse();
  }

  @Test
  void run_tierStaysGone_asksOnceEachTime() {
    invalidateWhileGone(node, IntStream.range(0, 50).toArray());
    long before = node.tier.calls(Op.INVALIDATE);

    lab.pass(Duration.ofSeconds(2));

    assertThat(node.tier.calls(Op.INVALIDATE) - before).isEqualTo(8);
  }

  @Test
  void run_manyAreKept_areAppliedAtOnce() {
    invalidateWhileGone(node, IntStream.range(0, 600).toArray());

    comesBack(node);

    assertThat(node.fleet.outbox().isEmpty()).isTrue();
  }

  @Test
  void keep_moreKeysThanAreKept_cacheIsCleared() {
    Node small = lab.node(setup -> setup.mostKept = 2);
    small.fill(9, "old");

    try (LogLines log = new LogLines("io.github.corral.outbox")) {
      invalidateWhileGone(small, 1, 2, 3, 4, 5);
      assertThat(log.lines())
          .containsExactly(
              "more than 2 changes are kept for the remote tier: when it is back, the whole cache c"
                  + " will be cleared instead");
    }

    assertThat(small.fleet.outbox().size()).as("one clear").isEqualTo(1);
    comesBack(small);
    assertThat(isFreshInTheTier(9)).isFalse();
  }

  @Test
  void keep_moreTagsThanAreKept_allCachesAreCleared() {
    Node small = lab.node(setup -> setup.mostKept = 2);
    small.fill(9, "old");
    invalidateWhileGone(small, 1);

    List<String> tags = Tags.named(List.of("red", "blue"));
    assertThat(failed(small.fleet.invalidateTags(tags))).isInstanceOf(RemoteTierException.class);

    assertThat(small.fleet.outbox().size()).as("one clear").isEqualTo(1);
    comesBack(small);
    assertThat(isFreshInTheTier(9)).isFalse();
  }

  @Test
  void invalidate_fewTagsAndKeysAreKept_otherKeysStay() {
    node.fill(9, "old");
    invalidateWhileGone(node, 1, 2, 3);
    List<String> tags = Tags.named(List.of("red", "blue"));
    assertThat(failed(node.fleet.invalidateTags(tags))).isInstanceOf(RemoteTierException.class);

    comesBack(node);

    assertThat(isFreshInTheTier(9)).isTrue();
  }

  @Test
  void get_anAbsenceCannotBePublished_nothingIsKept() {
    Node forgetful =
        lab.node(
            setup ->
                setup.expiry =
                    CacheExpiry.freshFor(Duration.ofSeconds(1))
                        .staleFor(Duration.ofSeconds(60))
                        .jitter(0)
                        .negativeFor(Duration.ZERO));
    forgetful.fill(1, "old");
    lab.pass(Duration.ofSeconds(2));
    assertThat(forgetful.now(1)).isEqualTo("old");
    forgetful.tier.only(Op.INVALIDATE, Fate.FAIL);

    forgetful.last().gives(null);
    lab.passMoment();

    assertThat(forgetful.tier.calls(Op.INVALIDATE)).isEqualTo(1);
    assertThat(forgetful.fleet.outbox().isEmpty()).isTrue();
  }

  @Test
  void close_changesAreKept_triesOnceMore() {
    node.fill(1, "old");
    invalidateWhileGone(node, 1);
    node.tier.all(Fate.PASS);

    node.fleet.close();

    assertThat(isFreshInTheTier(1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAIL", "THROW", "HOLD_REQUEST"})
  void close_tierIsStillGone_forgetsThem(String fate) {
    invalidateWhileGone(node, 1);
    node.tier.only(Op.INVALIDATE, Fate.valueOf(fate));

    node.fleet.close();

    assertThat(node.tier.calls(Op.CLOSE)).isEqualTo(1);
  }

  @Test
  void run_outage_oneLineAtItsBeginningAndOneAtItsEnd() {
    try (LogLines log = new LogLines("io.github.corral.outbox")) {
      invalidateWhileGone(node, 1, 2);
      lab.pass(Duration.ofSeconds(2));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("the remote tier does not answer; 2 changes are kept");

      comesBack(node);
      lab.pass(Duration.ofSeconds(2));

      assertThat(log.lines()).hasSize(2).last().asString().contains("answers again");
    }
  }
}
