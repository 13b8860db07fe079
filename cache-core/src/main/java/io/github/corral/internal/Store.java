package io.github.corral.internal;

import io.github.corral.internal.Entries.Encoded;
import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Brings the values that one cache loads and writes into the remote tier. */
final class Store<K, V> {

  private final CacheSettings<K, V> settings;
  private final Fleet fleet;
  private final Entries<V> entries;
  private final Engine<K, V> engine;
  private final long staleMillis;

  /**
   * A value on its way.
   *
   * @param ticket taken before its load or write began
   * @param keeps the id of the entry that has the same payload, or 0
   */
  record Arrival<V>(
      String text,
      long token,
      @Nullable V value,
      long freshMillis,
      long staleMillis,
      long costMillis,
      long version,
      boolean fromPrimary,
      List<String> tags,
      Ticket ticket,
      long keeps) {}

  Store(Engine<K, V> engine, CacheSettings<K, V> settings, Fleet fleet, Entries<V> entries) {
    this.engine = engine;
    this.settings = settings;
    this.fleet = fleet;
    this.entries = entries;
    this.staleMillis = settings.expiry.staleFor().toMillis();
  }

  /** A loaded value. */
  Arrival<V> loaded(
      String text,
      Lead<K, V> by,
      @Nullable V value,
      long freshMillis,
      long costMillis,
      Ticket ticket) {
    return new Arrival<>(
        text,
        by.token,
        value,
        freshMillis,
        staleMillis,
        costMillis,
        by.version(),
        by.primaryRead(),
        by.allTags(),
        ticket,
        by.keeps(value));
  }

  /** A written value. */
  Arrival<V> written(
      String text,
      long token,
      @Nullable V value,
      long freshMillis,
      List<String> tags,
      Ticket ticket) {
    return new Arrival<>(
        text, token, value, freshMillis, staleMillis, 1, Fill.NO_VERSION, true, tags, ticket, 0);
  }

  /**
   * Commits a loaded value; gives what this process may keep of it, or null. Never completes
   * exceptionally.
   */
  CompletableFuture<@Nullable Entry<V>> commit(Arrival<V> loaded) {
    Arrival<V> arrival = bounded(loaded);
    if (arrival == null) {
      engine.leases().release(loaded.text, loaded.token);
      engine.recorder.overtaken();
      return CompletableFuture.completedFuture(null);
    }
    Encoded<V> encoded = encode(arrival);
    if (encoded == null) {
      engine.leases().release(arrival.text, arrival.token);
      return CompletableFuture.completedFuture(entries.briefly(arrival, arrival.value));
    }
    if (arrival.token == 0 || fleet.outbox().blocksL2()) {
      engine.leases().release(arrival.text, arrival.token);
      return CompletableFuture.completedFuture(entries.briefly(arrival, encoded.copy()));
    }
    long sentAt = engine.now();
    return commit(arrival, encoded)
        .handle(
            (committed, error) -> {
              if (error != null) {
                engine.recorder.remoteFailure();
                return entries.briefly(arrival, encoded.copy());
              }
              if (committed.verdict() != Verdict.STORED) {
                engine.recorder.overtaken();
                return null;
              }
              return entries.entry(encoded.copy(), committed, arrival, arrival.ticket, sentAt);
            });
  }

  private CompletableFuture<Committed> commit(Arrival<V> arrival, Encoded<V> encoded) {
    CompletableFuture<Committed> first =
        fleet.call(tier -> tier.commit(fill(arrival, encoded, arrival.keeps)));
    return arrival.keeps == 0
        ? first
        : first.thenCompose(
            committed ->
                committed.verdict() == Verdict.MISSING
                    ? fleet.call(tier -> tier.commit(fill(arrival, encoded, 0)))
                    : CompletableFuture.completedFuture(committed));
  }

  /**
   * What may have been read from a lagging replica is not kept beyond the hold-off of a barrier
   * that was open when its load began; null if that is over.
   */
  private @Nullable Arrival<V> bounded(Arrival<V> it) {
    if (it.fromPrimary) {
      return it;
    }
    long end = engine.holdOffEnd(it.ticket.takenAt(), it.tags);
    if (end == 0) {
      return it;
    }
    long room = TimeUnit.NANOSECONDS.toMillis(end - engine.now());
    long fresh = Math.min(it.freshMillis, room);
    return room <= 0
        ? null
        : new Arrival<>(
            it.text,
            it.token,
            it.value,
            fresh,
            Math.min(it.staleMillis, room - fresh),
            it.costMillis,
            it.version,
            false,
            it.tags,
            it.ticket,
            it.keeps);
  }

  private @Nullable Encoded<V> encode(Arrival<V> arrival) {
    try {
      return entries.encode(arrival.value);
    } catch (RuntimeException | Error e) { // the codec is the application's
      engine.recorder.codecFailure();
      return null;
    }
  }

  Fill fill(Arrival<V> it, Encoded<V> encoded, long keeps) {
    return new Fill(
        it.text,
        it.token,
        keeps == 0 ? encoded.payload() : null,
        it.freshMillis,
        it.staleMillis,
        it.costMillis,
        it.version != Fill.NO_VERSION ? it.version : encoded.version(),
        it.fromPrimary,
        settings.schema,
        keeps,
        it.ticket.stamp(),
        it.tags);
  }
}
