package io.github.corral.load.bench;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.corral.Corral;
import io.github.corral.ReadThroughCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;

/**
 * Many threads that ask for one cold key at once: milliseconds until the last has its value, and
 * exactly one load.
 *
 * <p>The threads are started and wait at a gate beforehand; the time runs from the gate's opening.
 */
final class BurstContest implements Contest {

  static final String NAME = "burst";

  private static final long LONGEST_SECONDS = 60;
  private static final int WARM_UPS = 8;

  private final int callers;
  private final long loadMillis;
  private final Counters counters = new Counters();
  private final Corral corral = Corral.builder().recorders(name -> counters).build();
  private final AtomicInteger loads = new AtomicInteger();
  private final ReadThroughCache<Long, Long> ours =
      corral.cache("burst", Long.class, Long.class).build(this::load);
  private final LoadingCache<Long, Long> peer =
      Caffeine.newBuilder().maximumSize(10_000).build(this::load);
  private long cold;

  private BurstContest(int callers, long loadMillis) {
    this.callers = callers;
    this.loadMillis = loadMillis;
  }

  /** Takes the number of callers, and the milliseconds of a load. */
  static BurstContest of(List<String> arguments) {
    return new BurstContest(Integer.parseInt(arguments.get(0)), Long.parseLong(arguments.get(1)));
  }

  @Override
  public double ours() {
    return burst(ours::get);
  }

  @Override
  public double peer() {
    return burst(peer::get);
  }

  @Override
  public int warmUps() {
    return WARM_UPS;
  }

  private Long load(Long key) throws InterruptedException {
    loads.incrementAndGet();
    Thread.sleep(loadMillis);
    return -key;
  }

  private double burst(LongUnaryOperator get) {
    long key = ++cold;
    int before = loads.get();
    CountDownLatch ready = new CountDownLatch(callers);
    CountDownLatch gate = new CountDownLatch(1);
    List<FutureTask<Long>> ends = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      FutureTask<Long> task =
          new FutureTask<>(
              () -> {
                ready.countDown();
                passed(gate);
                long value = get.applyAsLong(key);
                long end = System.nanoTime();
                require(value == -key, "key %d has the value %d", key, value);
                return end;
              });
      ends.add(task);
      new Thread(task, "caller-" + i).start();
    }
    try {
      passed(ready);
      long start = System.nanoTime();
      gate.countDown();
      long last = start;
      for (FutureTask<Long> end : ends) {
        last = Math.max(last, end.get(LONGEST_SECONDS, TimeUnit.SECONDS));
      }
      require(loads.get() == before + 1, "key %d was loaded %d times", key, loads.get() - before);
      return (last - start) / 1e6;
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a burst broke", e);
    }
  }

  private static void passed(CountDownLatch latch) throws InterruptedException {
    require(
        latch.await(LONGEST_SECONDS, TimeUnit.SECONDS),
        "%d callers were not there within %d s",
        latch.getCount(),
        LONGEST_SECONDS);
  }

  private static void require(boolean condition, String format, Object... figures) {
    if (!condition) {
      throw new IllegalStateException(String.format(Locale.ROOT, format, figures));
    }
  }

  @Override
  public void close() {
    corral.close();
  }
}
