package io.github.corral.internal;

import io.github.corral.internal.LoadingThreads.Frame;
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
final class Lead<K, V> implements Flight<V>, Load<V>, LoadLimit.Entrant {

  private static final Duration LONGEST = Duration.ofDays(3650);

  private final KeyFlight<K, V> flight;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Runnable cancelRenewal = () -> {};
  private volatile Runnable cancelDeadline = () -> {};

  /** Who leads, or null for a refresh behind the callers. Written when there is room for it. */
  volatile @Nullable Caller<K, V, ?> leader;

  /**
   * The lease's token, or 0 if the remote tier did not answer and the load runs without a lease.
   */
  final long token;

  private volatile long startedAt;
  private volatile boolean admitted;

  /** What stands in line for it, if something does: itself, or the bulk load that it is part of. */
  private volatile LoadLimit.@Nullable Entrant place;

  /** On which thread it runs. */
  private volatile @Nullable Frame frame;

  /** Whether whoever opened the flight holds it, so that the frame ends with this lead. */
  private volatile boolean held;

  /** Whether the value counts as proven only if it was read from the primary. */
  final boolean primaryWanted;

  private final @Nullable Entry<V> previous;
  private final Set<String> tags = ConcurrentHashMap.newKeySet();
  private volatile long freshMillis;
  private volatile long version = Fill.NO_VERSION;
  private volatile boolean asked;
  private volatile boolean notModified;
  private volatile boolean stored = true;

  Lead(KeyFlight<K, V> flight, long token, boolean primaryWanted, @Nullable Entry<V> previous) {
    this.flight = flight;
    this.token = token;
    this.primaryWanted = primaryWanted;
    this.previous = previous;
    this.startedAt = flight.engine.now();
  }

  void start() {
    cancelDeadline = flight.engine.after(flight.engine.loadTimeoutNanos(), this::timeOut);
    Caller<K, V, ?> first = flight.state.firstWaiting();
    if (first == null ? flight.refresher instanceof Coalescer : first.gathers()) {
      admit(); // what it becomes part of stands in line
    } else {
      place = this;
      flight.engine.limit().enter(this);
    }
    if (ended.get()) {
      flight.engine.limit().leave(this); // it may have ended before it entered
      cancelDeadline.run();
    }
    renewLater();
  }

  @Override
  public void admit() {
    // When everything ends, the flights end one after the other; none must start meanwhile.
    if (!ended.get() && !flight.engine.closed()) {
      startedAt = flight.engine.now();
      admitted = true;
      place = null;
      flight.load.admitted(this);
    }
  }

  void standsIn(LoadLimit.@Nullable Entrant bulk) {
    place = bulk;
  }

  /** Somebody has come to wait for it. */
  void reviewPlace() {
    LoadLimit.Entrant at = place;
    if (at != null) {
      flight.engine.limit().review(at);
    }
  }

  @Override
  public boolean refreshes() {
    return flight.state.firstWaiting() == null && !flight.isAskedFor();
  }

  @Override
  public boolean passes() {
    return flight.passesLimit();
  }

  boolean admitted() {
    return admitted;
  }

  long startedAt() {
    return startedAt;
  }

  private void renewLater() {
    if (!ended.get() && (token != 0 || !admitted)) {
      cancelRenewal = flight.engine.after(flight.engine.renewalNanos(), this::renew);
    }
  }

  /** Also the moment in which one that waits for its place notices that nobody wants it. */
  private void renew() {
    if (ended.get()) {
      return;
    }
    if (!admitted && !flight.state.wanted()) {
      close();
      return;
    }
    if (token == 0) {
      renewLater();
      return;
    }
    Stages.then(
        flight.engine.leases().renew(flight.text, token),
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
      CompletionStage<V> stage = callOnThisThread(loader);
      Stages.then(Objects.requireNonNull(stage, "the loader gave no stage"), this::loaderEnded);
    } catch (Throwable e) { // whatever a loader throws is a failed load, errors too
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      fail(e);
    }
  }

  /** What the loader reads by blocking is known to be read in this load. */
  CompletionStage<V> callOnThisThread(AsyncLoader<K, V> loader) throws Exception {
    LoadingThreads threads = flight.engine.threads();
    Frame entered = threads.enter(flight);
    frame = entered;
    try {
      return loader.load(flight.key, this);
    } finally {
      threads.exit(entered);
    }
  }

  /** Whoever opened the flight loads on this thread, until this ends. */
  void holdThread() {
    held = true;
    frame = flight.engine.threads().enter(flight);
    if (ended.get()) {
      leaveThread();
    }
  }

  private void leaveThread() {
    Frame left = frame;
    if (held && left != null) {
      flight.engine.threads().exit(left);
    }
  }

  /** Where it runs, or null if it does not run on a thread. */
  @Nullable Frame frame() {
    Frame current = frame;
    return current == null || current.over() ? null : current;
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

  /** The first who ends it reports how: a load ends once. */
  private void end(Runnable report) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    cancelRenewal.run();
    cancelDeadline.run();
    leaveThread();
    try {
      report.run();
    } finally {
      flight.engine.limit().leave(this);
    }
  }

  private void timeOut() {
    end(() -> flight.load.timedOut(this));
  }

  void reject(Throwable error) {
    end(() -> flight.load.rejected(this, error));
  }

  /** Ends the lead without a word to the flight, which is being closed itself. */
  void drop() {
    end(() -> {});
  }

  @Override
  public boolean leads() {
    return true;
  }

  @Override
  public @Nullable V value() {
    throw new IllegalStateException(
        "key " + Printed.of(flight.text) + ": this caller leads and must load the value");
  }

  @Override
  public void commit(@Nullable V value) {
    end(() -> flight.load.loaded(this, value));
  }

  @Override
  public void commitUnstored(@Nullable V value) {
    stored = false;
    commit(value);
  }

  @Override
  public void fail(Throwable error) {
    end(() -> flight.load.failed(this, error));
  }

  @Override
  public void close() {
    end(() -> flight.load.abandoned(this));
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
    addTags(Tags.named(List.of(more)));
  }

  /** Adds to what the loader said; named as they are kept. */
  void addTags(List<String> named) {
    long added = named.stream().filter(tag -> !tags.contains(tag)).count();
    if (tags.size() + added > Tags.MOST) {
      throw Tags.tooMany();
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
