package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A read looks into L1, is held up, and opens its flight when another's has already landed. */
class LandedMeanwhileTest {

  private final Lab lab = new Lab();
  private final Runnable[] meanwhile = {() -> {}};

  /** The text of the key is asked for between the look and the flight. */
  private final Node node =
      lab.node(
          setup -> {
            setup.alone = true;
            setup.keyCodec =
                key -> {
                  Runnable once = meanwhile[0];
                  meanwhile[0] = () -> {};
                  once.run();
                  return String.valueOf(key);
                };
          });

  @Test
  void get_missAndALoadEndsMeanwhile_isNotLoadedAgain() {
    meanwhile[0] = () -> node.fill(1, "a");

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.loads).hasSize(1);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void get_staleAndARefreshEndsMeanwhile_isNotRefreshedAgain() {
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(60));
    meanwhile[0] =
        () -> {
          node.now(1);
          node.last().gives("b");
          lab.passMoment();
        };

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.loads).hasSize(2);
    assertThat(node.now(1)).isEqualTo("b");
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void get_missAndAnInvalidationFollowsTheLoad_isLoadedAgain() {
    meanwhile[0] =
        () -> {
          node.fill(1, "a");
          node.cache.invalidateAsync(1).join();
        };

    CompletableFuture<String> read = node.read(1);

    assertThat(node.loads).hasSize(2);
    node.last().gives("b");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("b");
  }
}
