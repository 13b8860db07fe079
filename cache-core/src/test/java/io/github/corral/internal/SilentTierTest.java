package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.LoadTimeoutException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A remote tier that breaks its word: its stages never complete. */
class SilentTierTest {

  private static final Duration LOAD_TIMEOUT_AND_A_TICK = Duration.ofMillis(10_300);

  private final Lab lab = new Lab();
  private final Node node = lab.node();

  @Test
  void get_theLookupIsNeverAnswered_callersAndFlightEndAtTheLoadTimeout() {
    node.tier.only(Op.LOOKUP, Fate.HOLD_REQUEST);
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofMillis(9_900));
    assertThat(read).isNotDone();

    lab.pass(LOAD_TIMEOUT_AND_A_TICK.minusMillis(9_900));

    assertThat(failureOf(read)).isInstanceOf(LoadTimeoutException.class);
    assertThat(node.fleet.flights()).isZero();
    node.tier.all(Fate.PASS);
    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void refresh_theLookupIsNeverAnswered_theNextReadMayRefreshAgain() {
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    node.tier.only(Op.LOOKUP, Fate.HOLD_REQUEST);
    assertThat(node.now(1)).isEqualTo("a");

    lab.pass(LOAD_TIMEOUT_AND_A_TICK);

    assertThat(node.fleet.flights()).isZero();
    node.tier.all(Fate.PASS);
    assertThat(node.now(1)).isEqualTo("a");
    node.last().gives("b");
    lab.passMoment();
    assertThat(node.now(1)).isEqualTo("b");
  }

  @Test
  void get_theCommitIsNeverAnswered_theFlightEndsAndLaterReadsLoad() {
    CompletableFuture<String> read = node.read(1);
    node.tier.only(Op.COMMIT, Fate.HOLD_REQUEST);
    node.last().gives("a");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("a");

    lab.pass(LOAD_TIMEOUT_AND_A_TICK);

    assertThat(node.fleet.flights()).isZero();
    node.tier.all(Fate.PASS);
    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void get_waitsForTheCommitOfASilentTier_readsOnceTheFlightHasEnded() {
    node.read(1);
    lab.pass(Duration.ofSeconds(5));
    node.tier.only(Op.COMMIT, Fate.HOLD_REQUEST);
    node.last().gives("a");
    lab.pass(Duration.ofSeconds(9));
    CompletableFuture<String> settling = node.read(1);
    assertThat(settling).isNotDone();
    assertThat(node.loads).hasSize(1);

    lab.pass(Duration.ofMillis(1_500));

    assertThat(node.loads).hasSize(2);
    node.last().gives("b");
    lab.passMoment();
    assertThat(settling).isCompletedWithValue("b");
  }

  @Test
  void get_theAnswerComesAfterTheEnd_theLeaseIsHandedBack() {
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    node.read(1);
    lab.pass(LOAD_TIMEOUT_AND_A_TICK);
    node.tier.all(Fate.PASS);

    node.tier.letGo();
    lab.passMoment();

    assertThat(node.loads).isEmpty();
    assertThat(lab.node().fill(1, "b")).isEqualTo("b");
  }

  @Test
  void get_theBarriersAreNeverRead_eachLoadsForItselfAndKeepsItBriefly() {
    node.tier.only(Op.BARRIERS, Fate.HOLD_REQUEST);
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofMillis(2_900));
    assertThat(node.loads).isEmpty();

    lab.pass(Duration.ofMillis(200));
    node.last().gives("a");
    lab.passMoment();

    assertThat(read).isCompletedWithValue("a");
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.tier.calls(Op.LOOKUP)).as("nothing that is found could be judged").isZero();
    lab.pass(Duration.ofSeconds(3));
    CompletableFuture<String> again = node.read(1);
    assertThat(node.tier.calls(Op.BARRIERS)).isEqualTo(2);
    lab.pass(Duration.ofMillis(3_100));
    node.last().gives("b");
    lab.passMoment();
    assertThat(again).isCompletedWithValue("b");
    node.tier.all(Fate.PASS);
    lab.pass(Duration.ofSeconds(3));
    assertThat(node.fill(1, "c")).isEqualTo("c");
    assertThat(lab.node().now(1)).as("stored in the tier again").isEqualTo("c");
  }

  @Test
  void update_theBarriersAreNeverRead_theSourceIsWrittenAndNothingIsKept() {
    node.tier.only(Op.BARRIERS, Fate.HOLD_REQUEST);
    CompletableFuture<String> update =
        node.cache.updateAsync(1, () -> CompletableFuture.completedFuture("written"));
    lab.pass(Duration.ofMillis(3_100));

    assertThat(update).isCompletedWithValue("written");
    assertThat(node.tier.calls(Op.COMMIT_WRITE)).isZero();
    assertThat(node.tier.calls(Op.INVALIDATE)).isEqualTo(1);
  }

  @Test
  void get_anotherProcessLoadsAsLongAsItMay_theWaitIsNotTakenForSilence() {
    Node leader = lab.node();
    leader.read(1);
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofMillis(9_500));

    leader.last().gives("a");
    lab.pass(Duration.ofMillis(250));

    assertThat(read).isCompletedWithValue("a");
    assertThat(node.counts.of("remoteFailure")).isZero();
  }
}
