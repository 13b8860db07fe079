package io.github.corral.internal;

import io.github.corral.BulkLoadException;
import io.github.corral.LoadFailedException;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.Recorder.LoadEnd;
import io.github.corral.spi.Recorder.Outcome;
import io.github.corral.spi.Recorder.RefreshKind;
import io.github.corral.spi.Writer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of one cache share: its settings, time, threads and messages. Time, randomness and
 * executors are the host's.
 */
abstract class CacheContext<K, V> {

  private static final long[] WAITS_MILLIS = {10, 25, 50, 100, 200};

  final CacheSettings<K, V> settings;
  final Fleet fleet;
  final Recorder recorder;

  CacheContext(CacheSettings<K, V> settings, Fleet fleet, Recorder recorder) {
    this.settings = settings;
    this.fleet = fleet;
    this.recorder = recorder;
  }

  // ---------------------------------------------------------------- settings

  String name() {
    return settings.name;
  }

  String text(K key) {
    return settings.text(key);
  }

  String cacheTag() {
    return settings.cacheTag();
  }

  @Nullable Writer<K, V> writer() {
    return settings.writer;
  }

  @Nullable BulkLoader<K, V> bulkLoader() {
    return settings.bulkLoader;
  }

  int maxLoads() {
    return settings.failure.maxLoads();
  }

  /** Whether the failure says nothing about the next load. */
  boolean ignores(Throwable error) {
    return settings.failure.ignores(error);
  }

  boolean closed() {
    return fleet.closed();
  }

  // ---------------------------------------------------------------- time

  long now() {
    return fleet.host().nanoTime().getAsLong();
  }

  Runnable after(long nanos, Runnable task) {
    return fleet.host().timer().after(nanos, task);
  }

  /** A random part of a time. */
  long partOf(long nanos) {
    return Math.round(nanos * fleet.host().random().nextDouble());
  }

  /**
   * How long to wait before looking whether another process has filled the entry; never past its
   * lease.
   */
  long waitNanos(int round, long leaseMillis) {
    long most = WAITS_MILLIS[Math.min(round, WAITS_MILLIS.length - 1)];
    double jittered = most * (0.5 + fleet.host().random().nextDouble() / 2);
    return nanos(Math.max(1, Math.min(Math.round(jittered), leaseMillis + 1)));
  }

  long loadTimeoutNanos() {
    return settings.failure.loadTimeout().toNanos();
  }

  long softTimeoutNanos() {
    return settings.failure.softTimeout().toNanos();
  }

  long backoffNanos() {
    return settings.failure.backoffMin().toNanos();
  }

  long renewalNanos() {
    return nanos(fleet.leaseMillis()) / 3;
  }

  /** The period of the background refresh; 0 without one. */
  long periodNanos() {
    Duration every = settings.refresh.every();
    return every == null ? 0 : every.toNanos();
  }

  long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  // ---------------------------------------------------------------- threads and tokens

  Executor executor() {
    return fleet.host().executor();
  }

  /** Where refreshes, and loads of callers that do not block, run. */
  Executor loads() {
    Executor chosen = settings.loaderExecutor;
    return chosen != null ? chosen : executor();
  }

  /** Where a load of a blocking caller runs. */
  Executor loads(Executor own) {
    Executor chosen = settings.loaderExecutor;
    return chosen != null ? chosen : own;
  }

  LoadingThreads threads() {
    return fleet.threads();
  }

  long newToken() {
    return fleet.newToken();
  }

  // ---------------------------------------------------------------- events

  void loaded(String text, Outcome outcome, long nanos, int waiters) {
    recorder.load(new LoadEnd(keyOf(text), outcome, Duration.ofNanos(nanos), waiters));
  }

  void refreshing(Entry<V> held) {
    recorder.refresh(held.fresh(now()) ? RefreshKind.EARLY : RefreshKind.STALE);
  }

  void leaseWaited(long since) {
    recorder.leaseWait(Duration.ofNanos(now() - since));
  }

  // ---------------------------------------------------------------- messages

  LoadFailedException failure(String text, String what, @Nullable Throwable cause) {
    return new LoadFailedException(subject(text) + what, cause);
  }

  BulkLoadException bulkFailure(int keys, Map<K, V> loaded, Map<K, LoadFailedException> failures) {
    LoadFailedException first = failures.values().iterator().next();
    return new BulkLoadException(
        "cache '"
            + settings.name
            + "': "
            + failures.size()
            + " of "
            + keys
            + " keys were not loaded, the first: "
            + first.getMessage(),
        first.getCause(),
        loaded,
        failures);
  }

  String subject() {
    return "cache '" + settings.name + "': ";
  }

  /** From the text, because the key codec is not asked again by those who must not fail. */
  String subject(String text) {
    return "cache '" + settings.name + "', key " + Printed.of(keyOf(text)) + ": ";
  }

  private String keyOf(String text) {
    return text.substring(settings.name.length() + CacheSettings.SEPARATOR.length());
  }
}
