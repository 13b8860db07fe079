package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Stored;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes one cache's entries of what was found, loaded or written, and bytes of values. */
final class Entries<V> {

  private final @Nullable Codec<V> codec;
  private final Recorder recorder;
  private final Ageing ageing;
  private final long staleMillis;

  Entries(@Nullable Codec<V> codec, Recorder recorder, Ageing ageing, long staleMillis) {
    this.codec = codec;
    this.recorder = recorder;
    this.ageing = ageing;
    this.staleMillis = staleMillis;
  }

  /** What was found, or null if it cannot be read: it then counts as absent. */
  @Nullable Entry<V> decode(Stored stored, Ticket ticket) {
    byte[] payload = stored.payload();
    V value = null;
    if (payload != null) {
      try {
        value = codec == null ? null : codec.decode(payload);
      } catch (RuntimeException | Error e) { // the bytes may be anybody's
        recorder.codecFailure();
        return null;
      }
    }
    return entry(
        value,
        stored.id(),
        ticket,
        ticket.takenAt(),
        stored.freshMillis(),
        stored.hardMillis(),
        stored.lifeMillis(),
        stored.costMillis());
  }

  /**
   * Encodes a value for the remote tier; null without one, or for an absence. Throws what the codec
   * throws.
   */
  byte @Nullable [] encode(@Nullable V value) {
    return value == null || codec == null ? null : codec.encode(value);
  }

  /** With a remote tier all processes see the decoded copy, and never the caller's live object. */
  @Nullable V copy(@Nullable V value, byte @Nullable [] payload) {
    return payload == null || codec == null ? value : codec.decode(payload);
  }

  Entry<V> entry(
      @Nullable V value, Committed committed, Ticket ticket, long since, long life, long cost) {
    return entry(
        value,
        committed.id(),
        ticket,
        since,
        committed.freshMillis(),
        committed.hardMillis(),
        life,
        cost);
  }

  /** What the remote tier does not hold is kept as long as an invalidation may go unheard. */
  Entry<V> briefly(@Nullable V value, long fresh, long cost, Ticket ticket) {
    Ticket unproven = new Ticket(ticket.stripe(), ticket.count(), ticket.takenAt(), false);
    return entry(value, 0, unproven, ticket.takenAt(), fresh, fresh + staleMillis, fresh, cost);
  }

  private Entry<V> entry(
      @Nullable V value,
      long id,
      Ticket ticket,
      long since,
      long fresh,
      long hard,
      long life,
      long cost) {
    long freshUntil = since + TimeUnit.MILLISECONDS.toNanos(fresh);
    long hardUntil = since + TimeUnit.MILLISECONDS.toNanos(hard);
    long refreshAt = ageing.refreshAt(freshUntil, cost, life);
    long keptUntil = ticket.proven() ? Long.MAX_VALUE : ticket.takenAt() + Feed.SILENCE_NANOS;
    return new Entry<>(
        value,
        id,
        ticket.stripe(),
        ticket.count(),
        Math.min(refreshAt, keptUntil),
        Math.min(freshUntil, keptUntil),
        Math.min(hardUntil, keptUntil),
        cost,
        freshUntil - TimeUnit.MILLISECONDS.toNanos(life));
  }
}
