package io.github.corral.load.bench;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * Hits of two caches, in millions a second: a batch of a fixed number of reads of each thread,
 * timed from the first's start to the last's end.
 *
 * <p>The values that were read are summed up and the sum is compared with that of the keys, so that
 * no read can be optimised away, and none can have given another value.
 */
final class HitContest implements Contest {

  static final String NAME = "hits";

  private static final int READS = 1_500_000;
  private static final int CHUNK = 5_000;
  private static final long LONGEST_SECONDS = 60;
  private static final int WARM_UPS = 6;

  private final HitCache ours;
  private final HitCache peer;
  private final ExecutorService executor;
  private final List<Object[]> keysOfThreads;

  private HitContest(HitCache.Kind ours, HitCache.Kind peer, HitKeys keys, int threads) {
    List<Object> all = keys.all();
    this.ours = ours.holding(all);
    this.peer = peer.holding(all);
    this.executor = Executors.newFixedThreadPool(threads);
    this.keysOfThreads =
        IntStream.range(0, threads).mapToObj(seed -> HitKeys.drawn(all, seed)).toList();
  }

  /** Takes our kind, the peer's kind, the keys and the number of threads. */
  static HitContest of(List<String> arguments) {
    return new HitContest(
        HitCache.Kind.valueOf(arguments.get(0)),
        HitCache.Kind.valueOf(arguments.get(1)),
        HitKeys.valueOf(arguments.get(2)),
        Integer.parseInt(arguments.get(3)));
  }

  @Override
  public double ours() {
    return millionsPerSecond(ours);
  }

  @Override
  public double peer() {
    return millionsPerSecond(peer);
  }

  @Override
  public int warmUps() {
    return WARM_UPS;
  }

  private record Span(long start, long end) {}

  private double millionsPerSecond(HitCache cache) {
    CountDownLatch ready = new CountDownLatch(keysOfThreads.size());
    List<Future<Span>> spans =
        keysOfThreads.stream()
            .map(keys -> executor.submit(() -> batch(cache, keys, ready)))
            .toList();
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (Future<Span> span : spans) {
      start = Math.min(start, result(span).start);
      end = Math.max(end, result(span).end);
    }
    return 1e3 * READS * keysOfThreads.size() / (end - start);
  }

  private static Span batch(HitCache cache, Object[] keys, CountDownLatch ready)
      throws InterruptedException {
    long expected = 0;
    for (int i = 0; i < READS; i++) {
      expected += keys[i & (keys.length - 1)].hashCode();
    }
    ready.countDown();
    if (!ready.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a thread did not start within " + LONGEST_SECONDS + " s");
    }
    long start = System.nanoTime();
    long sum = 0;
    for (int i = 0; i < READS; i += CHUNK) {
      sum += cache.sum(keys, i, CHUNK);
    }
    long end = System.nanoTime();
    if (sum != expected) {
      throw new IllegalStateException("the values read sum up to " + sum + ", not " + expected);
    }
    return new Span(start, end);
  }

  private static Span result(Future<Span> span) {
    try {
      return span.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a batch of reads broke", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    ours.assertOnlyHits();
    peer.assertOnlyHits();
    ours.close();
    peer.close();
  }
}
