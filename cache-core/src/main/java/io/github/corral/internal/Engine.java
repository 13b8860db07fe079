package io.github.corral.internal;

import io.github.corral.LoadTimeoutException;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.LoadingThreads.Frame;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.Recorder.Stale;
import io.github.corral.spi.Recorder.Tier;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One cache: the read path, and what its flights need.
 *
 * <pre>
 * read(key) ── L1 fresh ────────────────────────────────► value
 *       │      L1 ageing or stale ─► value now; one refresh behind it
 *       ▼
 *    one flight per key per process: L2 lookup or lease, load, commit ({@link KeyFlight})
 * </pre>
 *
 * <p>It blocks no thread and starts none; time, randomness, executor, tier and recorder are
 * arguments.
 */
public class Engine<K, V> extends CacheContext<K, V> {

  private final L1<K, V> l1;
  private final Ageing ageing;
  private final Entries<V> entries;
  private final Feed feed;
  private final LongSupplier hitTime;
  private final Store<K, V> store;
  private final Writes<K, V> writes;
  private final FreshTimes<K, V> freshTimes;
  private final Flights<K, V> flights;
  private final Reloads<K, V> reloads;
  private final LoadLimit limit;

  private final Leases leases;
  private final Peek<K, V> peek;

  Engine(CacheSettings<K, V> settings, Fleet fleet, Recorder recorder) {
    super(settings, fleet, SlowLoads.around(recorder, settings));
    this.l1 = new L1<>(settings, fleet, this.recorder);
    this.feed = fleet.feed();
    this.hitTime = fleet.host().hitTime();
    this.recorder.made(l1);
    this.ageing = new Ageing(settings.expiry, settings.refresh, fleet.host().random());
    this.entries = new Entries<>(settings, this.recorder, ageing, fleet.barriers());
    this.freshTimes = new FreshTimes<>(settings, ageing);
    this.store = new Store<>(this, settings, fleet, entries);
    this.writes = new Writes<>(this, settings, fleet, store, entries, freshTimes);
    this.flights = new Flights<>(this, fleet);
    this.reloads = new Reloads<>(this, flights);
    this.limit = new LoadLimit(settings.failure.maxLoads());
    this.leases = new Leases(this);
    this.peek = new Peek<>(this, entries, l1);
  }

  // ---------------------------------------------------------------- reads

  /**
   * The entry that answers a read at once and needs no refresh, or null. Allocates nothing, and
   * reads the time once; it is the only place where that time may be coarse.
   */
  @Nullable Entry<V> quick(K key) {
    long now = hitTime.getAsLong();
    feed.check(now);
    Entry<V> entry = l1.find(key, now);
    if (entry == null || entry.due(now)) {
      return null;
    }
    recordHit(entry, now);
    return entry;
  }

  void read(Caller<K, V, ?> caller) {
    long now = checkedNow();
    caller.beginsAt(now);
    Entry<V> entry = l1.find(caller.key, now);
    if (entry == null || patient(entry, now)) {
      recorder.miss(Tier.L1);
    } else {
      recordHit(entry, now);
    }
    follow(caller, entry, now);
  }

  /** Whether a read rather waits a little for a fresh value; pointless if none is on its way. */
  private boolean patient(Entry<V> entry, long now) {
    return softTimeoutNanos() > 0 && !entry.fresh(now) && entry.due(now);
  }

  /** Goes on with a read that has been recorded. */
  void readAgain(Caller<K, V, ?> caller) {
    long now = checkedNow();
    follow(caller, l1.find(caller.key, now), now);
  }

  private void follow(Caller<K, V, ?> caller, @Nullable Entry<V> entry, long now) {
    if (entry == null || patient(entry, now)) {
      caller.stale = entry;
      flights.enter(settings.text(caller.key), caller);
      return;
    }
    caller.complete(entry.value());
    if (entry.due(now)) {
      KeyFlight<K, V> unused = flights.refresh(caller.key, caller.loader, entry);
    }
  }

  void serveStale(Caller<K, V, ?> caller, Entry<V> entry, Stale why) {
    recorder.staleServed(why);
    caller.complete(entry.value());
  }

  private void recordHit(Entry<V> entry, long now) {
    recorder.hit(Tier.L1);
    if (!entry.fresh(now)) {
      recorder.staleServed(entry.due(now) ? Stale.REFRESHING : Stale.FAILING);
    }
  }

  /** Loads a key behind its readers; see {@link Flights#refresh}. */
  @Nullable KeyFlight<K, V> refresh(K key, AsyncLoader<K, V> loader, @Nullable Entry<V> held) {
    return flights.refresh(key, loader, held);
  }

  /** Loads a key although it may be fresh; see {@link Reloads}. */
  CompletableFuture<V> reload(K key, AsyncLoader<K, V> loader, @Nullable Frame within) {
    return reloads.begin(key, loader, within);
  }

  /** Starts the background refresh, if this cache is to have one. */
  void sweep(AsyncLoader<K, V> loader) {
    if (settings.refresh.every() != null) {
      new Sweep<>(this, loader, settings.refreshKeys, periodNanos()).start();
    }
  }

  /** Reads without a load; see {@link Peek}. */
  CompletableFuture<@Nullable Entry<V>> peek(K key, Executor thread) {
    return peek.of(key, thread);
  }

  // ---------------------------------------------------------------- what flights ask of the tier

  /** Completes when a lookup may be made, and its reply can be judged. */
  CompletableFuture<@Nullable Void> ready() {
    return fleet.ready();
  }

  /** Whether what is found can be judged: not if the barriers are doubted since they were known. */
  boolean judges() {
    return !fleet.barriers().now().equals(Stamp.NONE);
  }

  /** What flights ask of the remote tier. */
  Leases leases() {
    return leases;
  }

  /** How long a loaded value is fresh, as {@link FreshTimes} says. */
  long freshMillis(K key, @Nullable V value, Lead<K, V> by) {
    return freshTimes.millis(key, value, by.freshMillis(0));
  }

  /**
   * Stores a loaded value; gives what this process may keep of it, or null. Never completes
   * exceptionally.
   */
  CompletableFuture<@Nullable Entry<V>> store(
      String text,
      Lead<K, V> by,
      @Nullable V value,
      long fresh,
      long costMillis,
      Ticket ticket,
      boolean replaces) {
    leases.forgetFailure(text);
    if (fresh != 0) {
      return store
          .commit(store.loaded(text, by, value, fresh, costMillis, ticket))
          .thenApply(it -> it == null || replaces ? it : ageing.spread(it));
    }
    // An absence that is not remembered still ends the value that was there before.
    if (replaces) {
      return writes.dropExpired(text).handle((done, error) -> null);
    }
    leases.release(text, by.token);
    return CompletableFuture.completedFuture(null);
  }

  // ---------------------------------------------------------------- entries

  /** The entry that this process could serve; without a trace of a read. */
  @Nullable Entry<V> held(K key) {
    return l1.held(key, checkedNow());
  }

  /** The keys of the entries that this process holds. */
  Iterator<K> heldKeys() {
    return l1.keys();
  }

  Explainer<K, V> explainer() {
    return new Explainer<>(settings, fleet, l1);
  }

  /** How many entries this process holds. */
  long held() {
    return l1.size();
  }

  /** How many keys have an error window of this process's own. */
  long windows() {
    return leases.windows();
  }

  @Nullable Entry<V> decode(Stored stored, Ticket ticket) {
    return entries.decode(stored, ticket);
  }

  void l1Put(K key, Entry<V> entry) {
    l1.put(key, entry);
  }

  /**
   * The entry that makes a flight needless, because it came after the one that is to be replaced.
   */
  @Nullable Entry<V> landedMeanwhile(K key, @Nullable Entry<V> replaced) {
    long now = checkedNow();
    Entry<V> entry = l1.held(key, now);
    boolean later = replaced == null || (entry != replaced && entry != null && !entry.due(now));
    return later ? entry : null;
  }

  boolean servable(Entry<V> entry) {
    return entry.servable(checkedNow()) && l1.holds(entry);
  }

  // ---------------------------------------------------------------- flights

  void landed(KeyFlight<K, V> flight) {
    fleet.table().landed(flight.text, flight);
  }

  Ticket ticket(int stripe) {
    return fleet.ticket(stripe);
  }

  /** Whether what is looked up under a ticket may be given to reads that start now. */
  boolean holds(Ticket ticket) {
    return fleet.guards().holds(ticket)
        && ticket.barriers() == fleet.barriers().count()
        && (ticket.proven() || now() - ticket.takenAt() < Feed.SILENCE_NANOS);
  }

  LoadTimeoutException timeout(String text, String waitedFor) {
    KeyFlight<K, V> flight = flights.of(text);
    return new LoadTimeoutException(
        subject(text)
            + "no value after "
            + settings.failure.loadTimeout().toMillis()
            + " ms of waiting for "
            + waitedFor
            + (flight == null ? "" : " (" + flight.state + ")"));
  }

  Writes<K, V> writes() {
    return writes;
  }

  /** Whether a load that begins now must read the primary for the sake of some tags. */
  boolean holdsOff() {
    return fleet.barriers().holdsOff(now());
  }

  /** The end of the hold-offs of these tags, and of the cache's, that were open; 0 if none was. */
  long holdOffEnd(long at, List<String> tags) {
    return fleet.barriers().holdOffEnd(at, cacheTag(), tags);
  }

  /** The time, by which a feed that has fallen silent is found out. */
  long checkedNow() {
    long now = now();
    feed.check(now);
    return now;
  }

  LoadLimit limit() {
    return limit;
  }

  /**
   * What makes bulk loads of the loads of single keys that begin within a window.
   *
   * @param alone loads a key that was the only one of its window
   */
  Coalescer<K, V> coalescer(long windowNanos, BulkLoader<K, V> bulk, AsyncLoader<K, V> alone) {
    return new Coalescer<>(
        windowNanos,
        this::after,
        batch -> new BulkPlace(this, loads(), new Gathered<>(batch, bulk, alone)).enter());
  }

  /** What loads single keys: the loader itself, or what gathers them before it. */
  @Nullable AsyncLoader<K, V> coalesced(@Nullable AsyncLoader<K, V> loader) {
    BulkLoader<K, V> bulk = settings.bulkLoader;
    return loader == null || bulk == null || settings.coalesceNanos == 0
        ? loader
        : coalescer(settings.coalesceNanos, bulk, loader);
  }
}
