package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.spi.RemoteTier.Verdict;
import org.junit.jupiter.api.Test;

/** Commits that keep the payload that is there. */
abstract class KeepRules extends TagRules {

  @Test
  void commit_keeps_storesTheOldPayloadWithAllElseNew() {
    RemoteTier tier = process();
    get(tier.commit(stamped(fill(KEY, leased(tier, KEY), "kept"), STAMP, "x")));
    Stored old = hit(get(tier.lookup(read(KEY, token())))).stored();
    pass(1_000);
    long token = refreshing(tier, old.id());
    Stamp stamp = new Stamp(2, 3);
    Fill asked = new Fill(KEY, token, bytes("unread"), 5_000, 7_000, 11, 13, false, SCHEMA);

    Committed committed = get(tier.commit(keeping(stamped(asked, stamp, "y"), old.id())));

    assertStored(committed, 5_000, 12_000);
    assertThat(committed.id()).isNotEqualTo(old.id());
    Stored stored = hit(get(tier.lookup(read(KEY, token())))).stored();
    assertValue(stored, "kept");
    assertThat(stored.id()).isEqualTo(committed.id());
    assertThat(stored.lifeMillis()).isEqualTo(5_000);
    assertThat(stored.costMillis()).isEqualTo(11);
    assertThat(get(tier.inspect(KEY)).version()).isEqualTo(13);
    assertMarked(stored, stamp, "y");
  }

  @Test
  void commit_keepsWithAPayloadOfItsOwn_storesTheOldOne() {
    RemoteTier tier = process();
    long id = filled(tier, KEY, "kept").id();
    Fill keeping = keeping(fill(KEY, refreshing(tier, id), "unread"), id);
    Fill both =
        new Fill(
            KEY,
            keeping.token(),
            bytes("unread"),
            FRESH,
            STALE,
            5,
            Fill.NO_VERSION,
            false,
            SCHEMA,
            id,
            Stamp.NONE,
            keeping.tags());

    get(tier.commit(both));

    assertValue(hit(get(tier.lookup(read(KEY, token())))).stored(), "kept");
  }

  @Test
  void commit_keepsAnAbsentValue_isAbsent() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    long id = get(tier.commit(new Fill(KEY, token, null, FRESH, STALE, 5, -1, false, SCHEMA))).id();

    Fill keeping = keeping(fill(KEY, refreshing(tier, id), ""), id);

    assertStored(get(tier.commit(keeping)), FRESH, FRESH + STALE);
    assertThat(hit(get(tier.lookup(read(KEY, token())))).stored().payload()).isNull();
  }

  @Test
  void commit_keepsWhatIsStale_isFreshAgain() {
    RemoteTier tier = process();
    long id = filled(tier, KEY, "kept").id();
    get(tier.invalidate(KEY, Change.SOFT, 0));

    assertStored(
        get(tier.commit(keeping(fill(KEY, leased(tier, KEY), ""), id))), FRESH, FRESH + STALE);

    assertValue(hit(get(tier.lookup(read(KEY, token())))).stored(), "kept");
  }

  @Test
  void commit_keeps_endsTheLease() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    long id = filled(tier, KEY, "kept").id();
    get(tier.invalidate(KEY, Change.SOFT, 0));
    long token = awaited(tier, KEY);

    get(tier.commit(keeping(fill(KEY, token, ""), id)));

    assertThat(get(tier.renew(KEY, token, LEASE))).isFalse();
    assertThat(ended(heard(tier, feed))).containsExactly(KEY);
  }

  @Test
  void commit_keepsNothing_isMissingAndTheLeaseStays() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    long id = filled(tier, KEY, "gone").id();
    get(tier.invalidate(KEY, Change.HARD, 0));
    long token = awaited(tier, KEY);

    assertRefused(get(tier.commit(keeping(fill(KEY, token, ""), id))), Verdict.MISSING);

    assertThat(ended(heard(tier, feed))).isEmpty();
    busy(get(tier.lookup(read(KEY, token()))));
    assertThat(get(tier.renew(KEY, token, LEASE))).isTrue();
    assertStored(get(tier.commit(fill(KEY, token, "b"))), FRESH, FRESH + STALE);
    assertThat(ended(heard(tier, feed))).containsExactly(KEY);
  }

  @Test
  void commit_keepsAnother_isMissingAndThatStays() {
    RemoteTier tier = process();
    long id = filled(tier, KEY, "a").id();
    long token = refreshing(tier, id);

    assertRefused(get(tier.commit(keeping(fill(KEY, token, ""), id + 1))), Verdict.MISSING);

    assertValue(hit(get(tier.lookup(peek(KEY)))).stored(), "a");
    assertThat(hit(get(tier.lookup(peek(KEY)))).stored().id()).isEqualTo(id);
    assertThat(get(tier.renew(KEY, token, LEASE))).isTrue();
  }

  @Test
  void commit_keepsWhatIsPastItsHardDeadline_isMissing() {
    RemoteTier tier = process();
    long id = filled(tier, KEY, "a").id();
    pass(FRESH + STALE);

    assertRefused(get(tier.commit(keeping(fill(KEY, leased(tier, KEY), ""), id))), Verdict.MISSING);
  }

  @Test
  void commit_keepsWhatAWriteReplaced_isMissing() {
    RemoteTier tier = process();
    long id = filled(tier, KEY, "a").id();
    long write = token();
    get(tier.beginWrite(KEY, write, 1_000, 0));
    long written = get(tier.commitWrite(fill(KEY, write, "b"), 0)).id();

    assertRefused(
        get(tier.commit(keeping(fill(KEY, refreshing(tier, written), ""), id))), Verdict.MISSING);
    assertValue(hit(get(tier.lookup(peek(KEY)))).stored(), "b");
  }

  @Test
  void commit_keepsWhatIsOfALowerSchema_isMissing() {
    RemoteTier tier = process();
    long id = get(tier.commit(schema(fill(KEY, leased(tier, KEY), "a"), SCHEMA - 1))).id();

    assertRefused(get(tier.commit(keeping(fill(KEY, leased(tier, KEY), ""), id))), Verdict.MISSING);
  }

  @Test
  void commit_keepsWhatIsOfAHigherSchema_isOutdated() {
    RemoteTier tier = process();
    long id = get(tier.commit(schema(fill(KEY, leased(tier, KEY), "a"), SCHEMA + 1))).id();

    assertRefused(
        get(tier.commit(keeping(fill(KEY, leased(tier, KEY), ""), id))), Verdict.OUTDATED);
  }

  @Test
  void commit_keepsUnderAnotherToken_isOvertaken() {
    RemoteTier tier = process();
    long id = filled(tier, KEY, "a").id();
    long token = refreshing(tier, id);

    assertRefused(get(tier.commit(keeping(fill(KEY, token + 1, ""), id))), Verdict.OVERTAKEN);
    assertRefused(get(tier.commit(keeping(fill("other", token(), ""), id))), Verdict.OVERTAKEN);
  }

  @Test
  void commit_keepsNothingAndIsTooLate_isOutdatedAndTheLeaseEnds() {
    RemoteTier tier = process();
    long token = leased(tier, KEY);
    pass(2_000);

    assertRefused(
        get(tier.commit(keeping(timed(fill(KEY, token, ""), 1_000, 0), 1))), Verdict.OUTDATED);

    assertThat(get(tier.renew(KEY, token, LEASE))).isFalse();
  }

  @Test
  void commit_keepsInTheHoldOff_isBoundedByIt() {
    RemoteTier tier = process();
    long id = filled(tier, KEY, "kept").id();
    get(tier.invalidate(KEY, Change.SOFT, 10_000));

    assertStored(get(tier.commit(keeping(fill(KEY, leased(tier, KEY), ""), id))), 10_000, 10_000);
  }

  @Test
  void commitWrite_keeps_isNotLookedAt() {
    RemoteTier tier = process();
    long id = filled(tier, KEY, "a").id();
    long write = token();
    get(tier.beginWrite(KEY, write, 1_000, 0));
    Fill absent = keeping(fill(KEY, write, ""), id);

    assertStored(get(tier.commitWrite(absent, 0)), FRESH, FRESH + STALE);
    assertThat(hit(get(tier.lookup(read(KEY, token())))).stored().payload()).isNull();
  }

  /** Has the lease to replace an entry granted. */
  private long refreshing(RemoteTier tier, long id) {
    long token = token();
    granted(get(tier.lookup(refresh(KEY, id, token))));
    return token;
  }
}
