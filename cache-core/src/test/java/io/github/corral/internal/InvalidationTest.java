package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.RemoteTierException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.CacheExpiry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalidations and puts against reads and loads under way, and reads without a load. */
class InvalidationTest {

  private final Lab lab = new Lab();

  private Node node(boolean alone) {
    return lab.node(setup -> setup.alone = alone);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void invalidate_valueIsHeld_isGone(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");

    node.cache.invalidateAsync(1).join();

    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void invalidate_valueIsHeldElsewhere_isGoneThere() {
    Node node = node(false);
    node.fill(1, "a");
    Node other = node(false);
    assertThat(other.now(1)).isEqualTo("a");

    node.cache.invalidateAsync(1).join();

    assertThat(other.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void invalidate_otherKeys_stay() {
    Node node = node(false);
    for (int key = 0; key < 50; key++) {
      node.fill(key, "a");
    }

    node.cache.invalidateAsync(1).join();
    node.loads.clear();
    for (int key = 2; key < 50; key++) {
      assertThat(node.now(key)).isEqualTo("a");
    }
    assertThat(node.loads).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void invalidate_loadIsUnderWay_laterReadsDoNotJoinAndItsValueIsNotKept(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> before = node.read(1);
    Lab.Pending overtaken = node.last();

    node.cache.invalidateAsync(1).join();
    CompletableFuture<String> after = node.read(1);
    overtaken.gives("old");
    lab.passMoment();

    assertThat(before).isCompletedWithValue("old");
    assertThat(after).isNotDone();
    assertThat(node.loads).hasSize(2);
    assertThat(node.counts.of("overtaken")).isEqualTo(1);
    node.last().gives("new");
    lab.passMoment();
    assertThat(after).isCompletedWithValue("new");
    assertThat(node.now(1)).isEqualTo("new");
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void invalidate_itsRequestIsOnItsWay_laterReadsAlreadyDoNotJoin() {
    Node node = node(false);
    CompletableFuture<String> before = node.read(1);
    node.tier.only(Op.INVALIDATE, Fate.HOLD_REQUEST);

    CompletableFuture<Void> invalidated = node.cache.invalidateAsync(1);
    CompletableFuture<String> meanwhile = node.read(1);
    node.last().gives("old");
    lab.pass(Duration.ofMillis(300));
    assertThat(before).isCompletedWithValue("old");
    assertThat(meanwhile).as("from the remote tier, which knows of nothing").isDone();
    assertThat(node.counts.of("joined")).isZero();
    node.tier.letGo();

    assertThat(invalidated).isCompleted();
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidate_oldValueIsReadWhileItsRequestIsOnItsWay_isGoneOnceItIsAcknowledged() {
    lab.node().fill(1, "old");
    Node node = lab.node(setup -> setup.network = Deaf.to(lab.server));
    node.tier.only(Op.INVALIDATE, Fate.HOLD_REQUEST);
    CompletableFuture<Void> invalidated = node.cache.invalidateAsync(1);
    assertThat(node.now(1)).isEqualTo("old");

    node.tier.letGo();

    assertThat(invalidated).isCompleted();
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void put_oldValueIsReadWhileItsRequestIsOnItsWay_isGoneOnceItIsAcknowledged() {
    lab.node().fill(1, "old");
    Node node = lab.node(setup -> setup.network = Deaf.to(lab.server));
    node.tier.only(Op.COMMIT_WRITE, Fate.HOLD_REQUEST);
    CompletableFuture<Void> put = node.cache.putAsync(1, "new");
    node.cache.invalidateAsync(ofTheStripeOf(1)).join();
    assertThat(node.now(1)).isEqualTo("old");

    node.tier.letGo();

    assertThat(put).isCompleted();
    assertThat(node.now(1)).isEqualTo("new");
  }

  @Test
  void invalidate_aFlightThatKnowsTheStaleValueLooksAgain_doesNotServeItToLaterReads() {
    Node leader = node(false);
    leader.fill(1, "old");
    lab.pass(Duration.ofSeconds(61));
    assertThat(leader.now(1)).isEqualTo("old");
    Node node = node(false);
    assertThat(node.now(1)).isEqualTo("old");
    assertThat(node.fleet.flights()).as("it waits behind its reader").isEqualTo(1);

    node(false).cache.invalidateAsync(1).join();
    Node next = node(false);
    CompletableFuture<String> loading = next.cache.getAsync(1);
    lab.passMoment();
    CompletableFuture<String> after = node.read(1);

    assertThat(after).isNotDone();
    assertThat(loading).isNotDone();
  }

  /** Another key whose invalidations raise the same counter. */
  private static int ofTheStripeOf(int key) {
    int other = key + 1;
    while (Guards.stripe("c::" + other) != Guards.stripe("c::" + key)) {
      other++;
    }
    return other;
  }

  @Test
  void invalidate_noReply_throwsAndTheValueIsGoneHere() {
    Node node = node(false);
    node.fill(1, "a");
    node.tier.only(Op.INVALIDATE, Fate.FAIL);

    CompletableFuture<Void> invalidated = node.cache.invalidateAsync(1);

    assertThat(failureOf(invalidated))
        .isInstanceOf(RemoteTierException.class)
        .hasMessageContaining("cache 'c', key 1: invalidate did not reach the remote tier");
    assertThat(node.counts.of("remoteFailure")).isEqualTo(1);
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidate_elsewhereWhileALoadIsUnderWay_laterReadsDoNotJoin() {
    Node node = node(false);
    CompletableFuture<String> before = node.read(1);

    node(false).cache.invalidateAsync(1).join();
    CompletableFuture<String> after = node.read(1);

    assertThat(node.loads).hasSize(2);
    node.loads.get(0).gives("old");
    node.last().gives("new");
    lab.passMoment();
    assertThat(before).isCompletedWithValue("old");
    assertThat(after).isCompletedWithValue("new");
    assertThat(node.now(1)).isEqualTo("new");
  }

  @Test
  void invalidate_elsewhereUnheard_renewalTellsTheFlight() {
    Node node = lab.node(setup -> setup.network = Deaf.to(lab.server));
    CompletableFuture<String> before = node.read(1);
    node(false).cache.invalidateAsync(1).join();

    lab.pass(Duration.ofMillis(1_100));
    CompletableFuture<String> after = node.read(1);

    assertThat(before).isNotDone();
    assertThat(after).isNotDone();
    assertThat(node.loads).hasSize(2);
  }

  @Test
  void invalidate_lookupReplyIsOnItsWay_itsValueIsNotKept() {
    node(false).fill(1, "old");
    Node node = node(false);
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> before = node.read(1);
    node.tier.all(Fate.PASS);

    node(false).cache.invalidateAsync(1).join();
    node.tier.letGo();
    lab.passMoment();

    assertThat(before).isCompletedWithValue("old");
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidate_staleValueIsKnownToTheFlight_isNotServed() {
    Node leader = node(false);
    leader.fill(1, "old");
    lab.pass(Duration.ofSeconds(61));
    assertThat(leader.now(1)).isEqualTo("old");
    Node node = node(false);
    assertThat(node.now(1)).as("stale, while another process loads").isEqualTo("old");

    node.cache.invalidateAsync(1).join();
    CompletableFuture<String> after = node.read(1);
    leader.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(after).isNotDone();
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();
    assertThat(after).isCompletedExceptionally();
  }

  @Test
  void invalidate_keysOfOneStripe_flightsOfBothEnd() {
    Node node = node(true);
    CompletableFuture<String> first = node.read(1);
    node.cache.invalidateAsync(ofTheStripeOf(1)).join();
    CompletableFuture<String> second = node.read(1);
    assertThat(node.loads).as("its lease is held by the first").hasSize(1);

    node.last().gives("a");
    lab.pass(Duration.ofMillis(300));

    assertThat(first).isCompletedWithValue("a");
    assertThat(node.loads).hasSize(2);
    node.last().gives("b");
    lab.passMoment();
    assertThat(second).isCompletedWithValue("b");
    assertThat(node.fleet.flights()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void put_newValue_isReadHereAndElsewhere(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");

    node.cache.putAsync(1, "b").join();

    assertThat(node.now(1)).isEqualTo("b");
    assertThat(node.loads).hasSize(1);
    if (!alone) {
      assertThat(lab.node().now(1)).isEqualTo("b");
    }
  }

  @Test
  void put_valueIsHeldElsewhere_isReplacedThere() {
    Node node = node(false);
    node.fill(1, "a");
    Node other = node(false);
    assertThat(other.now(1)).isEqualTo("a");

    node.cache.putAsync(1, "b").join();

    assertThat(other.now(1)).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void put_loadIsUnderWay_itsValueDoesNotReplaceThePut(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> before = node.read(1);

    node.cache.putAsync(1, "new").join();
    assertThat(node.now(1)).isEqualTo("new");
    node.last().gives("old");
    lab.passMoment();

    assertThat(before).isCompletedWithValue("old");
    assertThat(node.now(1)).isEqualTo("new");
    assertThat(node.fleet.flights()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void put_null_absenceIsRemembered(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");

    node.cache.putAsync(1, null).join();

    assertThat(node.now(1)).isNull();
    assertThat(node.loads).hasSize(1);
  }

  @Test
  void put_nullAndAbsencesAreNotRemembered_invalidates() {
    Node node =
        lab.node(
            setup ->
                setup.expiry =
                    CacheExpiry.freshFor(Duration.ofSeconds(60)).negativeFor(Duration.ZERO));
    node.fill(1, "a");

    node.cache.putAsync(1, null).join();

    assertThat(node.tier.calls(Op.INVALIDATE)).isEqualTo(1);
    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void put_twoOverlap_neitherIsKept() {
    Node one = node(false);
    Node two = node(false);
    one.tier.only(Op.COMMIT_WRITE, Fate.HOLD_REQUEST);
    CompletableFuture<Void> slow = one.cache.putAsync(1, "one");
    two.cache.putAsync(1, "two").join();

    one.tier.letGo();

    assertThat(slow).isCompleted();
    assertThat(one.fill(1, "loaded")).isEqualTo("loaded");
  }

  @Test
  void put_invalidatedMeanwhile_isNotKept() {
    Node one = node(false);
    one.tier.only(Op.COMMIT_WRITE, Fate.HOLD_REQUEST);
    CompletableFuture<Void> slow = one.cache.putAsync(1, "one");
    node(false).cache.invalidateAsync(1).join();

    one.tier.letGo();

    assertThat(slow).isCompleted();
    assertThat(one.fill(1, "loaded")).isEqualTo("loaded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEGIN_WRITE", "COMMIT_WRITE"})
  void put_noReply_throwsAndTheOldValueIsGoneHere(Op op) {
    Node node = node(false);
    node.fill(1, "a");
    node.tier.only(op, Fate.LOSE_REPLY);

    CompletableFuture<Void> put = node.cache.putAsync(1, "b");

    assertThat(failureOf(put))
        .isInstanceOf(RemoteTierException.class)
        .hasMessageContaining("cache 'c', key 1: put did not reach the remote tier");
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void getIfPresent_nothingThere_isNullAndNothingIsLoaded(boolean alone) {
    Node node = node(alone);

    CompletableFuture<String> read = node.cache.getIfPresentAsync(1);
    lab.passMoment();

    assertThat(read).isCompletedWithValue(null);
    assertThat(node.loads).isEmpty();
    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void getIfPresent_inTheRemoteTier_isReadAndKept() {
    node(false).fill(1, "a");
    Node node = node(false);

    CompletableFuture<String> read = node.cache.getIfPresentAsync(1);
    lab.passMoment();

    assertThat(read).isCompletedWithValue("a");
    long before = node.tier.calls(Op.LOOKUP);
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(before);
  }

  @Test
  void getIfPresent_loadIsUnderWay_doesNotWait() {
    Node node = node(false);
    assertThat(node.read(1)).isNotDone();

    CompletableFuture<String> read = node.cache.getIfPresentAsync(1);
    lab.passMoment();

    assertThat(read).isCompletedWithValue(null);
  }

  @Test
  void getIfPresent_stale_isServedAndNothingIsLoaded() {
    node(false).fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    Node node = node(false);

    CompletableFuture<String> read = node.cache.getIfPresentAsync(1);
    lab.passMoment();

    assertThat(read).isCompletedWithValue("a");
    assertThat(node.loads).isEmpty();
  }

  @Test
  void getIfPresent_invalidatedWhileItsReplyIsOnItsWay_isNotKept() {
    node(false).fill(1, "old");
    Node node = node(false);
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> read = node.cache.getIfPresentAsync(1);
    node.tier.all(Fate.PASS);
    node(false).cache.invalidateAsync(1).join();

    node.tier.letGo();
    lab.passMoment();

    assertThat(read).isCompletedWithValue("old");
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void get_withARemoteTier_keepsADecodedCopy() {
    Node node = node(false);
    String live = new String("a");
    node.fill(1, live);

    assertThat(node.now(1)).isEqualTo(live).isNotSameAs(live);
  }

  @Test
  void put_alone_keepsTheValueItself() {
    Node node = node(true);
    String live = new String("a");

    node.cache.putAsync(1, live).join();

    assertThat(node.now(1)).isSameAs(live);
  }

  @Test
  void get_otherSchema_isAMissAndTheHigherIsNotOverwritten() {
    Node newer = lab.node(setup -> setup.schema = 2);
    newer.fill(1, "two");
    Node older = lab.node(setup -> setup.schema = 1);

    assertThat(older.fill(1, "one")).isEqualTo("one");

    assertThat(lab.node(setup -> setup.schema = 2).now(1)).isEqualTo("two");
    Node newest = lab.node(setup -> setup.schema = 3);
    assertThat(newest.fill(1, "three")).isEqualTo("three");
    assertThat(lab.node(setup -> setup.schema = 3).now(1)).isEqualTo("three");
  }
}
