package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Flight;
import io.github.corral.spi.Load;
import io.github.corral.spi.RemoteTier.Fill;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one load of a flight: whoever has it reports to the flight how the load ended, once. Keeps
 * the lease alive until then, or until the load deadline.
 */
final class Lead<K, V> implements Flight<V>, Load<V> {

  private static final Duration LONGEST = Duration.ofDays(3650);

  private final KeyFlight<K, V> flight;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Runnable cancelRenewal = () -> {};
  private volatile Runnable cancelDeadline = () -> {};

  /** Who leads, or null for a refresh that nobody waits for. */
  final @Nullable Caller<K, V, ?> leader;

  /**
   * The lease's token, or 0 if the remote tier did not answer and the load runs without a lease.
   */
  final long token;

  final long startedAt;

  /** Whether the value counts as proven only if it was read from the primary. */
  final boolean primaryWanted;

  private final @Nullable Entry<V> previous;
  private final Set<String> tags = ConcurrentHashMap.newKeySet();
  private volatile long freshMillis;
  private volatile long version = Fill.NO_VERSION;
  private volatile boolean asked;
  private volatile boolean notModified;
  private volatile boolean stored = true;

  Lead(
      KeyFlight<K, V> flight,
      @Nullable Caller<K, V, ?> leader,
      long token,
      boolean primaryWanted,
      @Nullable Entry<V> previous) {
    this.flight = flight;
    this.leader = leader;
    this.token = token;
    this.primaryWanted = primaryWanted;
    this.previous = previous;
    this.startedAt = flight.engine.now();
  }

  void start() {
    cancelDeadline = flight.engine.after(flight.engine.loadTimeoutNanos(), this::timeOut);
    renewLater();
  }

  private void renewLater() {
    if (token != 0 && !ended.get()) {
      cancelRenewal = flight.engine.after(flight.engine.renewalNanos(), this::renew);
    }
  }

  private void renew() {
    if (ended.get()) {
      return;
    }
    Stages.then(
        flight.engine.renew(flight.text, token),
        (alive, error) -> {
          if (Boolean.FALSE.equals(alive)) {
            flight.detach();
          } else {
            renewLater();
          }
        });
  }

  void run(AsyncLoader<K, V> loader) {
    if (ended.get()) {
      return;
    }
    try {
      CompletionStage<V> stage = loader.load(flight.key, this);
      Stages.then(Objects.requireNonNull(stage, "the loader gave no stage"), this::loaderEnded);
    } catch (Throwable e) { // whatever a loader throws is a failed load, errors too
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      fail(e);
    }
  }

  private void loaderEnded(@Nullable V value, @Nullable Throwable error) {
    if (error == null) {
      commit(value);
    } else {
      fail(error instanceof CompletionException e && e.getCause() != null ? e.getCause() : error);
    }
  }

  boolean stored() {
    return stored;
  }

  long freshMillis(long otherwise) {
    return freshMillis > 0 ? freshMillis : otherwise;
  }

  /** True for the first caller: a load ends once. */
  private boolean end() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    cancelRenewal.run();
    cancelDeadline.run();
    return true;
  }

  private void timeOut() {
    if (end()) {
      flight.timedOut(this);
    }
  }

  void reject(Throwable error) {
    if (end()) {
      flight.rejected(this, error);
    }
  }

  /** Ends the lead without a word to the flight, which is being closed itself. */
  void drop() {
    end();
  }

  @Override
  public boolean leads() {
    return true;
  }

  @Override
  public @Nullable V value() {
    throw new IllegalStateException(
        "key " + flight.text + ": this caller leads and must load the value");
  }

  @Override
  public void commit(@Nullable V value) {
    if (end()) {
      flight.loaded(this, value);
    }
  }

  @Override
  public void commitUnstored(@Nullable V value) {
    stored = false;
    commit(value);
  }

  @Override
  public void fail(Throwable error) {
    if (end()) {
      flight.failed(this, error);
    }
  }

  @Override
  public void close() {
    if (end()) {
      flight.abandoned(this);
    }
  }

  /** A loader that never asked cannot have obeyed. */
  boolean primaryRead() {
    return primaryWanted && asked;
  }

  /** The id of the entry whose value the loader said is still this one; 0 for none. */
  long keeps(@Nullable V value) {
    return notModified && previous != null && previous.value() == value ? previous.id() : 0;
  }

  long version() {
    return version;
  }

  List<String> allTags() {
    return List.copyOf(tags);
  }

  @Override
  public @Nullable V previous() {
    return previous == null ? null : previous.value();
  }

  @Override
  public boolean replaces() {
    return previous != null;
  }

  @Override
  public @Nullable V notModified() {
    if (previous == null) {
      throw new IllegalStateException(
          "key " + Printed.of(flight.text) + ": there is no value before this load's to be kept");
    }
    notModified = true;
    return previous.value();
  }

  @Override
  public void tags(String... more) {
    List<String> named = Tags.named(List.of(more));
    if (tags.size() + named.size() > Tags.MOST) {
      throw new IllegalArgumentException("tags: more than " + Tags.MOST + " for one value");
    }
    tags.addAll(named);
  }

  @Override
  public void version(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("version: " + number + " is not 0 or more");
    }
    version = number;
  }

  @Override
  public boolean fromPrimary() {
    asked = true;
    return primaryWanted;
  }

  @Override
  public void freshFor(Duration duration) {
    if (duration.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("freshFor: " + duration + " is not 1 ms or more");
    }
    freshMillis = (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toMillis();
  }

  @Override
  public void doNotStore() {
    stored = false;
  }
}
