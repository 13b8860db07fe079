package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What goes by size, although not every read is reported. */
class L1Test {

  private static final int SIZE = 100;
  private static final long MILLI = 1_000_000;

  private final L1<Integer, String> l1 = l1();

  private static L1<Integer, String> l1() {
    CacheSettings<Integer, String> settings = new CacheSettings<>("c", String::valueOf, null);
    settings.maximumSize = SIZE;
    Barriers barriers =
        new Barriers(
            CompletableFuture::new, () -> 0, Long.MAX_VALUE, () -> {}, (delay, task) -> () -> {});
    return new L1<>(settings, new Guards(), barriers, Runnable::run, Recorder.NONE);
  }

  private static Entry<String> entry() {
    Guards.Ticket ticket = new Guards.Ticket(0, 0, 0, true, 0, Stamp.NONE);
    long never = Long.MAX_VALUE;
    return new Entry<>("v", 1, ticket, Stamp.NONE, List.of(), never, never, never, never, 1, 0);
  }

  @Test
  void find_readOftenAmidAScanOfOthers_isKept() {
    l1.put(0, entry());
    long now = 0;
    for (int cold = 1; cold <= 10_000; cold++) {
      now += MILLI;
      l1.find(0, now);
      l1.put(cold, entry());
    }

    assertThat(l1.find(0, now)).isNotNull();
    assertThat(l1.size()).isLessThanOrEqualTo(SIZE);
  }

  @Test
  void takeReport_readsInARow_oneInEachPeriod() {
    Entry<String> entry = entry();
    AtomicInteger reports = new AtomicInteger();
    for (long milli = 0; milli < 10 * Entry.CORRELATED_MILLIS; milli++) {
      if (entry.takeReport(milli * MILLI)) {
        reports.incrementAndGet();
      }
    }

    assertThat(reports).hasValue(10);
  }

  @Test
  void takeReport_firstReadOfAnEntry_isReported() {
    assertThat(entry().takeReport(0)).isTrue();
  }
}
