package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What goes by size, although not every read is reported. */
class L1Test {

  private static final int SIZE = 100;
  private static final long MILLI = 1_000_000;

  private final L1<Integer, String> l1 = new L1<>(SIZE, new Guards(), Runnable::run);

  private static Entry<String> entry() {
    return new Entry<>("v", 1, 0, 0, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 1);
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
