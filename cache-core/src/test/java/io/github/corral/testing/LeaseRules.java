package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.spi.RemoteTier.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lookups, leases, commits and failures. */
abstract class LeaseRules extends TierHarness {

  @Test
  void lookup_nothingStored_grantsTheLease() {
    Granted granted = granted(get(process().lookup(read(KEY, token()))));

    assertThat(granted.stale()).isNull();
    assertThat(granted.fromPrimary()).isFalse();
  }

  @Test
  void lookup_leasedToAnother_isBusyForTheRestOfTheLease() {
    leased(process(), KEY);
    pass(1_000);

    Busy busy = busy(get(process().lookup(read(KEY, token()))));

    assertThat(busy.stale()).isNull();
    assertRemaining(busy.leaseMillis(), LEASE - 1_000);
  }

  @Test
  void lookup_manyAtOnce_grantsOneLease() {
    List<RemoteTier> processes = Stream.generate(this::process).limit(4).toList();

    List<CompletableFuture<Reply>> replies =
        Stream.iterate(0, i -> i + 1)
            .limit(64)
            .map(i -> processes.get(i % 4).lookup(read(KEY, token())).toCompletableFuture())
            .toList();

    assertThat(replies.stream().map(TierHarness::get).filter(Granted.class::isInstance)).hasSize(1);
  }

  @Test
  void lookup_leaseRanOut_grantsAnotherAndFencesTheFirst() {
    RemoteTier tier = process();
    long first = leased(tier, KEY);
    pass(LEASE);

    long second = leased(tier, KEY);

    assertRefused(get(tier.commit(fill(KEY, first, "late"))), Verdict.OVERTAKEN);
    assertThat(get(tier.renew(KEY, first, LEASE))).isFalse();
    assertStored(get(tier.commit(fill(KEY, second, "b"))), FRESH, FRESH + STALE);
  }

  @Test
  void lookup_previousAttemptHoldsTheLease_takesItOver() {
    RemoteTier tier = process();
    long first = leased(tier, KEY);
    long second = token();

    assertThat(get(tier.lookup(again(KEY, second, first)))).isInstanceOf(Granted.class);

    assertRefused(get(tier.commit(fill(KEY, first, "a"))), Verdict.OVERTAKEN);
    assertStored(get(tier.commit(fill(KEY, second, "b"))), FRESH, FRESH + STALE);
  }

  @Test
  void lookup_previousAttemptWasOvertaken_isBusy() {
    RemoteTier tier = process();
    long first = leased(tier, KEY);
    get(tier.invalidate(KEY, Change.HARD, 0));
    leased(tier, KEY);

    assertThat(get(tier.lookup(again(KEY, token(), first)))).isInstanceOf(Busy.class);
  }

  @Test
  void lookup_fresh_isHitWithEverythingThatWasStored() {
    RemoteTier tier = process();
    Committed committed = filled(tier, KEY, "a");
    pass(10_000);

    Stored stored = hit(get(process().lookup(read(KEY, token())))).stored();

    assertValue(stored, "a");
    assertThat(stored.id()).isEqualTo(committed.id());
    assertRemaining(stored.freshMillis(), FRESH - 10_000);
    assertRemaining(stored.hardMillis(), FRESH + STALE - 10_000);
    assertThat(stored.lifeMillis()).isEqualTo(FRESH);
    assertThat(stored.costMillis()).isEqualTo(5);
  }

  @Test
  void lookup_justBeforeAndAtTheFreshDeadline_isHitAndThenGranted() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");
    pass(FRESH - 1);
    assertThat(get(tier.lookup(read(KEY, token())))).isInstanceOf(Hit.class);
    pass(1);

    assertThat(get(tier.lookup(read(KEY, token())))).isInstanceOf(Granted.class);
  }

  @Test
  void lookup_stale_grantsWithTheStaleValueAndKeepsOthersBusyWithIt() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");
    pass(FRESH + 1_000);

    Granted granted = granted(get(tier.lookup(read(KEY, token()))));
    Busy busy = busy(get(tier.lookup(read(KEY, token()))));

    assertValue(granted.stale(), "a");
    assertValue(busy.stale(), "a");
    assertThat(granted.stale().freshMillis()).isNotPositive();
    assertRemaining(busy.stale().hardMillis(), STALE - 1_000);
  }

  @Test
  void lookup_pastTheHardDeadline_servesNothing() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");
    pass(FRESH + STALE);

    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void lookup_anotherSchema_isNoValue() {
    RemoteTier tier = process();
    get(tier.commit(schema(fill(KEY, leased(tier, KEY), "a"), SCHEMA + 1)));

    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void peek_nothingStored_isBusyWithNothingAndGrantsNothing() {
    RemoteTier tier = process();

    assertThat(get(tier.lookup(peek(KEY)))).isEqualTo(new Busy(null, 0));

    leased(tier, KEY);
  }

  @Test
  void peek_fresh_isHit() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");

    assertValue(hit(get(tier.lookup(peek(KEY)))).stored(), "a");
  }

  @Test
  void peek_stale_isBusyWithTheStaleValueAndGrantsNothing() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");
    pass(FRESH);

    Busy busy = busy(get(tier.lookup(peek(KEY))));

    assertValue(busy.stale(), "a");
    assertThat(busy.leaseMillis()).isZero();
    leased(tier, KEY);
  }

  @Test
  void peek_leased_tellsTheRestOfTheLease() {
    RemoteTier tier = process();
    leased(tier, KEY);
    pass(500);

    assertRemaining(busy(get(tier.lookup(peek(KEY)))).leaseMillis(), LEASE - 500);
  }

  @Test
  void peek_inTheErrorWindow_isBusyWithNothing() {
    RemoteTier tier = process();
    get(tier.fail(KEY, leased(tier, KEY), "E", 100, 100));

    assertThat(get(tier.lookup(peek(KEY)))).isEqualTo(new Busy(null, 0));
  }

  @Test
  void refresh_theEntryIsTheHeldOne_grantsWithTheFreshValue() {
    RemoteTier tier = process();
    long held = filled(tier, KEY, "a").id();

    Granted granted = granted(get(tier.lookup(refresh(KEY, held, token()))));

    assertValue(granted.stale(), "a");
    assertRemaining(granted.stale().freshMillis(), FRESH);
    assertThat(get(tier.lookup(read(KEY, token())))).isInstanceOf(Hit.class);
    assertValue(busy(get(tier.lookup(refresh(KEY, held, token())))).stale(), "a");
  }

  @Test
  void refresh_theEntryIsNewerThanTheHeldOne_isHit() {
    RemoteTier tier = process();
    long held = filled(tier, KEY, "a").id();
    long token = token();
    get(tier.lookup(refresh(KEY, held, token)));
    get(tier.commit(fill(KEY, token, "b")));

    assertValue(hit(get(tier.lookup(refresh(KEY, held, token())))).stored(), "b");
  }

  @Test
  void commit_withoutALease_isOvertaken() {
    RemoteTier tier = process();

    assertRefused(get(tier.commit(fill(KEY, token(), "a"))), Verdict.OVERTAKEN);

    leased(tier, KEY);
  }

  @Test
  void commit_anotherToken_isOvertakenAndLeavesTheLease() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);

    assertRefused(get(tier.commit(fill(KEY, token ^ 1, "a"))), Verdict.OVERTAKEN);
    assertRefused(get(tier.commit(fill(KEY, token ^ Long.MIN_VALUE, "a"))), Verdict.OVERTAKEN);

    assertStored(get(tier.commit(fill(KEY, token, "b"))), FRESH, FRESH + STALE);
  }

  @Test
  void commit_twiceUnderOneToken_isOvertakenTheSecondTime() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    get(tier.commit(fill(KEY, token, "a")));

    assertRefused(get(tier.commit(fill(KEY, token, "b"))), Verdict.OVERTAKEN);
    assertValue(hit(get(tier.lookup(read(KEY, token())))).stored(), "a");
  }

  @Test
  void commit_leaseRanOutButNobodyOvertookIt_isStored() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    pass(LEASE + 500);

    assertStored(
        get(tier.commit(fill(KEY, token, "a"))), FRESH - LEASE - 500, FRESH + STALE - LEASE - 500);
  }

  @Test
  void commit_afterALongLoad_isFreshFromTheGrantOn() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    pass(2_000);

    assertStored(get(tier.commit(timed(fill(KEY, token, "a"), 5_000, 1_000))), 3_000, 4_000);
    assertThat(hit(get(tier.lookup(read(KEY, token())))).stored().lifeMillis()).isEqualTo(5_000);
  }

  @Test
  void commit_itsTimeIsOver_isOutdatedAndLeavesTheOldValue() {
    RemoteTier tier = process();
    filled(tier, KEY, "old");
    pass(FRESH);
    long token = leased(tier, KEY);
    pass(2_000);

    assertRefused(get(tier.commit(timed(fill(KEY, token, "a"), 1_000, 1_000))), Verdict.OUTDATED);

    assertValue(granted(get(tier.lookup(read(KEY, token())))).stale(), "old");
  }

  @Test
  void commit_withoutStaleTime_endsWithItsFreshTime() {
    RemoteTier tier = process();
    get(tier.commit(timed(fill(KEY, leased(tier, KEY), "a"), 1_000, 0)));
    pass(1_000);

    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void commit_atTheInstantOfItsPredecessor_hasAnotherId() {
    RemoteTier tier = process();
    long first = filled(tier, KEY, "a").id();
    long token = token();
    get(tier.lookup(refresh(KEY, first, token)));

    long second = get(tier.commit(fill(KEY, token, "b"))).id();

    assertThat(second).isNotEqualTo(first);
    assertThat(hit(get(tier.lookup(refresh(KEY, first, token())))).stored().id()).isEqualTo(second);
  }

  @Test
  void commit_lowerSchema_isOutdatedAndEndsTheLease() {
    RemoteTier tier = process();
    get(tier.commit(schema(fill(KEY, leased(tier, KEY), "new"), SCHEMA + 1)));
    long token = leased(tier, KEY);

    assertRefused(get(tier.commit(fill(KEY, token, "old"))), Verdict.OUTDATED);

    leased(tier, KEY);
  }

  @Test
  void commit_lowerSchemaOverAnExpiredHigherOne_isStored() {
    RemoteTier tier = process();
    get(tier.commit(timed(schema(fill(KEY, leased(tier, KEY), "new"), SCHEMA + 1), 100, 0)));
    pass(100);

    filled(tier, KEY, "old");
  }

  @Test
  void commit_higherSchema_isStored() {
    RemoteTier tier = process();
    filled(tier, KEY, "old");
    long id = hit(get(tier.lookup(read(KEY, token())))).stored().id();
    long token = token();
    get(tier.lookup(refresh(KEY, id, token)));

    assertThat(get(tier.commit(schema(fill(KEY, token, "new"), 65_535))).verdict())
        .isEqualTo(Verdict.STORED);
  }

  @Test
  void fail_opensAWindowInWhichNobodyIsGrantedTheLease() {
    RemoteTier tier = process();
    get(tier.fail(KEY, leased(tier, KEY), "java.io.IOException", 100, 1_000));
    pass(40);

    var failing = failing(get(process().lookup(read(KEY, token()))));

    assertThat(failing.stale()).isNull();
    assertThat(failing.error()).isEqualTo("java.io.IOException");
    assertRemaining(failing.windowMillis(), 60);
    pass(60);
    leased(tier, KEY);
  }

  @Test
  void fail_inARow_doublesTheWindowUpToItsCap() {
    RemoteTier tier = process();
    for (long window : new long[] {1_000, 2_000, 4_000, 5_000, 5_000}) {
      get(tier.fail(KEY, leased(tier, KEY), "E", 1_000, 5_000));
      assertRemaining(failing(get(tier.lookup(read(KEY, token())))).windowMillis(), window);
      pass(window);
    }
  }

  @Test
  void fail_fortyInARow_staysAtItsCap() {
    RemoteTier tier = process();
    for (int i = 0; i < 40; i++) {
      get(tier.fail(KEY, leased(tier, KEY), "E", 1, Long.MAX_VALUE));
      pass(failing(get(tier.lookup(read(KEY, token())))).windowMillis());
    }

    get(tier.fail(KEY, leased(tier, KEY), "E", 1, 7_000));

    assertRemaining(failing(get(tier.lookup(read(KEY, token())))).windowMillis(), 7_000);
  }

  @Test
  void fail_afterASuccess_opensTheFirstWindowAgain() {
    RemoteTier tier = process();
    get(tier.fail(KEY, leased(tier, KEY), "E", 1_000, 5_000));
    pass(1_000);
    get(tier.commit(timed(fill(KEY, leased(tier, KEY), "a"), 100, 10_000)));
    pass(100);

    get(tier.fail(KEY, leased(tier, KEY), "E", 1_000, 5_000));

    assertRemaining(failing(get(tier.lookup(read(KEY, token())))).windowMillis(), 1_000);
  }

  @Test
  void fail_withAStaleValue_leavesIt() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");
    pass(FRESH);
    get(tier.fail(KEY, leased(tier, KEY), "E", 100, 100));

    assertValue(failing(get(tier.lookup(read(KEY, token())))).stale(), "a");
  }

  @Test
  void fail_withoutAWindow_handsTheLeaseBack() {
    RemoteTier tier = process();
    get(tier.fail(KEY, leased(tier, KEY), "E", 0, 0));

    leased(tier, KEY);
  }

  @Test
  void fail_anotherToken_doesNothing() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    get(tier.fail(KEY, token + 1, "E", 100, 100));

    assertThat(get(tier.lookup(read(KEY, token())))).isInstanceOf(Busy.class);
    assertThat(get(tier.renew(KEY, token, LEASE))).isTrue();
  }

  @Test
  void renew_ownLease_lastsFromNowOn() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    pass(2_000);

    assertThat(get(tier.renew(KEY, token, LEASE))).isTrue();

    assertRemaining(busy(get(tier.lookup(read(KEY, token())))).leaseMillis(), LEASE);
  }

  @Test
  void renew_leaseRanOutButNobodyOvertookIt_livesAgain() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    pass(LEASE + 900);

    assertThat(get(tier.renew(KEY, token, LEASE))).isTrue();

    assertThat(get(tier.lookup(read(KEY, token())))).isInstanceOf(Busy.class);
  }

  @Test
  void renew_noLease_isFalseAndMakesNone() {
    RemoteTier tier = process();

    assertThat(get(tier.renew(KEY, token(), LEASE))).isFalse();

    leased(tier, KEY);
  }

  @Test
  void release_ownLease_isFreeForOthers() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    get(tier.release(KEY, token));

    leased(tier, KEY);
    assertRefused(get(tier.commit(fill(KEY, token, "a"))), Verdict.OVERTAKEN);
  }

  @Test
  void release_anotherToken_doesNothing() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    get(tier.release(KEY, token + 1));

    assertThat(get(tier.lookup(read(KEY, token())))).isInstanceOf(Busy.class);
    assertThat(get(tier.renew(KEY, token, LEASE))).isTrue();
  }
}
