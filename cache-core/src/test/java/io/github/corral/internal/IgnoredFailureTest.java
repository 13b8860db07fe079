package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.LoadFailedException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.Failure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures that open no error window. */
class IgnoredFailureTest {

  private final Lab lab = new Lab();

  private Node node(boolean alone) {
    return lab.node(
        setup -> {
          setup.alone = alone;
          setup.failure = Failure.defaults().ignore(IOException.class, SecurityException.class);
        });
  }

  private Throwable failed(Node node, Throwable error) {
    CompletableFuture<String> read = node.read(1);
    node.last().fails(error);
    lab.passMoment();
    return failureOf(read);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_loadFailsWithAnIgnoredType_theNextReadLoadsAtOnce(boolean alone) {
    Node node = node(alone);
    FileNotFoundException error = new FileNotFoundException("no such file");

    assertThat(failed(node, error)).isInstanceOf(LoadFailedException.class).hasCause(error);

    assertThat(node.counts.of("load FAILURE")).isEqualTo(1);
    assertThat(node.tier.calls(Op.FAIL)).isZero();
    assertThat(node.fleet.flights()).isZero();
    assertThat(node.fill(1, "a")).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_loadFailsWithAnotherType_theErrorWindowOpens(boolean alone) {
    Node node = node(alone);
    failed(node, new IllegalStateException("down"));

    assertThat(node.read(1)).isCompletedExceptionally();

    assertThat(node.loads).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_refreshFailsWithAnIgnoredType_staleIsServedAndTheNextReadRefreshes(boolean alone) {
    Node node = node(alone);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    assertThat(node.now(1)).isEqualTo("a");
    node.last().fails(new SecurityException("not you"));
    lab.passMoment();

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.loads).hasSize(3);
  }
}
