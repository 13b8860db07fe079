package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Flight;
import io.github.corral.spi.KeyLoader;
import io.github.corral.spi.Loader;
import io.github.corral.spi.RemoteTier.Change;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A value loaded within a hold-off is kept beyond it only if its loader asked where to read. */
class PrimaryReadTest {

  private static final int HOLD_OFF_MILLIS = 5_000;

  private final Lab lab = new Lab();
  private final Node node = lab.node();

  private void read(AsyncLoader<Integer, String> loader) {
    CompletableFuture<String> read = node.cache.getAsync(1, loader);
    lab.passMoment();
    assertThat(read).isCompleted();
  }

  private boolean keptBeyondTheHoldOff() {
    lab.pass(Duration.ofMillis(HOLD_OFF_MILLIS));
    CompletableFuture<String> read = node.read(1);
    return read.isDone() && node.loads.isEmpty();
  }

  private void holdOff() {
    lab.server.invalidate("c::1", Change.HARD, HOLD_OFF_MILLIS);
    lab.passMoment();
  }

  @Test
  void load_theLoaderCannotAsk_valueIsKeptUntilTheHoldOffEnds() {
    holdOff();
    KeyLoader<Integer, String> plain = key -> "a";

    read(Loaders.of(plain));

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(keptBeyondTheHoldOff()).isFalse();
  }

  @Test
  void load_theLoaderDoesNotAsk_valueIsKeptUntilTheHoldOffEnds() {
    holdOff();
    Loader<Integer, String> careless = (key, load) -> load.previous() == null ? "a" : "b";

    read(Loaders.of(careless));

    assertThat(keptBeyondTheHoldOff()).isFalse();
  }

  @Test
  void load_theLoaderAsks_valueIsKept() {
    holdOff();
    Loader<Integer, String> obedient = (key, load) -> load.fromPrimary() ? "primary" : "replica";

    read(Loaders.of(obedient));

    assertThat(node.now(1)).isEqualTo("primary");
    assertThat(keptBeyondTheHoldOff()).isTrue();
  }

  @Test
  void load_theLoaderAsksOutsideAHoldOff_isToldThatAnyReplicaWillDo() {
    Loader<Integer, String> obedient = (key, load) -> load.fromPrimary() ? "primary" : "replica";

    read(Loaders.of(obedient));

    assertThat(node.now(1)).isEqualTo("replica");
  }

  @Test
  void close_anOpenFlightIsHandedOn_theNextLoaderIsToldToo() {
    holdOff();
    CompletableFuture<Flight<String>> first = node.cache.openAsync(1, (key, load) -> null);
    lab.passMoment();
    CompletableFuture<String> second = node.read(1);

    first.join().close();
    lab.passMoment();

    assertThat(node.last().load.fromPrimary()).isTrue();
    node.last().gives("a");
    lab.passMoment();
    assertThat(second).isCompletedWithValue("a");
  }
}
