package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.FeedListener;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases, error windows and write windows of a process that has no remote tier. */
class LocalTierTest {

  private final VirtualTime time = new VirtualTime(new SplittableRandom(1));
  private final LocalTier tier = new LocalTier(time::nanos);
  private final List<String> woken = new ArrayList<>();

  @BeforeEach
  void listen() {
    tier.subscribe(
        new FeedListener() {
          @Override
          public void subscribed() {}

          @Override
          public void changed(
              int partition, long epoch, long sequence, Change change, String key) {}

          @Override
          public void beat(
              String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {}

          @Override
          public void barrier(
              long epoch, long before, long clock, long holdOffMillis, List<String> tags) {}

          @Override
          public void clock(RemoteTier.Stamp now, long ageMillis) {}

          @Override
          public void ended(String key) {
            woken.add(key);
          }
        });
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private Reply read(long token) {
    return get(tier.lookup(new Lookup("k", Mode.READ, 0, token, 0, 3_000, 1)));
  }

  private static Fill fill(long token) {
    return new Fill("k", token, null, 60_000, 60_000, 1, Fill.NO_VERSION, false, 1);
  }

  private Committed commit(long token) {
    return get(tier.commit(fill(token)));
  }

  private Committed commitWrite(long token) {
    return get(tier.commitWrite(fill(token), 0));
  }

  private void pass(long millis) {
    time.runUntil(time.nanos() + Duration.ofMillis(millis).toNanos());
  }

  @Test
  void lookup_free_isGrantedToOne() {
    assertThat(read(1)).isEqualTo(new Granted(null, false));
    assertThat(read(2)).isInstanceOf(Busy.class);
  }

  @Test
  void lookup_peek_grantsNothing() {
    assertThat(get(tier.lookup(new Lookup("k", Mode.PEEK, 0, 1, 0, 3_000, 1))))
        .isEqualTo(new Busy(null, 0));
    assertThat(read(2)).isInstanceOf(Granted.class);
  }

  @Test
  void commit_ownLease_isStoredOnceAndWakes() {
    read(1);
    pass(1_000);

    Committed committed = commit(1);

    assertThat(committed.verdict()).isEqualTo(Verdict.STORED);
    assertThat(committed.freshMillis()).isEqualTo(59_000);
    assertThat(committed.hardMillis()).isEqualTo(119_000);
    assertThat(commit(1).verdict()).isEqualTo(Verdict.OVERTAKEN);
    assertThat(woken).containsExactly("k");
    assertThat(tier.slots()).isZero();
  }

  @Test
  void commit_invalidatedMeanwhile_isRefused() {
    read(1);
    tier.invalidate("k", Change.HARD, 0);

    assertThat(commit(1).verdict()).isEqualTo(Verdict.OVERTAKEN);
    assertThat(woken).containsExactly("k");
    assertThat(tier.slots()).isZero();
  }

  @Test
  void commit_anotherLeaseIsGrantedMeanwhile_isRefusedAndTheOtherStays() {
    read(1);
    tier.invalidate("k", Change.HARD, 0);
    read(2);

    assertThat(commit(1).verdict()).isEqualTo(Verdict.OVERTAKEN);
    assertThat(commit(2).verdict()).isEqualTo(Verdict.STORED);
  }

  @Test
  void commit_aWriteIsUnderWay_isKeptUntilItsWindowEnds() {
    tier.beginWrite("k", 9, 1_000, 0);
    read(1);

    assertThat(commit(1).hardMillis()).isEqualTo(1_000);
    assertThat(commitWrite(9).verdict()).isEqualTo(Verdict.STORED);
    assertThat(tier.slots()).isZero();
  }

  @Test
  void commit_leaseWasGrantedInAWriteWindowThatIsOver_isRefused() {
    tier.beginWrite("k", 9, 1_000, 0);
    read(1);
    pass(2_000);

    assertThat(commit(1).verdict()).isEqualTo(Verdict.OUTDATED);
  }

  @Test
  void commit_tookLongerThanItsTime_isRefused() {
    read(1);
    pass(120_000);

    assertThat(commit(1).verdict()).isEqualTo(Verdict.OUTDATED);
  }

  @Test
  void renew_ownLease_livesUntilItIsOvertaken() {
    read(1);
    assertThat(get(tier.renew("k", 1, 3_000))).isTrue();
    assertThat(get(tier.renew("k", 2, 3_000))).isFalse();
    tier.invalidate("k", Change.HARD, 0);

    assertThat(get(tier.renew("k", 1, 3_000))).isFalse();
  }

  @Test
  void release_ownLease_isFreeAndWakes() {
    read(1);
    tier.release("k", 2);
    assertThat(read(3)).isInstanceOf(Busy.class);

    tier.release("k", 1);

    assertThat(woken).containsExactly("k");
    assertThat(read(4)).isInstanceOf(Granted.class);
  }

  @Test
  void fail_ownLease_opensAWindowThatDoubles() {
    for (long window : new long[] {100, 200, 300, 300}) {
      read(1);
      tier.fail("k", 1, "E", 100, 300);
      pass(window - 1);
      assertThat(read(2))
          .isInstanceOfSatisfying(Failing.class, it -> assertThat(it.error()).isEqualTo("E"));
      pass(1);
    }
    assertThat(read(1)).isInstanceOf(Granted.class);
    commit(1);
    read(2);
    tier.fail("k", 2, "E", 100, 300);
    pass(100);
    assertThat(read(3)).as("a success ends the row").isInstanceOf(Granted.class);
  }

  @Test
  void fail_notTheLease_opensNone() {
    read(1);

    tier.fail("k", 2, "E", 100, 300);

    assertThat(commit(1).verdict()).isEqualTo(Verdict.STORED);
    assertThat(read(3)).isInstanceOf(Granted.class);
  }

  @Test
  void commitWrite_twoOverlap_neitherIsStored() {
    tier.beginWrite("k", 1, 1_000, 0);
    tier.beginWrite("k", 2, 1_000, 0);

    assertThat(commitWrite(2).verdict()).isEqualTo(Verdict.OVERTAKEN);
    assertThat(commitWrite(1).verdict()).isEqualTo(Verdict.OVERTAKEN);
    assertThatItIsClosedByTime();
  }

  @Test
  void commitWrite_invalidatedMeanwhile_isNotStored() {
    tier.beginWrite("k", 1, 1_000, 0);
    tier.invalidate("k", Change.HARD, 0);

    assertThat(commitWrite(1).verdict()).isEqualTo(Verdict.OVERTAKEN);
    assertThatItIsClosedByTime();
  }

  private void assertThatItIsClosedByTime() {
    read(7);
    assertThat(commit(7).hardMillis()).isLessThanOrEqualTo(2_000);
    pass(2_000);
    read(8);
    assertThat(commit(8).hardMillis()).isEqualTo(120_000);
    assertThat(tier.slots()).isZero();
  }

  @Test
  void beginWrite_manyThatNeverEnd_areForgottenWhenTheyAreOver() {
    for (int i = 0; i < 25_000; i++) {
      tier.beginWrite("k" + i, 1, 1_000, 0);
      pass(1);
    }

    assertThat(tier.slots()).isLessThan(15_000);
  }

  @Test
  void commitWrite_leaseWasGrantedMeanwhile_isVoided() {
    tier.beginWrite("k", 1, 1_000, 0);
    read(5);

    assertThat(commitWrite(1).verdict()).isEqualTo(Verdict.STORED);
    assertThat(commit(5).verdict()).isEqualTo(Verdict.OVERTAKEN);
  }
}
