package io.github.corral.load.bench;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** JMH's view of hits: each cache in a JVM of its own, and the bytes allocated per hit. */
public class HitBenchmark {

  /** The cache, shared by all threads. */
  @State(Scope.Benchmark)
  public static class Shared {

    @Param({"CORRAL", "CORRAL_COARSE_CLOCK", "CAFFEINE_EXPIRING", "CAFFEINE"})
    String cache = "";

    @Param({"STRING", "LONG"})
    String keys = "";

    List<Object> all = List.of();
    HitCache made = HitCache.Kind.CAFFEINE.holding(all);

    /** Fills it. */
    @Setup(Level.Trial)
    public void fill() {
      all = HitKeys.valueOf(keys).all();
      made = HitCache.Kind.valueOf(cache).holding(all);
    }

    /** Looks whether every read was a hit. */
    @TearDown(Level.Trial)
    public void end() {
      made.assertOnlyHits();
      made.close();
    }
  }

  /** The keys that one thread reads. */
  @State(Scope.Thread)
  public static class Own {

    Object[] drawn = {};
    int next;

    /** Draws them. */
    @Setup(Level.Trial)
    public void draw(Shared shared) {
      drawn = HitKeys.drawn(shared.all, Thread.currentThread().getId());
    }
  }

  /** One hit. */
  @Benchmark
  public Integer hit(Shared shared, Own own) {
    return shared.made.read(own.drawn[own.next++ & (HitKeys.DRAWN - 1)]);
  }
}
