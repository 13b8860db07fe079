package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.LoadTimeoutException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Flight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** At most so many loads of a cache at once; the others wait in line. */
class LoadLimitTest {

  private final Lab lab = new Lab();

  private Node node(int most) {
    return node(most, false);
  }

  private Node node(int most, boolean alone) {
    return lab.node(
        setup -> {
          setup.alone = alone;
          setup.refresh = Refresh.none();
          setup.failure = Failure.loadTimeout(Duration.ofSeconds(10)).maxLoads(most);
        });
  }

  private CompletableFuture<Flight<String>> opening(Node node, int key) {
    CompletableFuture<Flight<String>> opening =
        node.cache.openAsync(key, (k, load) -> new CompletableFuture<>());
    lab.passMoment();
    return opening;
  }

  private static List<Integer> keys(Node node) {
    return node.loads.stream().map(load -> load.key).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_moreThanThereIsRoomFor_waitInTheOrderOfTheirComing(boolean alone) {
    Node node = node(2, alone);
    List<CompletableFuture<String>> reads = new ArrayList<>();
    for (int key = 1; key <= 5; key++) {
      reads.add(node.read(key));
    }
    assertThat(keys(node)).containsExactly(1, 2);

    node.loads.get(1).gives("b");
    lab.passMoment();
    assertThat(keys(node)).containsExactly(1, 2, 3);
    node.loads.get(0).fails(new IllegalStateException("down"));
    lab.passMoment();
    assertThat(keys(node)).containsExactly(1, 2, 3, 4);
    node.loads.get(2).gives("c");
    node.loads.get(3).gives("d");
    lab.passMoment();
    node.loads.get(4).gives("e");
    lab.passMoment();

    assertThat(reads.get(0)).isCompletedExceptionally();
    assertThat(reads.get(4)).isCompletedWithValue("e");
    assertThat(node.engine.limit().size()).isZero();
  }

  @Test
  void get_theTierIsGone_theLimitHolds() {
    Node node = node(3);
    node.tier.all(Fate.FAIL);
    for (int key = 0; key < 20; key++) {
      node.read(key);
    }

    assertThat(node.loads).hasSize(3);
  }

  @Test
  void get_twoCachesOfTheFleet_eachHasItsOwnLimit() {
    Node node = node(1);
    node.read(1);
    Node other = node(1);

    other.read(2);

    assertThat(other.loads).hasSize(1);
  }

  @Test
  void get_aLoadHangs_itsPlaceIsFreeAtTheLoadTimeout() {
    Node node = node(1);
    CompletableFuture<String> hanging = node.read(1);
    lab.pass(Duration.ofSeconds(5));
    CompletableFuture<String> waiting = node.read(2);
    assertThat(node.loads).hasSize(1);

    lab.pass(Duration.ofSeconds(5));

    assertThat(failureOf(hanging)).isInstanceOf(LoadTimeoutException.class);
    assertThat(keys(node)).containsExactly(1, 2);
    node.last().gives("b");
    lab.passMoment();
    assertThat(waiting).isCompletedWithValue("b");
    node.loads.get(0).gives("late");
    lab.passMoment();
    node.read(3);
    node.read(4);
    assertThat(keys(node)).as("the late end makes no second place").containsExactly(1, 2, 3);
  }

  @Test
  void get_noPlaceUntilTheLoadTimeout_failsWithThatAndGivesItsLeaseBack() {
    Node node = node(1);
    node.read(1);
    lab.pass(Duration.ofSeconds(1));
    CompletableFuture<String> waiting = node.read(2);
    lab.pass(Duration.ofMillis(8_900));
    node.loads.get(0).gives("a");
    node.read(3);
    assertThat(keys(node)).containsExactly(1, 2);

    lab.pass(Duration.ofMillis(1_200));

    assertThat(waiting).isCompletedExceptionally();
    assertThat(node.engine.limit().size()).as("key 3 has the place").isEqualTo(1);
  }

  @Test
  void get_allInLineTimeOut_theirMessageSaysWhatTheyWaitedFor() {
    Node node = node(1);
    opening(node, 1);
    lab.pass(Duration.ofSeconds(1));
    CompletableFuture<String> waiting = node.read(2);
    lab.pass(Duration.ofMillis(8_980));
    CompletableFuture<Flight<String>> next = opening(node, 3);
    assertThat(next).isNotDone();

    lab.pass(Duration.ofSeconds(1));

    assertThat(waiting).isNotDone();
    lab.pass(Duration.ofMillis(20));
    assertThat(failureOf(waiting)).isInstanceOf(LoadTimeoutException.class);
    assertThat(lab.node().fill(2, "elsewhere")).isEqualTo("elsewhere");
  }

  @Test
  void get_waitsForItsPlace_itsLeaseIsKeptAlive() {
    Node node = node(1);
    node.read(1);
    CompletableFuture<String> waiting = node.read(2);
    Node elsewhere = lab.node();

    lab.pass(Duration.ofSeconds(7));

    CompletableFuture<String> other = elsewhere.read(2);
    assertThat(elsewhere.loads).isEmpty();
    node.last().gives("a");
    lab.passMoment();
    node.last().gives("b");
    lab.pass(Duration.ofMillis(250));
    assertThat(waiting).isCompletedWithValue("b");
    assertThat(other).isCompletedWithValue("b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancel_whileItWaitsForItsPlace_givesUpPlaceAndLease(boolean tierIsGone) {
    Node node = node(1);
    node.read(1);
    if (tierIsGone) {
      node.tier.all(Fate.FAIL);
    }
    CompletableFuture<String> waiting = node.read(2);
    CompletableFuture<String> next = node.read(3);

    waiting.cancel(false);
    lab.pass(Duration.ofMillis(1_100));

    assertThat(node.engine.limit().size()).isEqualTo(2);
    assertThat(lab.node().fill(2, "elsewhere")).isEqualTo("elsewhere");
    node.last().gives("a");
    lab.passMoment();
    assertThat(keys(node)).containsExactly(1, 3);
    assertThat(next).isNotDone();
  }

  @Test
  void cancel_ofTheFirstInLine_whoeverWaitsForTheSameKeyHasItsPlace() {
    Node node = node(1);
    node.read(1);
    CompletableFuture<String> first = node.read(2);
    CompletableFuture<String> second = node.read(2);
    node.read(3);

    first.cancel(false);
    node.last().gives("a");
    lab.passMoment();

    assertThat(keys(node)).containsExactly(1, 2);
    node.last().gives("b");
    lab.passMoment();
    assertThat(second).isCompletedWithValue("b");
  }

  @Test
  void open_noRoom_theFlightIsHandedOutWhenThereIs() {
    Node node = node(1);
    CompletableFuture<Flight<String>> first = opening(node, 1);
    CompletableFuture<Flight<String>> second = opening(node, 2);
    assertThat(first.join().leads()).isTrue();
    assertThat(second).isNotDone();

    first.join().commit("a");
    lab.passMoment();

    assertThat(second).isCompleted();
    assertThat(second.join().leads()).isTrue();
  }

  @Test
  void refresh_noRoom_callersComeFirstThoughTheyCameLater() {
    Node node = node(1);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    node.read(2);
    assertThat(node.now(1)).isEqualTo("a");
    node.read(3);

    node.last().gives("b");
    lab.passMoment();
    assertThat(keys(node)).containsExactly(1, 2, 3);
    node.last().gives("c");
    lab.passMoment();

    assertThat(keys(node)).containsExactly(1, 2, 3, 1);
  }

  @Test
  void refresh_aCallerComesToWaitForIt_itYieldsNoLonger() {
    Node node =
        lab.node(
            setup -> {
              setup.expiry =
                  io.github.corral.policy.CacheExpiry.freshFor(Duration.ofSeconds(2))
                      .staleFor(Duration.ofSeconds(1))
                      .jitter(0);
              setup.failure = Failure.loadTimeout(Duration.ofSeconds(10)).maxLoads(1);
            });
    node.fill(1, "a");
    lab.pass(Duration.ofMillis(2_500));
    node.read(2);
    assertThat(node.now(1)).isEqualTo("a");
    lab.pass(Duration.ofMillis(700));
    CompletableFuture<String> expired = node.read(1);
    assertThat(expired).isNotDone();
    node.read(3);

    node.last().gives("b");
    lab.passMoment();

    assertThat(keys(node)).containsExactly(1, 2, 1);
  }

  @Test
  void close_someWaitInLine_noneOfThemLeads() {
    Node node = node(1);
    assertThat(opening(node, 0)).isCompleted();
    List<CompletableFuture<Flight<String>>> inLine = new ArrayList<>();
    for (int key = 1; key < 20; key++) {
      inLine.add(opening(node, key));
    }

    node.fleet.close();
    lab.passMoment();

    assertThat(inLine).allSatisfy(each -> assertThat(each).isCompletedExceptionally());
    assertThat(node.engine.limit().size()).isZero();
  }

  @Test
  void close_thousandsInLineEachGiveUpAtOnce_noStackOverflows() {
    Node node = node(1);
    Flight<String> first = opening(node, 0).join();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int key = 1; key <= 5_000; key++) {
      all.add(
          node.cache
              .openAsync(key % 2_500, (k, load) -> new CompletableFuture<>())
              .thenAccept(Flight::close));
    }
    lab.passMoment();

    first.close();
    lab.passMoment();

    assertThat(all).allSatisfy(each -> assertThat(each).isCompleted());
    assertThat(node.fleet.flights()).isZero();
    assertThat(node.engine.limit().size()).isZero();
  }
}
