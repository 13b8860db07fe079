package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The loads that become one: what each of them is asked and told. */
class BatchTest {

  private final Batch<Integer, String> batch = new Batch<>();
  private final BulkCalls loader = new BulkCalls();

  private static final class Asked implements Load<String> {
    final AtomicInteger asked = new AtomicInteger();
    private final boolean primary;

    Asked(boolean primary) {
      this.primary = primary;
    }

    @Override
    public @Nullable String previous() {
      return null;
    }

    @Override
    public boolean fromPrimary() {
      asked.incrementAndGet();
      return primary;
    }

    @Override
    public void freshFor(Duration duration) {}

    @Override
    public @Nullable String notModified() {
      return null;
    }

    @Override
    public boolean replaces() {
      return false;
    }

    @Override
    public void tags(String... tags) {}

    @Override
    public void version(long version) {}

    @Override
    public void doNotStore() {}
  }

  @Test
  void fromPrimary_oneOfThemMust_allAreAsked() {
    List<Asked> loads = List.of(new Asked(false), new Asked(true), new Asked(false));
    List<CompletionStage<String>> values = new ArrayList<>();
    for (int key = 0; key < 3; key++) {
      values.add(batch.load(key, loads.get(key)));
    }
    loader.during((keys, load) -> assertThat(load.fromPrimary()).isTrue());

    batch.run(loader);

    assertThat(loads).allSatisfy(load -> assertThat(load.asked).hasValue(1));
    assertThat(values.get(2)).isCompletedWithValue("v2");
  }

  @Test
  void run_noKeys_loaderIsNotCalled() {
    batch.run(loader);

    assertThat(loader.calls()).isEmpty();
  }
}
