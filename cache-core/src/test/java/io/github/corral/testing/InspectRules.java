package io.github.corral.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Inspection;
import io.github.corral.testing.HeardFeed.Subscribed;
import org.junit.jupiter.api.Test;

/** What an inspection tells, and that it changes nothing. */
abstract class InspectRules extends KeepRules {

  private static final long NONE = Fill.NO_VERSION;

  @Test
  void inspect_nothing_tellsNothing() {
    assertThat(get(process().inspect(KEY)))
        .isEqualTo(new Inspection(null, 0, NONE, 0, false, 0, NONE, 0, false, 0, 0, ""));
  }

  @Test
  void inspect_value_isToldWhateverItsSchema() {
    RemoteTier tier = process();
    Fill fill = schema(versioned(fill(KEY, leased(tier, KEY), "a"), 1L << 60), SCHEMA + 1);
    long id = get(tier.commit(stamped(fill, STAMP, "x"))).id();
    pass(1_000);

    Inspection told = get(tier.inspect(KEY));

    assertValue(told.stored(), "a");
    assertMarked(told.stored(), STAMP, "x");
    assertThat(told.stored().id()).isEqualTo(id);
    assertRemaining(told.stored().freshMillis(), FRESH - 1_000);
    assertRemaining(told.stored().hardMillis(), FRESH + STALE - 1_000);
    assertThat(told.stored().lifeMillis()).isEqualTo(FRESH);
    assertThat(told.stored().costMillis()).isEqualTo(5);
    assertThat(told)
        .isEqualTo(
            new Inspection(
                told.stored(), SCHEMA + 1, 1L << 60, 0, false, 0, NONE, 0, false, 0, 0, ""));
  }

  @Test
  void inspect_leasedAndAwaited_tellsBoth() {
    RemoteTier tier = process();
    leased(tier, KEY);
    pass(1_000);
    assertThat(get(tier.inspect(KEY)).awaited()).isFalse();
    busy(get(tier.lookup(read(KEY, token()))));

    Inspection told = get(tier.inspect(KEY));

    assertThat(told.awaited()).isTrue();
    assertRemaining(told.leaseMillis(), LEASE - 1_000);
    pass(LEASE);
    assertThat(get(tier.inspect(KEY)).leaseMillis()).isZero();
  }

  @Test
  void inspect_holdOff_isToldWithItsLeastVersion() {
    RemoteTier tier = process();
    long write = token();
    get(tier.beginWrite(KEY, write, 1_000, 0));
    get(tier.commitWrite(versioned(fill(KEY, write, "a"), 5), 10_000));
    pass(4_000);

    assertRemaining(get(tier.inspect(KEY)).holdOffMillis(), 6_000);
    assertThat(get(tier.inspect(KEY)).leastVersion()).isEqualTo(5);
    pass(6_000);
    assertThat(get(tier.inspect(KEY)).holdOffMillis()).isZero();
    assertThat(get(tier.inspect(KEY)).leastVersion()).isEqualTo(NONE);
  }

  @Test
  void inspect_writeWindow_isToldAndWhetherItIsContended() {
    RemoteTier tier = process();
    get(tier.beginWrite(KEY, token(), 1_000, 0));

    assertRemaining(get(tier.inspect(KEY)).writeMillis(), 1_000);
    assertThat(get(tier.inspect(KEY)).contended()).isFalse();
    get(tier.beginWrite(KEY, token(), 1_000, 0));
    assertRemaining(get(tier.inspect(KEY)).writeMillis(), 2_000);
    assertThat(get(tier.inspect(KEY)).contended()).isTrue();
    pass(2_000);
    assertThat(get(tier.inspect(KEY)).writeMillis()).isZero();
    assertThat(get(tier.inspect(KEY)).contended()).isFalse();
  }

  @Test
  void inspect_failures_areToldWithTheWindow() {
    RemoteTier tier = process();
    get(tier.fail(KEY, leased(tier, KEY), "First", 100, 10_000));
    pass(100);
    get(tier.fail(KEY, leased(tier, KEY), "Second", 100, 10_000));
    pass(50);

    Inspection told = get(tier.inspect(KEY));

    assertRemaining(told.failingMillis(), 150);
    assertThat(told.failures()).isEqualTo(2);
    assertThat(told.error()).isEqualTo("Second");
    pass(150);
    assertThat(get(tier.inspect(KEY)).failingMillis()).isZero();
    assertThat(get(tier.inspect(KEY)).failures()).isEqualTo(2);
  }

  @Test
  void inspect_changesNothingAndTellsNobody() {
    RemoteTier tier = process();
    HeardFeed feed = listen(tier);
    long id = filled(tier, KEY, "a").id();
    get(tier.invalidate("other", Change.SOFT, 0));
    long token = token();
    granted(get(tier.lookup(refresh(KEY, id, token))));
    int heard = heard(tier, feed).size();

    get(tier.inspect(KEY));
    get(tier.inspect("new"));

    assertThat(heard(tier, feed)).hasSize(heard).contains(new Subscribed());
    assertThat(get(tier.inspect(KEY)).awaited()).isFalse();
    assertThat(get(tier.renew(KEY, token, LEASE))).isTrue();
    leased(tier, "new");
  }
}
