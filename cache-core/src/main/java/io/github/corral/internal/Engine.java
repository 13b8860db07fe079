package io.github.corral.internal;

import io.github.corral.LoadFailedException;
import io.github.corral.LoadTimeoutException;
import io.github.corral.RemoteTierException;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.KeyFlight.Joined;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.Recorder.Outcome;
import io.github.corral.spi.Recorder.Tier;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.spi.RemoteTier.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
public final class Engine<K, V> {

  private static final long[] WAITS_MILLIS = {10, 25, 50, 100, 200};

  final Recorder recorder;
  private final CacheSettings<K, V> settings;
  private final Fleet fleet;
  private final L1<K, V> l1;
  private final Ageing ageing;
  private final Entries<V> entries;
  private final Feed feed;
  private final LongSupplier hitTime;
  private final long freshMillis;
  private final long staleMillis;
  private final long negativeMillis;

  Engine(CacheSettings<K, V> settings, Fleet fleet, Recorder recorder) {
    this.settings = settings;
    this.fleet = fleet;
    this.recorder = new GuardedRecorder(recorder);
    this.l1 = new L1<>(settings.maximumSize, fleet.guards(), fleet.host().upkeep());
    this.feed = fleet.feed();
    this.hitTime = fleet.host().hitTime();
    this.ageing = new Ageing(settings.expiry, settings.refresh, fleet.host().random());
    this.freshMillis = settings.expiry.freshFor().toMillis();
    this.staleMillis = settings.expiry.staleFor().toMillis();
    this.negativeMillis = settings.expiry.negativeFor().toMillis();
    this.entries = new Entries<>(settings.codec, this.recorder, ageing, staleMillis);
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
    Entry<V> entry = l1.find(caller.key, now);
    if (entry == null) {
      recorder.miss(Tier.L1);
    } else {
      recordHit(entry, now);
    }
    follow(caller, entry, now);
  }

  /** Goes on with a read that has been recorded. */
  private void readAgain(Caller<K, V, ?> caller) {
    long now = checkedNow();
    follow(caller, l1.find(caller.key, now), now);
  }

  private void follow(Caller<K, V, ?> caller, @Nullable Entry<V> entry, long now) {
    if (entry == null) {
      enter(settings.text(caller.key), caller);
      return;
    }
    caller.complete(entry.value());
    if (entry.due(now)) {
      refresh(caller.key, caller.loader, entry);
    }
  }

  private void recordHit(Entry<V> entry, long now) {
    recorder.hit(Tier.L1);
    if (!entry.fresh(now)) {
      recorder.staleServed();
    }
  }

  private void refresh(K key, AsyncLoader<K, V> loader, Entry<V> held) {
    String text = settings.text(key);
    KeyFlight<K, V> current = flight(text);
    if (current != null && !current.detached()) {
      return;
    }
    KeyFlight<K, V> flight = KeyFlight.refreshing(this, key, text, loader, held);
    if (fleet.launch(text, current, flight)) {
      recorder.refresh();
      flight.start();
    }
  }

  /** Joins the key's flight, or opens one. */
  private void enter(String text, Caller<K, V, ?> caller) {
    while (true) {
      KeyFlight<K, V> current = flight(text);
      if (current != null) {
        Joined joined = current.join(caller);
        if (joined == Joined.SETTLING) {
          current.whenSettled(caller.thread, () -> readAgain(caller));
        }
        if (joined != Joined.NO) {
          return;
        }
      }
      KeyFlight<K, V> flight = KeyFlight.of(this, text, caller);
      if (fleet.launch(text, current, flight)) {
        flight.start();
        return;
      }
    }
  }

  /** Reads without a load: the entry of either tier, or null. */
  CompletableFuture<@Nullable Entry<V>> peek(K key, Executor thread) {
    Entry<V> entry = l1.find(key, checkedNow());
    if (entry != null) {
      recorder.hit(Tier.L1);
      return CompletableFuture.completedFuture(entry);
    }
    recorder.miss(Tier.L1);
    String text = settings.text(key);
    Ticket ticket = ticket(Guards.stripe(text));
    return lookup(text, Mode.PEEK, 0, newToken(), 0)
        .handleAsync(
            (reply, error) -> {
              Entry<V> found = error != null ? null : present(reply, ticket);
              if (error != null) {
                recorder.remoteFailure();
              }
              if (found != null) {
                recorder.hit(Tier.L2);
                l1Put(key, found);
              } else if (error == null) {
                recorder.miss(Tier.L2);
              }
              return found;
            },
            thread);
  }

  private @Nullable Entry<V> present(Reply reply, Ticket ticket) {
    if (reply instanceof Hit hit) {
      return entries.decode(hit.stored(), ticket);
    }
    return reply instanceof Busy busy && busy.stale() != null
        ? entries.decode(busy.stale(), ticket)
        : null;
  }

  // ---------------------------------------------------------------- changes

  CompletableFuture<@Nullable Void> invalidate(K key) {
    return drop(settings.text(key));
  }

  private CompletableFuture<@Nullable Void> drop(String text) {
    int stripe = Guards.stripe(text);
    fleet.guards().bump(stripe);
    return fleet
        .call(tier -> tier.invalidate(text, Change.HARD, 0))
        .handle(
            (done, error) -> {
              // Again: what was looked up meanwhile may have been looked up before it was applied.
              fleet.guards().bump(stripe);
              throwIf(error, text, "invalidate");
              return null;
            });
  }

  CompletableFuture<@Nullable Void> put(K key, @Nullable V value) {
    String text = settings.text(key);
    long fresh = ageing.jittered(value == null ? negativeMillis : freshMillis);
    if (value == null && negativeMillis == 0) {
      return drop(text);
    }
    int stripe = Guards.stripe(text);
    byte[] payload;
    V kept;
    try {
      payload = entries.encode(value);
      kept = entries.copy(value, payload);
    } catch (RuntimeException | Error e) { // the codec is the application's
      recorder.codecFailure();
      return CompletableFuture.failedFuture(e);
    }
    long token = newToken();
    fleet.guards().bump(stripe);
    Ticket ticket = ticket(stripe);
    return fleet
        .call(
            tier -> tier.beginWrite(text, token, TimeUnit.NANOSECONDS.toMillis(loadTimeoutNanos())))
        .thenCompose(
            begun ->
                fleet.call(
                    tier -> tier.commitWrite(fill(text, token, payload, fresh, 1, false), 0)))
        .handle(
            (committed, error) -> {
              boolean alone = fleet.guards().bump(ticket);
              if (!alone) {
                fleet.guards().bump(stripe);
              }
              throwIf(error, text, "put");
              if (alone && committed.verdict() == Verdict.STORED) {
                Ticket own =
                    new Ticket(stripe, ticket.count() + 1, ticket.takenAt(), ticket.proven());
                l1Put(key, entries.entry(kept, committed, own, ticket.takenAt(), fresh, 1));
              }
              return null;
            });
  }

  private void throwIf(@Nullable Throwable error, String text, String operation) {
    if (error != null) {
      recorder.remoteFailure();
      throw new RemoteTierException(
          subject(text)
              + operation
              + " did not reach the remote tier; other processes may still"
              + " serve the old value",
          error);
    }
  }

  // ---------------------------------------------------------------- what flights ask of the tier

  CompletableFuture<Reply> lookup(String text, Mode mode, long held, long token, long previous) {
    return fleet.call(
        tier ->
            tier.lookup(
                new Lookup(
                    text, mode, held, token, previous, fleet.leaseMillis(), settings.schema)));
  }

  CompletableFuture<Boolean> renew(String text, long token) {
    return fleet.call(tier -> tier.renew(text, token, fleet.leaseMillis()));
  }

  void release(String text, long token) {
    if (token != 0) {
      report(fleet.call(tier -> tier.release(text, token)));
    }
  }

  void fail(String text, long token, Throwable error) {
    if (token != 0) {
      long min = settings.failure.backoffMin().toMillis();
      long max = settings.failure.backoffMax().toMillis();
      report(fleet.call(tier -> tier.fail(text, token, error.getClass().getName(), min, max)));
    }
  }

  private void report(CompletableFuture<?> call) {
    Stages.then(
        call,
        (done, error) -> {
          if (error != null) {
            recorder.remoteFailure();
          }
        });
  }

  /**
   * Commits a loaded value; gives what this process may keep of it, or null. Never completes
   * exceptionally.
   */
  CompletableFuture<@Nullable Entry<V>> store(
      String text,
      Lead<K, V> by,
      @Nullable V value,
      long costMillis,
      Ticket ticket,
      boolean replaces) {
    long fresh = ageing.jittered(value == null ? negativeMillis : by.freshMillis(freshMillis));
    if (value == null && negativeMillis == 0) {
      return forget(text, by, replaces);
    }
    byte[] payload;
    V kept;
    try {
      payload = entries.encode(value);
      kept = entries.copy(value, payload);
    } catch (RuntimeException | Error e) { // the codec is the application's
      recorder.codecFailure();
      release(text, by.token);
      return CompletableFuture.completedFuture(entries.briefly(value, fresh, costMillis, ticket));
    }
    if (by.token == 0) {
      return CompletableFuture.completedFuture(entries.briefly(kept, fresh, costMillis, ticket));
    }
    long sentAt = now();
    return fleet
        .call(
            tier -> tier.commit(fill(text, by.token, payload, fresh, costMillis, by.fromPrimary())))
        .handle(
            (committed, error) -> {
              if (error != null) {
                recorder.remoteFailure();
                return entries.briefly(kept, fresh, costMillis, ticket);
              }
              if (committed.verdict() != Verdict.STORED) {
                recorder.overtaken();
                return null;
              }
              return entries.entry(kept, committed, ticket, sentAt, fresh, costMillis);
            });
  }

  /** An absence that is not remembered still ends the value that was there before. */
  private CompletableFuture<@Nullable Entry<V>> forget(
      String text, Lead<K, V> by, boolean replaces) {
    if (replaces) {
      return drop(text).handle((done, error) -> null);
    }
    release(text, by.token);
    return CompletableFuture.completedFuture(null);
  }

  private Fill fill(
      String text, long token, byte @Nullable [] payload, long fresh, long cost, boolean primary) {
    return new Fill(
        text, token, payload, fresh, staleMillis, cost, Fill.NO_VERSION, primary, settings.schema);
  }

  // ---------------------------------------------------------------- entries

  /** Whether this process holds an entry of the key, whatever its age. */
  boolean holdsEntry(K key) {
    return l1.find(key, checkedNow()) != null;
  }

  /** How many entries this process holds. */
  long held() {
    return l1.size();
  }

  @Nullable Entry<V> decode(Stored stored, Ticket ticket) {
    return entries.decode(stored, ticket);
  }

  void l1Put(K key, Entry<V> entry) {
    l1.put(key, entry);
  }

  /** The entry that makes a flight needless; for a refresh, only one that needs none. */
  @Nullable Entry<V> landedMeanwhile(K key, boolean refresh) {
    long now = checkedNow();
    Entry<V> entry = l1.find(key, now);
    return entry == null || (refresh && entry.due(now)) ? null : entry;
  }

  boolean servable(Entry<V> entry) {
    return entry.servable(checkedNow()) && fleet.guards().holds(entry.stripe(), entry.count());
  }

  // ---------------------------------------------------------------- flights

  @SuppressWarnings("unchecked") // a text names its cache, and a cache has one engine
  private @Nullable KeyFlight<K, V> flight(String text) {
    return (KeyFlight<K, V>) fleet.flight(text);
  }

  void landed(KeyFlight<K, V> flight) {
    fleet.landed(flight);
  }

  Ticket ticket(int stripe) {
    return fleet.ticket(stripe);
  }

  /** Whether what is looked up under a ticket may be given to reads that start now. */
  boolean holds(Ticket ticket) {
    return fleet.guards().holds(ticket)
        && (ticket.proven() || now() - ticket.takenAt() < Feed.SILENCE_NANOS);
  }

  long newToken() {
    return fleet.newToken();
  }

  void loaded(Outcome outcome, long nanos) {
    recorder.load(outcome, Duration.ofNanos(nanos));
  }

  void leaseWaited(long since) {
    recorder.leaseWait(Duration.ofNanos(now() - since));
  }

  String text(K key) {
    return settings.text(key);
  }

  LoadFailedException failure(String text, String what, @Nullable Throwable cause) {
    return new LoadFailedException(subject(text) + what, cause);
  }

  LoadTimeoutException timeout(String text, String waitedFor) {
    KeyFlight<K, V> flight = flight(text);
    return new LoadTimeoutException(
        subject(text)
            + "no value after "
            + settings.failure.loadTimeout().toMillis()
            + " ms of waiting for "
            + waitedFor
            + (flight == null ? "" : " (" + flight.describe() + ")"));
  }

  /** From the text, because the key codec is not asked again by those who must not fail. */
  private String subject(String text) {
    return "cache '"
        + settings.name
        + "', key "
        + Printed.of(text.substring(settings.name.length() + CacheSettings.SEPARATOR.length()))
        + ": ";
  }

  // ---------------------------------------------------------------- time and threads

  long now() {
    return fleet.host().nanoTime().getAsLong();
  }

  private long checkedNow() {
    long now = now();
    feed.check(now);
    return now;
  }

  Runnable after(long nanos, Runnable task) {
    return fleet.host().timer().after(nanos, task);
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

  long backoffNanos() {
    return settings.failure.backoffMin().toNanos();
  }

  long renewalNanos() {
    return nanos(fleet.leaseMillis()) / 3;
  }

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

  String name() {
    return settings.name;
  }

  boolean closed() {
    return fleet.closed();
  }

  long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
