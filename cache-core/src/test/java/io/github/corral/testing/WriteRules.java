package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.spi.RemoteTier.Verdict;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes: their windows, and what may be stored in them. */
abstract class WriteRules extends InvalidationRules {

  private static final long WINDOW = 5_000;

  @Test
  void commitWrite_aloneInItsWindow_isStored() {
    RemoteTier tier = process();
    long write = begun(tier);
    pass(1_000);

    assertStored(get(tier.commitWrite(fill(KEY, write, "new"), 0)), FRESH, FRESH + STALE);
    assertValue(hit(get(process().lookup(read(KEY, token())))).stored(), "new");
  }

  @Test
  void commitWrite_closesTheWindow() {
    RemoteTier tier = process();
    Committed written = get(tier.commitWrite(fill(KEY, begun(tier), "new"), 0));
    long token = token();
    granted(get(tier.lookup(refresh(KEY, written.id(), token))));

    assertStored(get(tier.commit(fill(KEY, token, "newer"))), FRESH, FRESH + STALE);
    assertThat(get(tier.commitWrite(fill(KEY, begun(tier), "newest"), 0)).verdict())
        .isEqualTo(Verdict.STORED);
  }

  @Test
  void commitWrite_overAValueOfTheSameInstant_hasAnotherId() {
    RemoteTier tier = process();
    long first = filled(tier, KEY, "a").id();

    assertThat(get(tier.commitWrite(fill(KEY, begun(tier), "b"), 0)).id()).isNotEqualTo(first);
  }

  @Test
  void commitWrite_neverBegun_onlyInvalidates() {
    RemoteTier tier = process();
    filled(tier, KEY, "a");

    assertRefused(get(tier.commitWrite(fill(KEY, token(), "b"), 0)), Verdict.OVERTAKEN);
    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void commitWrite_nothingStoredAndNeverBegun_onlyInvalidates() {
    RemoteTier tier = process();

    assertRefused(get(tier.commitWrite(fill(KEY, token(), "b"), 0)), Verdict.OVERTAKEN);
    leased(tier, KEY);
  }

  @Test
  void commitWrite_windowRanOut_onlyInvalidates() {
    RemoteTier tier = process();
    long write = begun(tier);
    pass(WINDOW);

    assertRefused(get(tier.commitWrite(fill(KEY, write, "late"), 0)), Verdict.OVERTAKEN);
    leased(tier, KEY);
  }

  @Test
  void commitWrite_overtaken_setsTheHoldOffToo() {
    RemoteTier tier = process();
    get(tier.commitWrite(fill(KEY, token(), "b"), 1_000));

    assertThat(granted(get(tier.lookup(read(KEY, token())))).fromPrimary()).isTrue();
  }

  @Test
  void commitWrite_stored_setsTheHoldOff() {
    RemoteTier tier = process();
    Committed written = get(tier.commitWrite(fill(KEY, begun(tier), "new"), 2_000));
    long token = token();

    assertThat(granted(get(tier.lookup(refresh(KEY, written.id(), token)))).fromPrimary()).isTrue();
    assertStored(get(tier.commit(fill(KEY, token, "lagging"))), 2_000, 2_000);
  }

  @Test
  void beginWrite_windowRanOut_isFollowedByItsHoldOff() {
    RemoteTier tier = process();
    get(tier.beginWrite(KEY, token(), WINDOW, 2_000));
    pass(WINDOW + 500);
    long token = token();

    assertThat(granted(get(tier.lookup(read(KEY, token)))).fromPrimary()).isTrue();
    assertStored(get(tier.commit(fill(KEY, token, "lagging"))), 1_500, 1_500);
  }

  @Test
  void beginWrite_overlapping_areFollowedByTheLongestOfTheirHoldOffs() {
    RemoteTier tier = process();
    get(tier.beginWrite(KEY, token(), WINDOW, 2_000));
    get(tier.beginWrite(KEY, token(), WINDOW, 0));
    pass(2 * WINDOW);

    assertStored(get(tier.commit(fill(KEY, leased(tier, KEY), "lagging"))), 2_000, 2_000);
  }

  @Test
  void commitWrite_stored_endsTheHoldOffThatItsBeginningAskedFor() {
    RemoteTier tier = process();
    long write = token();
    get(tier.beginWrite(KEY, write, WINDOW, 60_000));
    Committed written = get(tier.commitWrite(fill(KEY, write, "new"), 1_000));
    pass(1_000);

    assertThat(granted(get(tier.lookup(refresh(KEY, written.id(), token())))).fromPrimary())
        .isFalse();
  }

  @Test
  void commitWrite_twiceUnderOneToken_onlyInvalidatesTheSecondTime() {
    RemoteTier tier = process();
    long write = begun(tier);
    get(tier.commitWrite(fill(KEY, write, "a"), 0));

    assertRefused(get(tier.commitWrite(fill(KEY, write, "a"), 0)), Verdict.OVERTAKEN);
    leased(tier, KEY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void commitWrite_anotherBeganWithinTheWindow_neitherStores(boolean inOrder) {
    RemoteTier tier = process();
    filled(tier, KEY, "old");
    long first = begun(tier);
    long second = begun(process());

    long sooner = inOrder ? first : second;
    long later = inOrder ? second : first;
    assertRefused(get(tier.commitWrite(fill(KEY, sooner, "a"), 0)), Verdict.OVERTAKEN);
    assertRefused(get(tier.commitWrite(fill(KEY, later, "b"), 0)), Verdict.OVERTAKEN);
    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void beginWrite_inAContendedWindow_doesNotStoreEither() {
    RemoteTier tier = process();
    begun(tier);
    get(tier.commitWrite(fill(KEY, begun(tier), "b"), 0));
    long third = begun(tier);

    assertRefused(get(tier.commitWrite(fill(KEY, third, "c"), 0)), Verdict.OVERTAKEN);
  }

  @Test
  void beginWrite_ownTokenAgain_isNotContended() {
    RemoteTier tier = process();
    long write = begun(tier);
    pass(1_000);
    get(tier.beginWrite(KEY, write, WINDOW, 0));
    pass(WINDOW - 1);

    assertThat(get(tier.commitWrite(fill(KEY, write, "a"), 0)).verdict()).isEqualTo(Verdict.STORED);
  }

  @Test
  void beginWrite_afterAContendedWindowRanOut_stores() {
    RemoteTier tier = process();
    begun(tier);
    begun(tier);
    pass(2 * WINDOW);

    assertThat(get(tier.commitWrite(fill(KEY, begun(tier), "c"), 0)).verdict())
        .isEqualTo(Verdict.STORED);
  }

  @Test
  void beginWrite_withinAnother_lengthensTheWindowByItsOwn() {
    RemoteTier tier = process();
    begun(tier);
    pass(1_000);
    begun(tier);

    assertStored(get(tier.commit(fill(KEY, leased(tier, KEY), "a"))), 2 * WINDOW, 2 * WINDOW);
  }

  @Test
  void beginWrite_shorterWithinAnother_endsNoSooner() {
    RemoteTier tier = process();
    begun(tier);
    get(tier.beginWrite(KEY, token(), 100, 0));

    assertStored(get(tier.commit(fill(KEY, leased(tier, KEY), "a"))), WINDOW + 100, WINDOW + 100);
  }

  @Test
  void invalidate_withinTheWindow_makesItContended() {
    assertContendedBy(Change.HARD);
  }

  @Test
  void invalidate_softlyWithinTheWindow_makesItContended() {
    assertContendedBy(Change.SOFT);
  }

  private void assertContendedBy(Change mode) {
    RemoteTier tier = process();
    long write = begun(tier);
    get(tier.invalidate(KEY, mode, 0));

    assertRefused(get(tier.commitWrite(fill(KEY, write, "a"), 0)), Verdict.OVERTAKEN);
    assertStored(get(tier.commit(fill(KEY, leased(tier, KEY), "b"))), WINDOW, WINDOW);
  }

  @Test
  void beginWrite_boundsTheStoredValue() {
    RemoteTier tier = process();
    filled(tier, KEY, "old");
    begun(tier);

    Stored stored = hit(get(tier.lookup(read(KEY, token())))).stored();

    assertRemaining(stored.freshMillis(), WINDOW);
    assertRemaining(stored.hardMillis(), WINDOW);
    assertThat(stored.lifeMillis()).isEqualTo(FRESH);
    pass(WINDOW);
    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void beginWrite_doesNotLengthenTheStoredValue() {
    RemoteTier tier = process();
    get(tier.commit(timed(fill(KEY, leased(tier, KEY), "old"), 1_000, 1_000)));
    begun(tier);

    Stored stored = hit(get(tier.lookup(read(KEY, token())))).stored();

    assertRemaining(stored.freshMillis(), 1_000);
    assertRemaining(stored.hardMillis(), 2_000);
  }

  @Test
  void beginWrite_leased_fencesTheLease() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    begun(process());

    assertRefused(get(tier.commit(fill(KEY, token, "old"))), Verdict.OVERTAKEN);
    assertThat(get(tier.renew(KEY, token, LEASE))).isFalse();
  }

  @Test
  void beginWrite_inTheErrorWindow_closesIt() {
    RemoteTier tier = process();
    get(tier.fail(KEY, leased(tier, KEY), "E", 1_000, 1_000));
    begun(tier);

    leased(tier, KEY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void commit_withinAWindow_endsWithItWhateverItsProof(boolean fromPrimary) {
    RemoteTier tier = process();
    begun(tier);
    Fill fill = fill(KEY, leased(tier, KEY), "a");

    assertStored(get(tier.commit(fromPrimary ? primary(fill) : fill)), WINDOW, WINDOW);
  }

  @Test
  void commit_afterTheWindowItWasGrantedIn_isOutdated() {
    assertOutdatedAfterItsWindow(fill -> fill);
  }

  @Test
  void commit_afterTheWindowItWasGrantedInThoughFromThePrimary_isOutdated() {
    assertOutdatedAfterItsWindow(TierHarness::primary);
  }

  private void assertOutdatedAfterItsWindow(UnaryOperator<Fill> proof) {
    RemoteTier tier = process();
    get(tier.beginWrite(KEY, token(), 1_000, 0));
    Fill fill = fill(KEY, leased(tier, KEY), "a");
    pass(1_000);

    assertRefused(get(tier.commit(proof.apply(fill))), Verdict.OUTDATED);
  }

  @Test
  void commitWrite_leasedWithinTheWindow_fencesTheLease() {
    RemoteTier tier = process();
    long write = begun(tier);
    long token = leased(tier, KEY);
    get(tier.commitWrite(fill(KEY, write, "new"), 0));

    assertRefused(get(tier.commit(fill(KEY, token, "old"))), Verdict.OVERTAKEN);
    assertValue(hit(get(tier.lookup(read(KEY, token())))).stored(), "new");
  }

  @Test
  void commitWrite_olderThanTheStoredVersion_onlyInvalidates() {
    RemoteTier tier = process();
    get(tier.commit(versioned(fill(KEY, leased(tier, KEY), "5"), 5)));
    long write = begun(tier);

    assertRefused(get(tier.commitWrite(versioned(fill(KEY, write, "4"), 4), 0)), Verdict.OVERTAKEN);
    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @Test
  void commitWrite_lowerSchemaThanTheStored_onlyInvalidates() {
    RemoteTier tier = process();
    get(tier.commit(schema(fill(KEY, leased(tier, KEY), "new"), SCHEMA + 1)));
    long write = begun(tier);

    assertRefused(get(tier.commitWrite(fill(KEY, write, "old"), 0)), Verdict.OVERTAKEN);
    assertThat(granted(get(tier.lookup(read(KEY, token())))).stale()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 256, Long.MAX_VALUE, Fill.NO_VERSION})
  void commitWrite_notOlderThanTheStoredVersion_isStored(long version) {
    RemoteTier tier = process();
    get(tier.commit(versioned(fill(KEY, leased(tier, KEY), "5"), 5)));
    long write = begun(tier);

    assertThat(get(tier.commitWrite(versioned(fill(KEY, write, "b"), version), 0)).verdict())
        .isEqualTo(Verdict.STORED);
  }

  @Test
  void commitWrite_olderThanTheMinimumVersion_onlyInvalidates() {
    RemoteTier tier = process();
    get(tier.commitWrite(versioned(fill(KEY, begun(tier), "5"), 5), 10_000));
    get(tier.invalidate(KEY, Change.HARD, 0));
    long write = begun(tier);

    assertRefused(get(tier.commitWrite(versioned(fill(KEY, write, "4"), 4), 0)), Verdict.OVERTAKEN);
  }

  @Test
  void commitWrite_olderThanAMinimumVersionWhoseHoldOffIsOver_isStored() {
    RemoteTier tier = process();
    get(tier.commitWrite(versioned(fill(KEY, begun(tier), "5"), 5), 1_000));
    get(tier.invalidate(KEY, Change.HARD, 0));
    pass(1_000);

    assertThat(get(tier.commitWrite(versioned(fill(KEY, begun(tier), "4"), 4), 0)).verdict())
        .isEqualTo(Verdict.STORED);
  }

  @Test
  void lookup_withinAWindow_grantsAndReadsOn() {
    RemoteTier tier = process();
    filled(tier, KEY, "old");
    begun(tier);

    assertThat(get(tier.lookup(read(KEY, token())))).isInstanceOf(Hit.class);
    leased(tier, "other");
    assertThat(get(tier.lookup(read("other", token())))).isInstanceOf(Busy.class);
  }

  private long begun(RemoteTier tier) {
    long token = token();
    get(tier.beginWrite(KEY, token, WINDOW, 0));
    return token;
  }
}
