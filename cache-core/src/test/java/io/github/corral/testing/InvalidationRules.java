package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Invalidations and the hold-off that follows them. */
abstract class InvalidationRules extends LeaseRules {

  private static final long HOLD = 10_000;

  @Test
  void invalidate_hard_dropsTheValue() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");

    get(tier.invalidate(KEY, Change.HARD, 0));

    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void invalidate_soft_leavesTheValueStale() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");
    pass(1_000);

    get(tier.invalidate(KEY, Change.SOFT, 0));

    Granted granted = granted(get(tier.lookup(read(KEY, token()))));
    assertValue(granted.stale(), "a");
    assertThat(granted.stale().freshMillis()).isNotPositive();
    assertRemaining(granted.stale().hardMillis(), FRESH + STALE - 1_000);
    assertThat(granted.stale().lifeMillis()).isEqualTo(FRESH);
  }

  @Test
  void invalidate_softTwice_doesNotFreshenTheValue() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");
    get(tier.invalidate(KEY, Change.SOFT, 0));
    pass(1_000);

    get(tier.invalidate(KEY, Change.SOFT, 0));

    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale().freshMillis())
        .isLessThanOrEqualTo(-1_000);
  }

  @ParameterizedTest
  @EnumSource(value = Change.class, names = "WRITE", mode = EnumSource.Mode.EXCLUDE)
  void invalidate_leased_fencesTheLease(Change mode) {
    RemoteTier tier = process();
    long token = leased(tier, KEY);

    get(process().invalidate(KEY, mode, 0));

    assertThat(get(tier.renew(KEY, token, LEASE))).isFalse();
    assertRefused(get(tier.commit(fill(KEY, token, "old"))), Verdict.OVERTAKEN);
    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @ParameterizedTest
  @EnumSource(value = Change.class, names = "WRITE", mode = EnumSource.Mode.EXCLUDE)
  void invalidate_inTheErrorWindow_closesItAndForgetsTheFailures(Change mode) {
    RemoteTier tier = process();
    get(tier.fail(KEY, leased(tier, KEY), "E", 1_000, 5_000));

    get(tier.invalidate(KEY, mode, 0));

    get(tier.fail(KEY, leased(tier, KEY), "E", 1_000, 5_000));
    assertRemaining(failing(get(tier.lookup(read(KEY, token())))).windowMillis(), 1_000);
  }

  @Test
  void lookup_inTheHoldOff_asksForThePrimary() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, HOLD));
    long token = token();
    assertThat(granted(get(tier.lookup(read(KEY, token)))).fromPrimary()).isTrue();
    get(tier.release(KEY, token));
    pass(HOLD);

    assertThat(granted(get(tier.lookup(read(KEY, token())))).fromPrimary()).isFalse();
  }

  @Test
  void commit_inTheHoldOffWithoutProof_isKeptUntilItsEndOnly() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, HOLD));
    long token = leased(tier, KEY);
    pass(2_000);

    assertStored(get(tier.commit(fill(KEY, token, "a"))), HOLD - 2_000, HOLD - 2_000);
    pass(HOLD - 2_000);
    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void commit_inTheHoldOffFromThePrimary_isKeptForItsWholeTime() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, HOLD));

    assertStored(
        get(tier.commit(primary(fill(KEY, leased(tier, KEY), "a")))), FRESH, FRESH + STALE);
  }

  @Test
  void commit_afterTheHoldOffItWasGrantedIn_isOutdated() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, 1_000));
    long token = leased(tier, KEY);
    pass(1_000);

    assertRefused(get(tier.commit(fill(KEY, token, "a"))), Verdict.OUTDATED);
    leased(tier, KEY);
  }

  @Test
  void commit_afterTheHoldOffItWasGrantedInFromThePrimary_isKeptForItsWholeTime() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, 1_000));
    long token = leased(tier, KEY);
    pass(1_000);

    assertStored(
        get(tier.commit(primary(fill(KEY, token, "a")))), FRESH - 1_000, FRESH + STALE - 1_000);
  }

  @Test
  void commit_grantedAfterTheHoldOff_isKeptForItsWholeTime() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, 1_000));
    pass(1_000);

    assertStored(get(tier.commit(fill(KEY, leased(tier, KEY), "a"))), FRESH, FRESH + STALE);
  }

  @Test
  void invalidate_shorterHoldOff_doesNotShortenTheOneInForce() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, HOLD));
    get(tier.invalidate(KEY, Change.HARD, 100));
    get(tier.invalidate(KEY, Change.HARD, 0));

    assertStored(get(tier.commit(fill(KEY, leased(tier, KEY), "a"))), HOLD, HOLD);
  }

  @Test
  void commit_leaseTakenOverAfterTheHoldOff_isKeptForItsWholeTime() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, 1_000));
    long first = leased(tier, KEY);
    pass(1_000);
    long second = token();
    granted(get(tier.lookup(again(KEY, second, first))));

    assertStored(get(tier.commit(fill(KEY, second, "a"))), FRESH, FRESH + STALE);
  }

  @Test
  void commit_belowTheMinimumVersion_isOutdatedWithinTheHoldOff() {
    RemoteTier tier = process();
    long token = refreshAfterWrite(tier, 5);

    assertRefused(get(tier.commit(versioned(fill(KEY, token, "old"), 4))), Verdict.OUTDATED);

    assertValue(hit(get(tier.lookup(read(KEY, token())))).stored(), "written");
  }

  @Test
  void commit_belowTheMinimumVersionThoughFromThePrimary_isOutdated() {
    RemoteTier tier = process();
    long token = refreshAfterWrite(tier, 5);

    assertRefused(
        get(tier.commit(versioned(primary(fill(KEY, token, "old")), 4))), Verdict.OUTDATED);
  }

  @Test
  void commit_atTheMinimumVersion_isProven() {
    RemoteTier tier = process();
    long token = refreshAfterWrite(tier, Long.MAX_VALUE - 1);

    assertStored(
        get(tier.commit(versioned(fill(KEY, token, "a"), Long.MAX_VALUE - 1))),
        FRESH,
        FRESH + STALE);
  }

  @Test
  void commit_withoutAVersionWhereOneIsKnown_isKeptUntilTheHoldOffEndsOnly() {
    RemoteTier tier = process();
    long token = refreshAfterWrite(tier, 5);

    assertStored(get(tier.commit(fill(KEY, token, "a"))), HOLD, HOLD);
  }

  @Test
  void commit_withAVersionWhereNoneIsKnown_isKeptUntilTheHoldOffEndsOnly() {
    RemoteTier tier = process();
    get(tier.invalidate(KEY, Change.HARD, HOLD));

    assertStored(get(tier.commit(versioned(fill(KEY, leased(tier, KEY), "a"), 99))), HOLD, HOLD);
  }

  @Test
  void commit_belowTheMinimumVersionGrantedAfterTheHoldOff_isStored() {
    RemoteTier tier = process();
    get(tier.release(KEY, refreshAfterWrite(tier, 5)));
    pass(FRESH + STALE);

    assertStored(
        get(tier.commit(versioned(fill(KEY, leased(tier, KEY), "a"), 4))), FRESH, FRESH + STALE);
  }

  /** Writes a version with a hold-off, and has the lease to replace it granted. */
  private long refreshAfterWrite(RemoteTier tier, long version) {
    long write = token();
    get(tier.beginWrite(KEY, write, 5_000, 0));
    long id = get(tier.commitWrite(versioned(fill(KEY, write, "written"), version), HOLD)).id();
    long token = token();
    assertThat(granted(get(tier.lookup(refresh(KEY, id, token)))).fromPrimary()).isTrue();
    return token;
  }
}
