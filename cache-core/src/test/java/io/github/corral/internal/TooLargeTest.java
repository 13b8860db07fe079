package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.LoadFailedException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A value too large for the remote tier stays in the processes that load it. */
class TooLargeTest {

  private static final String LARGE = "x".repeat(100);
  private static final Duration HOLD_OFF = Duration.ofSeconds(5);

  private final Lab lab = new Lab();

  private Node node() {
    return node(Duration.ZERO);
  }

  private Node node(Duration holdOff) {
    return lab.node(
        setup ->
            setup.change =
                settings -> {
                  settings.maximumPayload = 50;
                  settings.holdOff = holdOff;
                });
  }

  private byte[] payload() {
    return new InMemoryTier(lab.server)
        .inspect("c::1")
        .toCompletableFuture()
        .join()
        .stored()
        .payload();
  }

  @Test
  void get_tooLarge_isKeptHereForItsWholeTime() {
    Node node = node();

    assertThat(node.fill(1, LARGE)).isEqualTo(LARGE);

    assertThat(node.counts.of("tooLarge")).isEqualTo(1);
    assertThat(node.counts.of("codecFailure")).isZero();
    assertThat(payload()).hasSize(1);
    lab.pass(Duration.ofSeconds(59));
    assertThat(node.now(1)).isEqualTo(LARGE);
    assertThat(node.loads).hasSize(1);
  }

  @Test
  void get_atTheLimit_isShared() {
    node().fill(1, "x".repeat(45));

    Node other = node();

    assertThat(other.now(1)).hasSize(45);
    assertThat(other.counts.of("hit L2")).isEqualTo(1);
  }

  @Test
  void get_tooLargeElsewhere_isLoadedHereToo() {
    Node one = node();
    one.fill(1, LARGE);
    Node other = node();

    assertThat(other.fill(1, LARGE)).isEqualTo(LARGE);

    assertThat(other.counts.of("codecFailure")).isZero();
    assertThat(other.counts.of("hit L2")).isZero();
    assertThat(other.counts.of("miss L2")).isEqualTo(1);
    assertThat(one.now(1)).isEqualTo(LARGE);
    assertThat(one.loads).hasSize(1);
  }

  @Test
  void get_tooLargeAndLoadedElsewhere_doesNotWaitForThat() {
    node().fill(1, LARGE);
    Node one = node();
    Node other = node();
    CompletableFuture<String> first = one.read(1);

    assertThat(other.fill(1, LARGE)).isEqualTo(LARGE);

    assertThat(first).isNotDone();
    assertThat(other.tier.calls(Op.COMMIT)).isZero();
    lab.pass(Duration.ofSeconds(3)); // kept as long as an invalidation may go unheard
    one.last().gives(LARGE);
    lab.passMoment();
    assertThat(other.fill(1, LARGE)).isEqualTo(LARGE);
    lab.pass(Duration.ofSeconds(50));
    assertThat(other.now(1)).isEqualTo(LARGE);
  }

  @Test
  void get_waitedForOneThatIsTooLarge_loadsItself() {
    Node one = node();
    Node other = node();
    one.read(1);
    CompletableFuture<String> waits = other.read(1);
    assertThat(other.loads).isEmpty();

    one.last().gives(LARGE);
    lab.passMoment();
    other.last().gives(LARGE);
    lab.passMoment();

    assertThat(waits.join()).isEqualTo(LARGE);
  }

  @Test
  void get_refreshIsDueAndAnotherRefreshes_itsOwnIsServed() {
    Node one = node();
    Node other = node();
    one.fill(1, LARGE);
    other.fill(1, LARGE);
    lab.pass(Duration.ofSeconds(61));
    assertThat(one.now(1)).isEqualTo(LARGE);

    assertThat(other.now(1)).isEqualTo(LARGE);

    assertThat(one.loads).hasSize(2);
    assertThat(other.loads).hasSize(1);
  }

  @Test
  void get_noLongerTooLarge_isShared() {
    Node one = node();
    one.fill(1, LARGE);
    one.cache.invalidateAsync(1);
    lab.passMoment();

    one.fill(1, "small");

    assertThat(node().now(1)).isEqualTo("small");
  }

  @Test
  void get_loadFailsWhereItIsTooLarge_callerIsTold() {
    node().fill(1, LARGE);
    Node other = node();
    CompletableFuture<String> read = other.read(1);

    other.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(failureOf(read)).isInstanceOf(LoadFailedException.class);
  }

  @Test
  void getIfPresent_tooLargeElsewhere_givesNothing() {
    node().fill(1, LARGE);
    CompletableFuture<String> peeked = node().cache.getIfPresentAsync(1);
    lab.passMoment();

    assertThat(peeked.join()).isNull();
  }

  @Test
  void invalidate_tooLarge_isGoneEverywhere() {
    Node one = node();
    Node other = node();
    one.fill(1, LARGE);
    other.fill(1, LARGE);

    one.cache.invalidateAsync(1);
    lab.passMoment();

    assertThat(one.fill(1, "new")).isEqualTo("new");
    assertThat(other.now(1)).isEqualTo("new");
  }

  @Test
  void invalidate_whileATooLargeOneIsLoaded_isNotKept() {
    Node node = node();
    CompletableFuture<String> read = node.read(1);
    node().cache.invalidateAsync(1);
    lab.passMoment();

    node.last().gives(LARGE);
    lab.passMoment();

    assertThat(read.join()).isEqualTo(LARGE);
    assertThat(node.counts.of("overtaken")).isEqualTo(1);
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void get_tooLargeWithinAHoldOff_isKeptNoLongerThanThat() {
    Node node = node(HOLD_OFF);
    node.cache.invalidateAsync(1);
    lab.passMoment();

    node.fill(1, LARGE);

    lab.pass(HOLD_OFF.minusMillis(100));
    assertThat(node.now(1)).isEqualTo(LARGE);
    lab.pass(Duration.ofMillis(100));
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void put_tooLarge_theOldOneIsGoneAndReadsLoad() {
    Node one = node();
    Node other = node();
    one.fill(1, "old");
    assertThat(other.now(1)).isEqualTo("old");

    one.cache.putAsync(1, LARGE);
    lab.passMoment();

    assertThat(one.counts.of("tooLarge")).isEqualTo(1);
    assertThat(one.fill(1, LARGE)).isEqualTo(LARGE);
    assertThat(other.fill(1, LARGE)).isEqualTo(LARGE);
  }
}
