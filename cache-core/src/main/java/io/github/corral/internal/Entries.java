package io.github.corral.internal;

import io.github.corral.internal.Guards.Ticket;
import io.github.corral.internal.Store.Arrival;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Makes one cache's entries of what was found, loaded or written, and bytes of values. */
final class Entries<V> {

  private final @Nullable Codec<V> codec;
  private final Payloads payloads;
  private final @Nullable ToLongFunction<? super V> version;
  private final Recorder recorder;
  private final Ageing ageing;
  private final Barriers barriers;
  private final String cacheTag;

  /** How long what is looked up is kept while an invalidation may go unheard. */
  private final long unprovenNanos;

  /** A value's bytes, the copy of it that this process keeps, and its source's version. */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way
  record Encoded<V>(byte @Nullable [] payload, @Nullable V copy, long version) {}

  Entries(CacheSettings<?, V> settings, Recorder recorder, Ageing ageing, Barriers barriers) {
    this.codec = settings.codec;
    this.payloads = new Payloads(settings.compression, settings.maximumPayload);
    this.version = settings.version;
    this.recorder = recorder;
    this.ageing = ageing;
    this.barriers = barriers;
    this.cacheTag = settings.cacheTag();
    long holdOff = settings.holdOff.toNanos();
    this.unprovenNanos = holdOff > 0 ? Math.min(holdOff, Feed.SILENCE_NANOS) : Feed.SILENCE_NANOS;
  }

  /**
   * What was found, or null if it cannot be read or was too large, or a barrier is above it: it
   * then counts as absent.
   */
  @Nullable Entry<V> decode(Stored stored, Ticket ticket) {
    if (!barriers.admit(stored.stamp(), cacheTag, stored.tags())) {
      return null;
    }
    byte[] payload = stored.payload();
    if (Payloads.isTooLarge(payload)) {
      return null;
    }
    V value = null;
    if (payload != null) {
      try {
        value = codec == null ? null : codec.decode(payloads.unpack(payload));
      } catch (RuntimeException | Error e) { // the bytes may be anybody's
        recorder.codecFailure();
        return null;
      }
    }
    return entry(
        value,
        stored.id(),
        ticket,
        stored.stamp(),
        stored.tags(),
        ticket.takenAt(),
        stored.freshMillis(),
        stored.hardMillis(),
        stored.lifeMillis(),
        stored.costMillis(),
        barriers.heardAt());
  }

  /**
   * Encodes a value for the remote tier, and decodes it again: with a remote tier all processes see
   * the decoded copy, and never the caller's live object. What is too large is committed all the
   * same, without its bytes: so the tier tells how long this process may keep it. Throws what the
   * application's codec and version function throw.
   */
  Encoded<V> encode(@Nullable V value) {
    long number = version == null || value == null ? Fill.NO_VERSION : version.applyAsLong(value);
    if (value == null || codec == null) {
      return new Encoded<>(null, value, number);
    }
    byte[] plain = codec.encode(value);
    byte[] payload = payloads.pack(plain);
    if (Payloads.isTooLarge(payload)) {
      recorder.tooLarge();
    }
    return new Encoded<>(payload, codec.decode(plain), number);
  }

  /** What was committed, for this process. */
  Entry<V> entry(
      @Nullable V copy, Committed committed, Arrival<V> arrival, Ticket ticket, long since) {
    return entry(
        copy,
        committed.id(),
        ticket,
        arrival.ticket().stamp(),
        arrival.tags(),
        since,
        committed.freshMillis(),
        committed.hardMillis(),
        arrival.freshMillis(),
        arrival.costMillis(),
        arrival.ticket().takenAt());
  }

  /** What the remote tier does not hold is kept as long as an invalidation may go unheard. */
  Entry<V> briefly(Arrival<V> arrival, @Nullable V copy) {
    Ticket ticket = arrival.ticket();
    long fresh = arrival.freshMillis();
    return entry(
        copy,
        0,
        ticket.unproven(),
        ticket.stamp(),
        arrival.tags(),
        ticket.takenAt(),
        fresh,
        fresh + arrival.staleMillis(),
        fresh,
        arrival.costMillis(),
        ticket.takenAt());
  }

  /**
   * An entry.
   *
   * @param knownAt as of when a barrier above it would be known, or it began to be loaded
   */
  private Entry<V> entry(
      @Nullable V value,
      long id,
      Ticket ticket,
      Stamp stamp,
      List<String> tags,
      long since,
      long fresh,
      long hard,
      long life,
      long cost,
      long knownAt) {
    long freshUntil = since + TimeUnit.MILLISECONDS.toNanos(fresh);
    long hardUntil = since + TimeUnit.MILLISECONDS.toNanos(hard);
    long refreshAt = ageing.refreshAt(freshUntil, cost, life);
    long keptUntil =
        ticket.proven()
            ? Long.MAX_VALUE
            : Math.min(ticket.takenAt() + unprovenNanos, knownAt + Feed.SILENCE_NANOS);
    return new Entry<>(
        value,
        id,
        ticket,
        stamp,
        tags,
        Math.min(refreshAt, keptUntil),
        ageing.sweepAt(freshUntil, life),
        Math.min(freshUntil, keptUntil),
        Math.min(hardUntil, keptUntil),
        cost,
        freshUntil - TimeUnit.MILLISECONDS.toNanos(life));
  }
}
