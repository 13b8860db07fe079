package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.spi.RemoteTier.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what the scripts reply. Each reply begins with the server's time in microseconds. */
final class Answers {

  private static final Verdict[] VERDICTS = {Verdict.STORED, Verdict.OVERTAKEN, Verdict.OUTDATED};
  private static final int WITHOUT_VALUE = 4;

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
    Stored stored = reply.size() > WITHOUT_VALUE ? stored(reply) : null;
    if (kind == 0) {
      return new Hit(Objects.requireNonNull(stored, "a hit has a value"));
    }
    if (kind == 1) {
      return new Granted(stored, detail == 1);
    }
    if (kind == 2) {
      return new Busy(stored, detail);
    }
    byte[] error = (byte[]) Objects.requireNonNull(reply.get(3), "a failure has a class");
    return new Failing(stored, new String(error, StandardCharsets.UTF_8), detail);
  }

  private static Stored stored(List<@Nullable Object> reply) {
    return new Stored(
        (byte[]) reply.get(9),
        number(reply, 4),
        number(reply, 5),
        number(reply, 6),
        number(reply, 7),
        number(reply, 8),
        Stamp.NONE,
        List.of());
  }

  private static long number(List<@Nullable Object> reply, int index) {
    return (Long) Objects.requireNonNull(reply.get(index), "a reply's number");
  }
}
