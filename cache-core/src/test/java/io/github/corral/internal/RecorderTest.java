package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.policy.CacheExpiry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Each read is one hit or one miss of L1, and each lookup one of L2. */
class RecorderTest {

  private final Lab lab = new Lab();
  private final Node node = lab.node();

  private void assertCounts(Node of, int l1Hits, int l1Misses, int l2Hits, int l2Misses) {
    assertThat(of.counts.of("hit L1")).as("hits of L1").isEqualTo(l1Hits);
    assertThat(of.counts.of("miss L1")).as("misses of L1").isEqualTo(l1Misses);
    assertThat(of.counts.of("hit L2")).as("hits of L2").isEqualTo(l2Hits);
    assertThat(of.counts.of("miss L2")).as("misses of L2").isEqualTo(l2Misses);
  }

  @Test
  void get_coldThenWarm_missesBothThenHitsTheFirst() {
    node.fill(1, "a");
    node.now(1);
    node.now(1);

    assertCounts(node, 2, 1, 0, 1);
  }

  @Test
  void get_loadedByAnotherProcess_hitsTheSecond() {
    node.fill(1, "a");
    Node other = lab.node();
    other.now(1);

    assertCounts(other, 0, 1, 1, 0);
  }

  @Test
  void get_whileTheCommitIsOnItsWay_isOneMissOfL1() {
    node.tier.only(ScriptedTier.Op.COMMIT, ScriptedTier.Fate.HOLD_REQUEST);
    CompletableFuture<String> first = node.read(1);
    node.last().gives("a");
    lab.passMoment();
    CompletableFuture<String> second = node.read(1);
    node.tier.letGo();
    lab.passMoment();

    assertThat(first).isCompletedWithValue("a");
    assertThat(second).isCompletedWithValue("a");
    assertCounts(node, 0, 2, 0, 1);
  }

  @Test
  void get_waitsForAnotherProcess_isOneMissOfEach() {
    Node other = lab.node();
    CompletableFuture<String> leader = other.read(1);
    CompletableFuture<String> waiter = node.read(1);
    lab.pass(Duration.ofMillis(500));
    other.last().gives("a");
    lab.pass(Duration.ofMillis(500));

    assertThat(leader).isCompletedWithValue("a");
    assertThat(waiter).isCompletedWithValue("a");
    assertCounts(node, 0, 1, 0, 1);
    assertThat(node.counts.of("leaseWait")).isEqualTo(1);
  }

  @Test
  void refresh_bringsNothingToStore_isNotTriedAgainByTheNextRead() {
    Node stale =
        lab.node(
            setup ->
                setup.expiry =
                    CacheExpiry.freshFor(Duration.ofSeconds(1))
                        .staleFor(Duration.ofSeconds(60))
                        .jitter(0));
    stale.fill(1, "a");
    lab.pass(Duration.ofSeconds(2));
    stale.now(1);
    stale.last().load.doNotStore();
    stale.last().gives("b");
    lab.passMoment();
    stale.now(1);
    stale.now(1);
    assertThat(stale.loads).hasSize(2);

    lab.pass(Duration.ofMillis(200));
    stale.now(1);
    assertThat(stale.loads).hasSize(3);
  }
}
