package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.LoadFailedException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A failing source while the remote tier does not answer: a process protects it by itself. */
class FailureWithoutTierTest {

  private final Lab lab = new Lab();
  private final Node node =
      lab.node(
          setup ->
              setup.failure =
                  Failure.defaults().backoff(Duration.ofMillis(100), Duration.ofSeconds(10)));

  private void failedLoad() {
    CompletableFuture<String> read = node.read(1);
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();
    assertThat(read).isCompletedExceptionally();
  }

  @Test
  void get_withinTheWindow_failsWithTheTextOfTheRemoteWindow() {
    failedLoad();
    String remote = failureOf(node.read(1)).getMessage();
    lab.pass(Duration.ofMillis(200));
    node.tier.all(Fate.FAIL);
    failedLoad();

    CompletableFuture<String> read = node.read(1);

    assertThat(node.loads).hasSize(2);
    assertThat(failureOf(read)).isExactlyInstanceOf(LoadFailedException.class).hasNoCause();
    assertThat(failureOf(read).getMessage().replaceAll("\\d+ ms", "n ms"))
        .isEqualTo(remote.replaceAll("\\d+ ms", "n ms"))
        .contains("java.lang.IllegalStateException");
    lab.pass(Duration.ofMillis(100));
    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void get_theTierGoesWhileTheLoadFails_theWindowIsThisProcesss() {
    CompletableFuture<String> read = node.read(1);
    node.tier.all(Fate.FAIL);
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();
    assertThat(read).isCompletedExceptionally();

    assertThat(node.read(1)).isCompletedExceptionally();

    assertThat(node.loads).hasSize(1);
  }

  @Test
  void get_theSourceFailsForTenSeconds_oneLoadPerWindow() {
    node.tier.all(Fate.FAIL);
    for (int i = 0; i < 1_000; i++) {
      node.cache.getAsync(1).exceptionally(error -> "failed");
      lab.pass(Duration.ofMillis(10));
      if (!node.loads.isEmpty()) {
        node.last().fails(new IllegalStateException("down"));
      }
    }

    assertThat(node.loads).as("after 0, 100, 300, 700, 1500, 3100, 6300 ms").hasSize(7);
  }

  @Test
  void get_aStaleValueIsThere_isServedWithoutALoad() {
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    node.tier.only(Op.LOOKUP, Fate.FAIL);
    assertThat(node.now(1)).isEqualTo("a");
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.loads).hasSize(2);
  }

  @Test
  void invalidate_withinTheWindow_endsIt() {
    node.tier.all(Fate.FAIL);
    failedLoad();

    node.cache.invalidateAsync(1).exceptionally(error -> null).join();

    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void put_withinTheWindow_endsIt() {
    node.tier.all(Fate.FAIL);
    failedLoad();

    node.cache.putAsync(1, "b").exceptionally(error -> null).join();

    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void get_loadsAgainWithSuccess_theNextWindowIsTheFirstAgain() {
    node.tier.all(Fate.FAIL);
    failedLoad();
    lab.pass(Duration.ofMillis(150));
    failedLoad();
    lab.pass(Duration.ofMillis(250));
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(4));
    failedLoad();

    lab.pass(Duration.ofMillis(110));

    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void get_invalidatedWhileItsLoadFails_noWindowOpens() {
    node.tier.all(Fate.FAIL);
    CompletableFuture<String> read = node.read(1);
    node.cache.invalidateAsync(1).exceptionally(error -> null).join();

    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(read).isCompletedExceptionally();
    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void get_tierAnswersAgain_itDecides() {
    node.tier.all(Fate.FAIL);
    failedLoad();
    node.tier.all(Fate.PASS);

    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @Test
  void manyKeys_eachFails_windowsAreBounded() {
    node.tier.all(Fate.FAIL);
    for (int key = 0; key < 12_000; key++) {
      node.cache.getAsync(key).exceptionally(error -> "failed");
    }
    lab.passMoment();
    node.loads.forEach(load -> load.fails(new IllegalStateException("down")));
    lab.passMoment();

    assertThat(node.loads).hasSize(12_000);
    assertThat(node.engine.windows()).isBetween(1L, 10_000L);
  }
}
