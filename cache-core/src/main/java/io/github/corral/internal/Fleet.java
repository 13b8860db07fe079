package io.github.corral.internal;

import io.github.corral.LoadFailedException;
import io.github.corral.RemoteTierException;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.Recorder.FeedGap;
import io.github.corral.spi.RemoteTier;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** This process's part in the fleet: what its caches share. */
public final class Fleet implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger("io.github.corral");
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Host host;
  private final RemoteTier tier;
  private final boolean alone;
  private final long leaseMillis;
  private final Function<String, Recorder> recorders;
  private final Guards guards;
  private final Barriers barriers;
  private final Feed feed;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final AtomicLong holdOffMillis = new AtomicLong();

  /** One for each cache. */
  private final List<Recorder> heard = new CopyOnWriteArrayList<>();

  private final FlightTable<KeyFlight<?, ?>> flights = new FlightTable<>(Fleet::shutDown);

  private final LoadingThreads threads = new LoadingThreads();

  /** Joins a tier, whose feed it hears from now on. */
  public Fleet(
      Host host,
      RemoteTier tier,
      boolean remote,
      long leaseMillis,
      Function<String, Recorder> recorders) {
    this(host, tier, remote, leaseMillis, recorders, new Guards(), Outbox::new);
  }

  /** Makes the outbox of a fleet. */
  interface Outboxes {
    Outbox of(int most, Supplier<? extends Collection<String>> caches);
  }

  Fleet(
      Host host,
      RemoteTier tier,
      boolean remote,
      long leaseMillis,
      Function<String, Recorder> recorders,
      Guards guards,
      Outboxes outboxes) {
    this.host = host;
    this.guards = guards;
    this.tier = tier;
    this.leaseMillis = leaseMillis;
    this.recorders = recorders;
    this.alone = !remote;
    this.barriers =
        new Barriers(
            () -> call(RemoteTier::barriers),
            host.nanoTime(),
            remote ? Feed.SILENCE_NANOS : Long.MAX_VALUE,
            guards::bumpAll,
            host.timer());
    this.feed =
        remote
            ? new Feed(guards, barriers, host, this::wake, this::dropped)
            : Feed.ofOneProcess(guards, barriers, host, this::wake);
    this.outbox = outboxes.of(Outbox.MOST, this::cacheTags);
    this.relay = new OutboxRelay(outbox, barriers, this::call);
    tier.subscribe(feed);
    if (remote) {
      tick();
    }
  }

  /** Adds a cache. */
  public <K, V> Engine<K, V> register(CacheSettings<K, V> settings) {
    String name = settings.name;
    if (flights.closed()) {
      throw new IllegalStateException("cache '" + name + "': this Corral is closed");
    }
    if (!names.add(name)) {
      throw new IllegalStateException(
          "cache '" + name + "': there is a cache of this name already");
    }
    holdOffMillis.accumulateAndGet(settings.holdOff.toMillis(), Math::max);
    try {
      Engine<K, V> engine =
          new Engine<>(
              settings, this, Objects.requireNonNull(recorders.apply(name), "recorder of " + name));
      heard.add(engine.recorder);
      return engine;
    } catch (RuntimeException e) {
      names.remove(name);
      throw e;
    }
  }

  private void tick() {
    if (flights.closed()) {
      return;
    }
    host.timer().after(TICK_NANOS, this::tick);
    flights.forEach(KeyFlight::endIfOverdue);
    relay.run();
    int[] silent = feed.takeSilent(host.nanoTime().getAsLong());
    if (silent.length > 0) {
      beat(silent);
    }
  }

  private void beat(int[] silent) {
    try {
      tier.beat(silent);
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.DEBUG, "the remote tier refused a beat", e);
    }
  }

  private void dropped(FeedGap why, int partitions) {
    heard.forEach(recorder -> recorder.partitionsDropped(why, partitions));
  }

  private void wake(String text) {
    KeyFlight<?, ?> flight = flights.of(text);
    if (flight != null) {
      flight.wake();
    }
  }

  /** In this order: see {@link Feed}. */
  Ticket ticket(int stripe) {
    long count = guards.count(stripe);
    boolean proven = feed.proven(Guards.partition(stripe));
    long raised = barriers.count();
    return new Ticket(stripe, count, host.nanoTime().getAsLong(), proven, raised, barriers.now());
  }

  /**
   * Raises the barrier of some tags, and drops what they concern from this process before it
   * completes.
   */
  CompletableFuture<@Nullable Void> invalidateTags(
      List<String> tags, long holdOffMillis, String subject, Collection<Recorder> concerned) {
    return barriers
        .ready()
        .thenCompose(known -> call(tier -> tier.invalidateTags(tags, holdOffMillis)))
        .handle(
            (now, error) -> {
              if (error == null) {
                barriers.raised(now, Math.max(holdOffMillis, this.holdOffMillis.get()), tags);
                return null;
              }
              outbox.keep(tags, holdOffMillis); // before the counters are raised
              concerned.forEach(Recorder::changeKept);
              // It may be raised or not: what is here cannot be judged.
              guards.bumpAll();
              throw unreached(subject, error);
            });
  }

  /** What the caller of a change is told that is kept. */
  static RemoteTierException unreached(String operation, Throwable cause) {
    return new RemoteTierException(
        operation
            + " did not reach the remote tier; it is in force in this process and will be applied"
            + " when the tier answers again, until when other processes may serve the old value",
        cause);
  }

  private List<String> cacheTags() {
    return names.stream().map(CacheSettings::cacheTag).toList();
  }

  /** Raises the barrier of some tags, with the longest hold-off of this fleet's caches. */
  public CompletableFuture<@Nullable Void> invalidateTags(List<String> tags) {
    if (flights.closed()) {
      throw new IllegalStateException("this Corral is closed");
    }
    return invalidateTags(tags, holdOffMillis.get(), "invalidateTags", heard);
  }

  /** Calls the tier; a call that cannot be made is one that failed. */
  <T> CompletableFuture<T> call(Function<RemoteTier, CompletionStage<T>> operation) {
    try {
      return operation.apply(tier).toCompletableFuture();
    } catch (RuntimeException | Error e) { // such as a missing class of the client's
      return CompletableFuture.failedFuture(e);
    }
  }

  FlightTable<KeyFlight<?, ?>> table() {
    return flights;
  }

  /** Completes when the replies of lookups can be judged, and nothing is kept from the tier. */
  CompletableFuture<@Nullable Void> ready() {
    return outbox.blocksL2() ? withheld() : barriers.ready();
  }

  /** Reads the tier; to be called after the ticket was taken, as {@link Outbox} says. */
  <T> CompletableFuture<T> read(Function<RemoteTier, CompletionStage<T>> operation) {
    return outbox.blocksL2() ? withheld() : call(operation);
  }

  private static <T> CompletableFuture<T> withheld() {
    return CompletableFuture.failedFuture(
        new IllegalStateException("the remote tier has not applied all changes of this process"));
  }

  @Nullable KeyFlight<?, ?> flight(String text) {
    return flights.of(text);
  }

  /** How many flights are in progress. */
  int flights() {
    return flights.size();
  }

  long newToken() {
    long token = host.random().nextLong();
    return token != 0 ? token : newToken();
  }

  Host host() {
    return host;
  }

  LoadingThreads threads() {
    return threads;
  }

  Guards guards() {
    return guards;
  }

  Barriers barriers() {
    return barriers;
  }

  /** Whether there is no other process. */
  boolean alone() {
    return alone;
  }

  Feed feed() {
    return feed;
  }

  /** The changes that the remote tier has not confirmed. */
  Outbox outbox() {
    return outbox;
  }

  long leaseMillis() {
    return leaseMillis;
  }

  boolean closed() {
    return flights.closed();
  }

  @Override
  public void close() {
    if (flights.close()) {
      try {
        relay.close();
        tier.close();
      } finally {
        host.close().run();
      }
    }
  }

  private static <K, V> void shutDown(KeyFlight<K, V> flight) {
    flight.shutDown(
        key ->
            new LoadFailedException(
                "key " + Printed.of(flight.text) + ": the cache was closed", null));
  }
}
