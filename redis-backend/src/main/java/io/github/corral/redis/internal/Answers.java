package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Inspection;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.spi.RemoteTier.Verdict;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what the scripts reply. Each reply begins with the server's time in microseconds. */
final class Answers {

  private static final Verdict[] VERDICTS = {
    Verdict.STORED, Verdict.OVERTAKEN, Verdict.OUTDATED, Verdict.MISSING
  };
  private static final int VALUE = 4;
  private static final int INSPECTED_VALUE = 12;

  /** No payload is empty. */
  private static final byte[] UNREADABLE = {};

  private Answers() {}

  static long micros(List<@Nullable Object> reply) {
    return number(reply, 0);
  }

  static boolean isTrue(List<@Nullable Object> reply) {
    return number(reply, 1) == 1;
  }

  static Committed committed(List<@Nullable Object> reply) {
    Verdict verdict = VERDICTS[Math.toIntExact(number(reply, 1))];
    return new Committed(verdict, number(reply, 2), number(reply, 3), number(reply, 4));
  }

  /** Time, kind, a number and a text that depend on it, and the value if there is one. */
  static Reply lookup(List<@Nullable Object> reply) {
    long kind = number(reply, 1);
    long detail = number(reply, 2);
    Stored stored = storedIn(reply, VALUE);
    if (kind == 0) {
      return new Hit(Objects.requireNonNull(stored, "a hit has a value"));
    }
    if (kind == 1) {
      return new Granted(stored, detail == 1);
    }
    if (kind == 2) {
      return new Busy(stored, detail);
    }
    return new Failing(stored, text(reply, 3), detail);
  }

  /** Time, all that is known in the order of {@link Inspection}, and the value if there is one. */
  static Inspection inspection(List<@Nullable Object> reply) {
    return new Inspection(
        storedIn(reply, INSPECTED_VALUE),
        Math.toIntExact(number(reply, 1)),
        bits(reply, 2),
        number(reply, 3),
        number(reply, 4) == 1,
        number(reply, 5),
        bits(reply, 6),
        number(reply, 7),
        number(reply, 8) == 1,
        number(reply, 9),
        Math.toIntExact(number(reply, 10)),
        text(reply, 11));
  }

  private static @Nullable Stored storedIn(List<@Nullable Object> reply, int index) {
    return reply.size() > index ? stored(list(reply, index)) : null;
  }

  private static Stored stored(List<@Nullable Object> value) {
    List<String> tags = tags(bytes(value, 6));
    return new Stored(
        tags == null ? UNREADABLE : (byte[]) value.get(7),
        number(value, 0),
        number(value, 1),
        number(value, 2),
        number(value, 3),
        number(value, 4),
        TagBytes.stamp(bits(value, 5)),
        tags == null ? List.of() : tags);
  }

  /** Null if they were damaged: nobody can tell then what invalidates the value. */
  private static @Nullable List<String> tags(byte[] bytes) {
    try {
      return TagBytes.decode(bytes, 0, bytes.length);
    } catch (BufferUnderflowException | IllegalArgumentException damaged) {
      return null;
    }
  }

  static byte[] bytes(List<@Nullable Object> reply, int index) {
    return (byte[]) Objects.requireNonNull(reply.get(index), "a reply's text");
  }

  @SuppressWarnings("unchecked") // a reply within a reply has the same make
  static List<@Nullable Object> list(List<@Nullable Object> reply, int index) {
    return (List<@Nullable Object>) Objects.requireNonNull(reply.get(index), "a reply's list");
  }

  private static long bits(List<@Nullable Object> reply, int index) {
    return ByteBuffer.wrap(bytes(reply, index)).getLong();
  }

  private static String text(List<@Nullable Object> reply, int index) {
    return new String(bytes(reply, index), StandardCharsets.UTF_8);
  }

  static long number(List<@Nullable Object> reply, int index) {
    return (Long) Objects.requireNonNull(reply.get(index), "a reply's number");
  }
}
