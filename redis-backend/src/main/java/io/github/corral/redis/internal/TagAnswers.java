package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier.Barrier;
import io.github.corral.spi.RemoteTier.Barriers;
import io.github.corral.spi.RemoteTier.Stamp;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what the scripts of the tags reply; tags.lua tells how the barriers are kept. */
final class TagAnswers {

  private static final int MICROS_PER_MILLI = 1_000;

  private TagAnswers() {}

  /** Time, epoch and clock. */
  static Stamp stamp(List<@Nullable Object> reply) {
    int epoch = Short.toUnsignedInt(ByteBuffer.wrap(Answers.bytes(reply, 1)).getShort());
    return new Stamp(epoch, Answers.number(reply, 2));
  }

  /** Time, and the fields and values of the hash. */
  static Barriers barriers(List<@Nullable Object> reply) {
    long now = -Math.floorDiv(-Answers.micros(reply), MICROS_PER_MILLI);
    List<@Nullable Object> hash = Answers.list(reply, 1);
    Map<String, Barrier> byTag = new HashMap<>(hash.size());
    @Nullable ByteBuffer clocks = null;
    for (int i = 0; i < hash.size(); i += 2) {
      byte[] field = Answers.bytes(hash, i);
      ByteBuffer value = ByteBuffer.wrap(Answers.bytes(hash, i + 1));
      if (field[0] == 'm') {
        clocks = value;
      } else {
        byTag.put(KeyText.decode(field, 1, field.length), barrier(value, now));
      }
    }
    ByteBuffer known = Objects.requireNonNull(clocks, "the tags' clock");
    Stamp stamp = TagBytes.stamp(known.getLong());
    return new Barriers(stamp, EntryLayout.number(known, 6), Collections.unmodifiableMap(byTag));
  }

  private static Barrier barrier(ByteBuffer value, long now) {
    long clock = EntryLayout.number(value, 6);
    long holdUntil = EntryLayout.number(value, 6);
    return new Barrier(clock, Math.max(0, holdUntil - now));
  }
}
