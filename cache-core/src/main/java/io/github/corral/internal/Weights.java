package io.github.corral.internal;

import io.github.corral.spi.Recorder;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/** What one cache's entries weigh, as the application says. */
final class Weights<K, V> {

  /** Of what cannot be weighed, and is not kept. */
  static final int REFUSED = -1;

  private static final int ABSENCE = 1;
  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private final String cache;
  private final ToIntBiFunction<? super K, ? super V> weigher;
  private final Recorder recorder;

  Weights(String cache, ToIntBiFunction<? super K, ? super V> weigher, Recorder recorder) {
    this.cache = cache;
    this.weigher = weigher;
    this.recorder = recorder;
  }

  /** 0 or more, or {@link #REFUSED}; asked before the entry is put, so under no lock. */
  int of(K key, @Nullable V value) {
    if (value == null) {
      return ABSENCE;
    }
    try {
      int weight = weigher.applyAsInt(key, value);
      if (weight >= 0) {
        return weight;
      }
      LOG.log(System.Logger.Level.DEBUG, "cache '" + cache + "': a weight of " + weight);
    } catch (RuntimeException | Error e) { // the weigher is the application's
      LOG.log(System.Logger.Level.DEBUG, "cache '" + cache + "': the weigher threw", e);
    }
    recorder.notKept();
    return REFUSED;
  }
}
