package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an entry. Numbers are big-endian; points in time are milliseconds of the server's
 * clock.
 *
 * <pre>
 * offset size
 *      0    1  format: 1
 *      1    2  flags, see below
 *
 *              with VALUE (1)
 *           2  schema
 *           6  id: when its lease was granted, or when it was written
 *           5  fresh until, as a distance to the id, plus 65,536; 0: long past
 *           5  hard until, likewise
 *           3  cost of its load, in milliseconds
 *           5  with LIFE (16): how long it is fresh in all; else that is fresh until - id
 *           8  with VERSION (4): the source's version
 *           8  with STAMP (8): the tags' epoch (2) and clock (6)
 *         3 +  with TAGS (2048): length of all that follows (3); for each tag its length (2) and text
 *
 *          32  with LEASE (32): token (8); granted, until (6 each); ends of the hold-off and of the
 *              write window that it was granted in (6 each, 0: none)
 *          19  with WRITE (128): token (8); until (6); how long the hold-off after it lasts (5)
 *          14  with HOLD (512): until (6); minimum version (8, all ones: none)
 *         9 +  with ERROR (1024): until (6); failures in a row (1); length of the class name (2);
 *              the class name
 *           …  with VALUE and without ABSENT (2): the payload, of which the core tells the form
 *
 * WAITERS (64): somebody waits for the lease to end. CONTENDED (256): two writes overlap.
 * </pre>
 *
 * <p>At rest that is 24 bytes before the payload, 32 with a stamp, 40 with a version too. What is
 * written is written by the scripts; this class reads as much as a fresh hit needs.
 *
 * @param schema the payload's schema number
 * @param id what tells the value from its predecessors
 * @param freshUntil the fresh deadline
 * @param hardUntil the hard deadline
 * @param lifeMillis how long it is fresh in all
 * @param costMillis what its load cost
 * @param stamp the tags' clock as it was known before the load
 * @param tags the tags
 * @param payload the payload, or null for the absent value
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares entries
record EntryLayout(
    int schema,
    long id,
    long freshUntil,
    long hardUntil,
    long lifeMillis,
    long costMillis,
    Stamp stamp,
    List<String> tags,
    byte @Nullable [] payload) {

  private static final int FORMAT = 1;
  private static final int AHEAD = 65_536;

  private static final int VALUE = 1;
  private static final int ABSENT = 2;
  private static final int VERSION = 4;
  private static final int STAMP = 8;
  private static final int LIFE = 16;
  private static final int LEASE = 32;
  private static final int WRITE = 128;
  private static final int HOLD = 512;
  private static final int ERROR = 1024;
  private static final int TAGS = 2048;
  private static final int ALL = 4095;

  /** The value in remaining times. */
  Stored stored(long now) {
    return new Stored(
        payload, id, freshUntil - now, hardUntil - now, lifeMillis, costMillis, stamp, tags);
  }

  /** Reads the value of an entry; null if it has none, or if only the scripts can tell. */
  static @Nullable EntryLayout read(byte[] packed) {
    try {
      return read(packed, ByteBuffer.wrap(packed));
    } catch (BufferUnderflowException | IllegalArgumentException truncated) {
      return null;
    }
  }

  private static @Nullable EntryLayout read(byte[] packed, ByteBuffer in) {
    int format = in.get();
    int flags = Short.toUnsignedInt(in.getShort());
    if (format != FORMAT || flags > ALL || (flags & VALUE) == 0) {
      return null;
    }
    int schema = Short.toUnsignedInt(in.getShort());
    long id = number(in, 6);
    long freshUntil = deadline(id, number(in, 5));
    long hardUntil = deadline(id, number(in, 5));
    long cost = number(in, 3);
    long life = (flags & LIFE) != 0 ? number(in, 5) : freshUntil - id;
    skip(in, (flags & VERSION) != 0 ? 8 : 0);
    Stamp stamp = (flags & STAMP) != 0 ? TagBytes.stamp(in.getLong()) : Stamp.NONE;
    List<String> tags = (flags & TAGS) != 0 ? tags(packed, in) : List.of();
    skipToPayload(in, flags);
    byte[] payload =
        (flags & ABSENT) != 0 ? null : Arrays.copyOfRange(packed, in.position(), packed.length);
    return new EntryLayout(schema, id, freshUntil, hardUntil, life, cost, stamp, tags, payload);
  }

  private static List<String> tags(byte[] packed, ByteBuffer in) {
    int length = Math.toIntExact(number(in, 3));
    int from = in.position();
    skip(in, length);
    return TagBytes.decode(packed, from, from + length);
  }

  private static void skipToPayload(ByteBuffer in, int flags) {
    skip(in, (flags & LEASE) != 0 ? 32 : 0);
    skip(in, (flags & WRITE) != 0 ? 19 : 0);
    skip(in, (flags & HOLD) != 0 ? 14 : 0);
    if ((flags & ERROR) != 0) {
      skip(in, 7);
      skip(in, Short.toUnsignedInt(in.getShort()));
    }
  }

  private static void skip(ByteBuffer in, int bytes) {
    in.position(in.position() + bytes);
  }

  private static long deadline(long id, long distance) {
    return distance == 0 ? 0 : id + distance - AHEAD;
  }

  static long number(ByteBuffer in, int bytes) {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number = (number << 8) | (in.get() & 0xFF);
    }
    return number;
  }
}
