package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.Lab.Setup;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fresh, stale and expired values, absences, and what a load says of its value's time. */
class ExpiryTest {

  private static final Duration FRESH = Duration.ofSeconds(60);
  private static final Duration STALE = Duration.ofSeconds(30);

  private final Lab lab = new Lab();

  private Node node(boolean alone) {
    return lab.node(
        setup -> {
          setup.alone = alone;
          setup.expiry = expiry();
        });
  }

  private static CacheExpiry expiry() {
    return CacheExpiry.freshFor(FRESH).staleFor(STALE).jitter(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_fresh_noLoad(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");
    lab.pass(FRESH.minusMillis(50));

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).hasSize(1);
    assertThat(node.counts.of("stale")).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_stale_servedAtOnceAndRefreshedBehind(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");
    lab.pass(FRESH);

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).hasSize(2);
    assertThat(node.counts.of("stale")).isEqualTo(2);
    node.last().gives("b");
    lab.passMoment();
    assertThat(node.now(1)).isEqualTo("b");
    assertThat(node.loads).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_pastItsHardDeadline_isNotServed(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");
    lab.pass(FRESH.plus(STALE));

    CompletableFuture<String> read = node.read(1);

    assertThat(read).isNotDone();
    node.last().gives("b");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("b");
  }

  @Test
  void get_staleInTheRemoteTierOnly_servedAtOnceAndRefreshedBehind() {
    node(false).fill(1, "a");
    lab.pass(FRESH);
    Node other = node(false);

    assertThat(other.now(1)).isEqualTo("a");
    assertThat(other.loads).hasSize(1);
    assertThat(other.last().load.previous()).isEqualTo("a");
  }

  @Test
  void get_joinsALookupWhoseReplyComesAfterTheValuesEnd_looksForItself() {
    Duration life = Duration.ofSeconds(5);
    Consumer<Setup> brief =
        setup -> setup.expiry = CacheExpiry.freshFor(life).staleFor(Duration.ZERO).jitter(0);
    lab.node(brief).fill(1, "a");
    Node other = lab.node(brief);
    other.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> inTime = other.read(1);
    lab.pass(life);
    CompletableFuture<String> late = other.read(1);

    other.tier.all(Fate.PASS);
    other.tier.letGo();
    lab.passMoment();

    assertThat(inTime).isCompletedWithValue("a");
    assertThat(late).isNotDone();
    other.last().gives("b");
    lab.passMoment();
    assertThat(late).isCompletedWithValue("b");
  }

  @Test
  void get_readFromTheRemoteTier_keepsTheDeadlinesOfTheEntry() {
    node(false).fill(1, "a");
    lab.pass(FRESH.minusSeconds(10));
    Node other = node(false);
    assertThat(other.now(1)).isEqualTo("a");
    lab.pass(Duration.ofSeconds(11));

    assertThat(other.now(1)).isEqualTo("a");

    assertThat(other.counts.of("stale")).isEqualTo(1);
    lab.pass(STALE);
    assertThat(other.read(1)).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_loadTookLong_timeCountsFromItsStart(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofSeconds(8));
    node.last().gives("a");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("a");
    lab.pass(FRESH.minusSeconds(8));

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.counts.of("stale")).isEqualTo(1);
  }

  @Test
  void get_staleForZero_nothingStaleIsServed() {
    Node node =
        lab.node(
            setup -> setup.expiry = CacheExpiry.freshFor(FRESH).staleFor(Duration.ZERO).jitter(0));
    node.fill(1, "a");
    lab.pass(FRESH);

    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void get_loaderGivesNull_absenceIsRememberedForItsTime() {
    Node node = lab.node(setup -> setup.expiry = expiry().negativeFor(Duration.ofSeconds(5)));
    assertThat(node.fill(1, null)).isNull();
    lab.pass(Duration.ofMillis(4_900));
    assertThat(node.now(1)).isNull();
    assertThat(lab.node().now(1)).isNull();
    assertThat(node.loads).hasSize(1);
    lab.pass(Duration.ofMillis(200));

    assertThat(node.now(1)).isNull();

    assertThat(node.counts.of("stale")).isEqualTo(1);
    assertThat(node.loads).hasSize(2);
  }

  @Test
  void get_negativeForZero_absenceIsNotRemembered() {
    Node node = lab.node(setup -> setup.expiry = expiry().negativeFor(Duration.ZERO));

    assertThat(node.fill(1, null)).isNull();
    assertThat(node.fill(1, null)).isNull();

    assertThat(node.tier.calls(Op.COMMIT)).isZero();
    assertThat(node.tier.calls(Op.INVALIDATE)).isZero();
    assertThat(lab.node().fill(1, "a")).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_negativeForZeroAndTheValueIsGone_oldValueIsServedNoLonger(boolean alone) {
    Node node =
        lab.node(
            setup -> {
              setup.alone = alone;
              setup.expiry = expiry().negativeFor(Duration.ZERO);
            });
    node.fill(1, "a");
    lab.pass(FRESH);
    assertThat(node.now(1)).isEqualTo("a");
    node.last().gives(null);
    lab.passMoment();

    CompletableFuture<String> read = node.read(1);

    assertThat(read).isNotDone();
    node.last().gives(null);
    lab.passMoment();
    assertThat(read).isCompletedWithValue(null);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void freshFor_ofTheLoad_replacesTheCachesOwn(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> read = node.read(1);
    node.last().load.freshFor(Duration.ofSeconds(5));
    node.last().gives("a");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("a");
    lab.pass(Duration.ofMillis(4_900));
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).hasSize(1);
    lab.pass(Duration.ofMillis(150));

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.loads).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void freshFor_forEver_isFreshForYears(boolean alone) {
    Node node = node(alone);
    node.read(1);
    node.last().load.freshFor(ChronoUnit.FOREVER.getDuration());
    node.last().gives("a");
    lab.passMoment();
    lab.pass(Duration.ofHours(1));

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).hasSize(1);
  }

  @Test
  void freshFor_zero_isRefused() {
    Node node = node(false);
    node.read(1);

    assertThatThrownBy(() -> node.last().load.freshFor(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("freshFor: PT0S is not 1 ms or more");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void doNotStore_allWhoWaitHaveTheValueAndNobodyElse(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> leader = node.read(1);
    CompletableFuture<String> joined = node.read(1);
    node.last().load.doNotStore();
    node.last().gives("a");
    lab.passMoment();
    assertThat(leader).isCompletedWithValue("a");
    assertThat(joined).isCompletedWithValue("a");

    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void previous_nothingWasThere_isNull() {
    Node node = node(false);
    node.read(1);

    assertThat(node.last().load.previous()).isNull();
    assertThat(node.last().load.fromPrimary()).isFalse();
  }

  @Test
  void refresh_early_beginsWhileFreshAndNobodyWaits() {
    Node node =
        lab.node(
            setup -> {
              setup.expiry = expiry();
              setup.refresh = Refresh.early(1000);
            });
    node.read(1);
    lab.pass(Duration.ofSeconds(1));
    node.last().gives("a");
    lab.passMoment();
    lab.pass(
        FRESH.dividedBy(2).plusMillis(100)); // a draw so eager is capped at half the fresh time

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.loads).hasSize(2);
    assertThat(node.counts.of("refresh")).isEqualTo(1);
    assertThat(node.counts.of("stale")).isZero();
    assertThat(node.last().load.previous()).isEqualTo("a");
    node.last().gives("b");
    lab.passMoment();
    assertThat(node.now(1)).isEqualTo("b");
  }

  @Test
  void refresh_everyProcessIsDue_oneLoads() {
    Node one = node(false);
    one.fill(1, "a");
    Node two = node(false);
    assertThat(two.now(1)).isEqualTo("a");
    lab.pass(FRESH);

    assertThat(one.now(1)).isEqualTo("a");
    assertThat(two.now(1)).isEqualTo("a");
    assertThat(one.loads.size() + two.loads.size()).isEqualTo(2);
    one.last().gives("b");
    lab.pass(Duration.ofMillis(300));

    assertThat(one.now(1)).isEqualTo("b");
    assertThat(two.now(1)).isEqualTo("b");
    assertThat(one.loads.size() + two.loads.size()).isEqualTo(2);
  }
}
