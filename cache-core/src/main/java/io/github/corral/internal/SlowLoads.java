package io.github.corral.internal;

import io.github.corral.spi.Recorder;
import java.time.Duration;
import java.util.Locale;

/** Writes a line for each slow load: the cache's slow-query log. */
final class SlowLoads extends GuardedRecorder {

  private static final System.Logger LOG = System.getLogger("io.github.corral.slow");

  private final String cache;
  private final Duration threshold;

  private SlowLoads(Recorder recorder, String cache, Duration threshold) {
    super(recorder);
    this.cache = cache;
    this.threshold = threshold;
  }

  /** Guards a cache's recorder, and logs what is slow if the cache is to. */
  static Recorder around(Recorder recorder, CacheSettings<?, ?> settings) {
    Duration threshold = settings.slowLoads;
    return threshold == null
        ? new GuardedRecorder(recorder)
        : new SlowLoads(recorder, settings.name, threshold);
  }

  @Override
  public void load(LoadEnd end) {
    super.load(end);
    if (end.took().compareTo(threshold) >= 0) {
      guard(() -> LOG.log(System.Logger.Level.WARNING, line(end)));
    }
  }

  private String line(LoadEnd end) {
    return "cache '"
        + cache
        + "', key "
        + Printed.of(end.key())
        + ": load took "
        + end.took().toMillis()
        + " ms, outcome "
        + end.outcome().name().toLowerCase(Locale.ROOT)
        + ", waiters "
        + end.waiters()
        + ", threshold "
        + threshold.toMillis()
        + " ms";
  }
}
