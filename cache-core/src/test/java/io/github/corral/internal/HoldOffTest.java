package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.corral.internal.Lab.Node;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas that lag, versions, and values that the source says have not changed. */
class HoldOffTest {

  private static final Duration HOLD_OFF = Duration.ofSeconds(5);

  private final Lab lab = new Lab();

  private Node node(boolean alone) {
    return lab.node(
        setup -> {
          setup.alone = alone;
          setup.change = settings -> settings.holdOff = HOLD_OFF;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void load_withinTheHoldOffFromAReplica_isKeptNoLongerThanThat(boolean alone) {
    Node node = node(alone);
    node.cache.invalidate(1);
    lab.pass(Duration.ofSeconds(1));

    assertThat(node.fill(1, "lagging")).isEqualTo("lagging");
    assertThat(node.now(1)).isEqualTo("lagging");
    lab.pass(Duration.ofSeconds(4));

    assertThat(node.fill(1, "new")).as("neither fresh nor stale").isEqualTo("new");
    lab.pass(Duration.ofSeconds(50));
    assertThat(node.now(1)).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void load_withinTheHoldOffFromThePrimary_isKept(boolean alone) {
    Node node = node(alone);
    node.cache.invalidate(1);
    CompletableFuture<String> read = node.read(1);
    assertThat(node.last().load.fromPrimary()).isTrue();
    node.last().gives("new");
    lab.passMoment();

    assertThat(read).isCompletedWithValue("new");
    lab.pass(Duration.ofSeconds(50));
    assertThat(node.now(1)).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void load_thatBeganWithinTheHoldOffAndEndsAfterIt_isNotKept(boolean alone) {
    Node node = node(alone);
    node.cache.invalidate(1);
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofSeconds(6));
    node.last().gives("lagging");
    lab.passMoment();

    assertThat(read).isCompletedWithValue("lagging");
    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void load_afterTheHoldOff_isToldOfNoPrimary() {
    Node node = node(false);
    node.cache.invalidate(1);
    lab.pass(HOLD_OFF);
    CompletableFuture<String> unused = node.read(1);

    assertThat(node.last().load.fromPrimary()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void update_laterLoadFromAReplica_isKeptNoLongerThanTheHoldOff(boolean alone) {
    Node node = node(alone);
    String unused = node.cache.update(1, () -> "new");
    lab.passMoment();
    node.cache.expire(1);
    assertThat(node.now(1)).isEqualTo("new");
    node.last().gives("lagging");
    lab.passMoment();
    lab.pass(HOLD_OFF);

    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void update_writerDiesAtTheEndOfItsWindow_laterLoadFromAReplicaIsKeptNoLongerThanTheHoldOff() {
    Node writer = node(false);
    CompletableFuture<String> unused = writer.cache.updateAsync(1, CompletableFuture::new);
    lab.pass(Duration.ofSeconds(11));
    Node node = node(false);
    assertThat(node.fill(1, "lagging")).isEqualTo("lagging");
    assertThat(node.now(1)).isEqualTo("lagging");
    lab.pass(HOLD_OFF);

    assertThat(node.read(1)).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void load_withinTheHoldOffOfATag_isKeptNoLongerThanThat(boolean alone) {
    Node node = node(alone);
    node.fleet.invalidateTags(Tags.named(List.of("red"))).join();
    CompletableFuture<String> tagged = node.read(1);
    node.last().load.tags("red");
    node.last().gives("lagging");
    CompletableFuture<String> other = node.read(2);
    node.last().gives("untouched");
    CompletableFuture<String> primary = node.read(3);
    assertThat(node.last().load.fromPrimary()).isTrue();
    node.last().load.tags("red");
    node.last().gives("new");
    lab.passMoment();
    assertThat(List.of(tagged, other, primary)).allMatch(CompletableFuture::isDone);
    assertThat(node.now(1)).isEqualTo("lagging");

    lab.pass(HOLD_OFF);

    assertThat(node.now(2)).isEqualTo("untouched");
    assertThat(node.now(3)).isEqualTo("new");
    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void load_thatBeganWithinTheHoldOffOfATagAndEndsAfterIt_isNotKept() {
    Node node = node(false);
    node.fleet.invalidateTags(Tags.named(List.of("red"))).join();
    CompletableFuture<String> read = node.read(1);
    lab.pass(Duration.ofSeconds(6));
    node.last().load.tags("red");
    node.last().gives("lagging");
    lab.passMoment();

    assertThat(read).isCompletedWithValue("lagging");
    assertThat(node.read(1)).isNotDone();
    assertThat(node.loads).as("nobody else has to wait for its lease").hasSize(2);
  }

  @Test
  void load_ownTagsBarrierHidesOneThatWasNotHeard_isKeptNoLongerThanItsHoldOff() {
    Node node = node(false);
    Node deaf =
        lab.node(
            setup -> {
              setup.network = Deaf.to(lab.server);
              setup.change = settings -> settings.holdOff = HOLD_OFF;
            });
    assertThat(deaf.fill(2, "knows the barriers")).isNotNull();
    node.fleet.invalidateTags(Tags.named(List.of("red"))).join();
    deaf.fleet.invalidateTags(Tags.named(List.of("blue"))).join();
    CompletableFuture<String> read = deaf.read(1);
    deaf.last().load.tags("red");
    deaf.last().gives("lagging");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("lagging");

    lab.pass(HOLD_OFF);

    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void load_versionBelowTheWritten_isRefused() {
    Node node =
        lab.node(
            setup ->
                setup.change =
                    settings -> {
                      settings.holdOff = HOLD_OFF;
                      settings.version = value -> Long.parseLong(value.substring(1));
                    });
    String unused = node.cache.update(1, () -> "v7");
    lab.passMoment();
    node.cache.expire(1);
    assertThat(node.now(1)).isEqualTo("v7");
    node.last().gives("v6");
    lab.passMoment();

    assertThat(node.now(1)).as("the older one was not stored").isEqualTo("v7");
    node.last().gives("v8");
    lab.passMoment();
    lab.pass(Duration.ofSeconds(50));
    assertThat(node.now(1)).as("proven by its version").isEqualTo("v8");
  }

  @Test
  void load_tellsItsVersion_countsInsteadOfTheFunctions() {
    Node node =
        lab.node(
            setup ->
                setup.change =
                    settings -> {
                      settings.holdOff = HOLD_OFF;
                      settings.version = value -> 7;
                    });
    String unused = node.cache.update(1, () -> "new");
    lab.passMoment();
    node.cache.expire(1);
    assertThat(node.now(1)).isEqualTo("new");
    node.last().load.version(6);
    node.last().gives("old");
    lab.passMoment();

    assertThat(node.now(1)).isEqualTo("new");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> node.last().load.version(-1))
        .withMessage("version: -1 is not 0 or more");
  }

  @Test
  void version_throws_valueIsNotStored() {
    Node node =
        lab.node(
            setup ->
                setup.change =
                    settings ->
                        settings.version =
                            value -> {
                              throw new IllegalStateException("no version");
                            });

    assertThat(node.fill(1, "a")).isEqualTo("a");

    assertThat(node.counts.of("codecFailure")).isEqualTo(1);
    assertThat(lab.node().fill(1, "b")).isEqualTo("b");
  }

  // ---------------------------------------------------------------- not modified

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void notModified_valueIsKept_withNewTimes(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.last().load.replaces()).isTrue();
    node.last().gives(node.last().load.notModified());
    lab.passMoment();
    lab.pass(Duration.ofSeconds(59));

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.loads).as("fresh again").hasSize(2);
    if (!alone) {
      assertThat(node(false).now(1)).isEqualTo("a");
    }
  }

  @Test
  void notModified_oldValueHasExpiredMeanwhile_isStoredWithItsPayload() {
    Node node = node(false);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(118));
    assertThat(node.now(1)).isEqualTo("a");
    lab.pass(Duration.ofSeconds(3));

    node.last().gives(node.last().load.notModified());
    lab.passMoment();

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node(false).now(1)).isEqualTo("a");
    assertThat(node.tier.calls(ScriptedTier.Op.COMMIT)).isEqualTo(3);
  }

  @Test
  void notModified_nothingWasThere_isRefused() {
    Node node = node(false);
    CompletableFuture<String> unused = node.read(1);

    assertThat(node.last().load.replaces()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> node.last().load.notModified())
        .withMessage("key c::1: there is no value before this load's to be kept");
  }

  @Test
  void notModified_loaderGivesAnotherValueAllTheSame_thatOneIsStored() {
    Node node = node(false);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    assertThat(node.now(1)).isEqualTo("a");
    String unused = node.last().load.notModified();
    node.last().gives("b");
    lab.passMoment();

    assertThat(node.now(1)).isEqualTo("b");
    assertThat(node(false).now(1)).isEqualTo("b");
  }
}
