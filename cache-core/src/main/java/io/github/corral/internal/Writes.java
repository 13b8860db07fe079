package io.github.corral.internal;

import io.github.corral.RemoteTierException;
import io.github.corral.internal.Entries.Encoded;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.Store.Arrival;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Verdict;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What changes one cache: invalidations and writes.
 *
 * <pre>
 *   update ─ begin the write window ─ write the source ─┬─ written ─► commit: value in both tiers
 *              (the old value is                        │             └─ contended: invalidated
 *               bounded by its end)                     └─ failed ──► invalidate
 * </pre>
 *
 * <p>Each of them raises the key's counter before the remote tier is called, so that the effect in
 * this process waits for nobody, and again once the tier has applied it, because what was looked up
 * in between may have been looked up before that. A written value is kept here only if nobody else
 * has raised the counter meanwhile.
 */
final class Writes<K, V> {

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private final Engine<K, V> engine;
  private final CacheSettings<K, V> settings;
  private final Fleet fleet;
  private final Guards guards;
  private final Store<K, V> store;
  private final Entries<V> entries;
  private final FreshTimes<K, V> freshTimes;
  private final long holdOffMillis;

  Writes(
      Engine<K, V> engine,
      CacheSettings<K, V> settings,
      Fleet fleet,
      Store<K, V> store,
      Entries<V> entries,
      FreshTimes<K, V> freshTimes) {
    this.engine = engine;
    this.settings = settings;
    this.fleet = fleet;
    this.guards = fleet.guards();
    this.store = store;
    this.entries = entries;
    this.freshTimes = freshTimes;
    this.holdOffMillis = settings.holdOff.toMillis();
  }

  // ---------------------------------------------------------------- invalidations

  CompletableFuture<@Nullable Void> invalidate(K key) {
    return drop(settings.text(key), Change.HARD);
  }

  /** A process of its own keeps its value, as no tier does it for it. */
  CompletableFuture<@Nullable Void> expire(K key) {
    String text = settings.text(key);
    if (!fleet.alone()) {
      return drop(text, Change.SOFT);
    }
    int stripe = Guards.stripe(text);
    Ticket ticket = engine.ticket(stripe);
    Entry<V> held = engine.held(key);
    boolean alone = guards.bump(ticket);
    if (alone && held != null && held.count() == ticket.count()) {
      engine.l1Put(key, held.expired(engine.now()));
    } else if (!alone) {
      guards.bump(stripe);
    }
    return fleet.call(tier -> tier.invalidate(text, Change.SOFT, holdOffMillis));
  }

  /** Drops every value of the cache. */
  CompletableFuture<@Nullable Void> clear() {
    return fleet.invalidateTags(
        List.of(settings.cacheTag()),
        holdOffMillis,
        engine.subject() + "clear",
        List.of(engine.recorder));
  }

  private CompletableFuture<@Nullable Void> drop(String text, Change mode) {
    return drop(text, mode, () -> keep(text, mode));
  }

  /** Drops what a load has found to be gone; if that fails, it expires all the same. */
  CompletableFuture<@Nullable Void> dropExpired(String text) {
    return drop(text, Change.HARD, () -> {});
  }

  private CompletableFuture<@Nullable Void> drop(String text, Change mode, Runnable ifUnreached) {
    int stripe = Guards.stripe(text);
    guards.bump(stripe);
    engine.leases().forgetFailure(text);
    return fleet
        .call(tier -> tier.invalidate(text, mode, holdOffMillis))
        .handle(
            (done, error) -> {
              if (error != null) {
                ifUnreached.run(); // before the counter is raised
              }
              guards.bump(stripe);
              throwIf(error, engine.subject(text) + "invalidate");
              return null;
            });
  }

  /** Keeps a change that the tier did not confirm, until it does. */
  private void keep(String text, Change mode) {
    fleet.outbox().keep(text, mode, holdOffMillis);
    engine.recorder.changeKept();
  }

  // ---------------------------------------------------------------- writes

  /** Publishes a value that the application has written, or that has no source. */
  CompletableFuture<@Nullable Void> put(K key, @Nullable V value) {
    String text = settings.text(key);
    Content<V> content;
    try {
      content = content(key, value);
    } catch (RuntimeException | Error e) { // codec and functions are the application's
      return CompletableFuture.failedFuture(e);
    }
    if (content.fresh == 0) {
      return drop(text, Change.HARD);
    }
    Write write = new Write(key, text);
    return write
        .window()
        .thenCompose(begun -> write.commit(content))
        .handle(
            (done, error) -> {
              write.settle(done, error);
              throwIf(error, engine.subject(text) + "put");
              return null;
            });
  }

  /** What a write is to store; for a fresh time of 0, nothing. */
  private record Content<V>(@Nullable V value, long fresh, List<String> tags, Encoded<V> encoded) {}

  private Content<V> content(K key, @Nullable V value) {
    return new Content<>(
        value, freshTimes.millis(key, value, 0), settings.tags(key, value), encode(value));
  }

  private Encoded<V> encode(@Nullable V value) {
    try {
      return entries.encode(value);
    } catch (RuntimeException | Error e) { // the codec is the application's
      engine.recorder.codecFailure();
      throw e;
    }
  }

  /** Opens a write: the caller begins it, writes the source, and then publishes or aborts. */
  Write open(K key) {
    return new Write(key, settings.text(key));
  }

  /** Writes the source on an executor, and publishes what it then holds. */
  CompletableFuture<@Nullable V> update(
      K key, Callable<? extends CompletionStage<V>> source, Executor executor) {
    Write write = open(key);
    CompletableFuture<@Nullable V> result = new CompletableFuture<>();
    Stages.then(
        write.begin().thenComposeAsync(begun -> source(source), executor),
        (value, failure) -> end(write, value, failure, result));
    return result;
  }

  private void end(
      Write write,
      @Nullable V value,
      @Nullable Throwable failure,
      CompletableFuture<@Nullable V> result) {
    Stages.then(
        failure == null ? write.publish(value) : write.abort(),
        (done, error) -> {
          if (failure != null || error != null) {
            result.completeExceptionally(unwrapped(failure != null ? failure : error));
          } else {
            result.complete(value);
          }
        });
  }

  private static Throwable unwrapped(Throwable error) {
    return error instanceof CompletionException e && e.getCause() != null ? e.getCause() : error;
  }

  private static <V> CompletionStage<V> source(Callable<? extends CompletionStage<V>> source) {
    try {
      return source.call();
    } catch (Exception | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** One write of one key: from before it begins until it is published. One caller at a time. */
  final class Write {

    private final K key;
    private final String text;
    private final long token = engine.newToken();
    private final int stripe;
    private volatile Ticket ticket;
    private volatile boolean begun;

    private Write(K key, String text) {
      this.key = key;
      this.text = text;
      this.stripe = Guards.stripe(text);
      guards.bump(stripe);
      engine.leases().forgetFailure(text);
      this.ticket = engine.ticket(stripe);
    }

    /** What is written can be stamped only once the tags' clock is known. */
    private CompletableFuture<@Nullable Void> window() {
      long window = engine.millis(engine.loadTimeoutNanos());
      return engine
          .ready()
          .thenCompose(
              known -> {
                ticket = engine.ticket(stripe);
                return fleet.call(tier -> tier.beginWrite(text, token, window, holdOffMillis));
              });
    }

    /**
     * Bounds the value that is there by this write's window. Never fails: the source is written all
     * the same if the tier does not answer, and then nothing is published but that it has changed.
     */
    CompletableFuture<@Nullable Void> begin() {
      return window()
          .handle(
              (done, error) -> {
                begun = error == null;
                // What was looked up since may have been looked up before the window was open.
                if (guards.bump(ticket)) {
                  ticket = ticket.raised();
                } else {
                  guards.bump(stripe);
                }
                return null;
              });
    }

    /** Publishes what the source now holds, or that it has changed. */
    CompletableFuture<@Nullable Void> publish(@Nullable V value) {
      boolean open = begun && !fleet.outbox().blocksL2();
      CompletableFuture<Published<V>> commit = open ? committed(value) : null;
      if (commit == null) {
        return drop(text, Change.HARD);
      }
      return commit.handle(
          (published, error) -> {
            settle(published, error);
            throwIf(error, engine.subject(text) + "update");
            return null;
          });
    }

    /**
     * The source may have been written or not: what was there before is gone. Never fails; the
     * window bounds what could not be dropped.
     */
    CompletableFuture<@Nullable Void> abort() {
      return drop(text, Change.HARD).handle((done, error) -> null);
    }

    /** Null for what cannot be stored, or is not to be remembered. */
    private @Nullable CompletableFuture<Published<V>> committed(@Nullable V value) {
      try {
        Content<V> content = content(key, value);
        return content.fresh == 0 ? null : commit(content);
      } catch (RuntimeException | Error e) { // codec and functions are the application's
        LOG.log(System.Logger.Level.DEBUG, "a written value cannot be stored", e);
        return null;
      }
    }

    private CompletableFuture<Published<V>> commit(Content<V> content) {
      Encoded<V> encoded = content.encoded;
      Arrival<V> arrival =
          store.written(text, token, content.value, content.fresh, content.tags, ticket);
      long sentAt = engine.now();
      return fleet
          .call(tier -> tier.commitWrite(store.fill(arrival, encoded, 0), holdOffMillis))
          .thenApply(committed -> new Published<>(arrival, encoded, committed, sentAt));
    }

    /** Raises the counter, and keeps what was published if nobody else has raised it. */
    private void settle(@Nullable Published<V> published, @Nullable Throwable error) {
      if (error != null) {
        keep(text, Change.HARD); // before the counter is raised
      }
      Ticket mine = ticket;
      if (!guards.bump(mine)) {
        guards.bump(stripe);
      } else if (published != null && published.committed.verdict() == Verdict.STORED) {
        engine.l1Put(
            key,
            entries.entry(
                published.encoded.copy(),
                published.committed,
                published.arrival,
                mine.raised(),
                published.sentAt));
      }
    }
  }

  private record Published<V>(
      Arrival<V> arrival, Encoded<V> encoded, Committed committed, long sentAt) {}

  private void throwIf(@Nullable Throwable error, String operation) {
    if (error != null) {
      throw unreached(error, operation);
    }
  }

  private RemoteTierException unreached(Throwable error, String operation) {
    engine.recorder.remoteFailure();
    Throwable cause = unwrapped(error);
    return cause instanceof RemoteTierException known ? known : Fleet.unreached(operation, cause);
  }
}
