package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier.Fill;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The arguments of a script, in the order in which it takes them. Not thread-safe. */
final class Arguments {

  /** What every tier cuts durations at: ten years, in milliseconds. */
  private static final long LONGEST_MILLIS = 315_360_000_000L;

  private static final long MOST_COST_MILLIS = 0xFF_FFFF;
  private static final int MOST_SCHEMA = 0xFFFF;
  private static final int MOST_CLASS_LENGTH = 1_000;
  private static final byte[] NOTHING = {};

  private final List<byte[]> arguments = new ArrayList<>(14);

  /** Begins with the channel that a script publishes to. */
  Arguments(byte[] channel) {
    arguments.add(channel);
  }

  /** Adds a token, an epoch, a version or a stamp. */
  Arguments raw(long number) {
    arguments.add(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    return this;
  }

  Arguments number(long number) {
    return text(Long.toString(number));
  }

  Arguments flag(boolean flag) {
    return number(flag ? 1 : 0);
  }

  Arguments text(String text) {
    arguments.add(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  Arguments bytes(byte[] bytes) {
    arguments.add(bytes);
    return this;
  }

  Arguments duration(long millis) {
    return number(Math.max(0, Math.min(millis, LONGEST_MILLIS)));
  }

  Arguments className(String name) {
    return text(name.substring(0, Math.min(name.length(), MOST_CLASS_LENGTH)));
  }

  Arguments schema(int schema) {
    if (schema < 0 || schema > MOST_SCHEMA) {
      throw new IllegalArgumentException("schema " + schema + ": must be from 0 to " + MOST_SCHEMA);
    }
    return number(schema);
  }

  /** Adds what {@code valueFrom} in rules.lua reads. */
  Arguments value(Fill fill) {
    byte[] payload = fill.payload();
    arguments.add(payload == null ? NOTHING : payload);
    return flag(payload != null)
        .duration(fill.freshMillis())
        .duration(fill.staleMillis())
        .number(Math.max(0, Math.min(fill.costMillis(), MOST_COST_MILLIS)))
        .raw(Math.max(fill.version(), Fill.NO_VERSION))
        .schema(fill.schema())
        .raw(TagBytes.encode(fill.stamp()))
        .tags(fill.tags());
  }

  /** Adds a list of tags. */
  Arguments tags(List<String> tags) {
    arguments.add(TagBytes.encode(tags));
    return this;
  }

  /** Adds the identity of the tags' clock, 2 bytes. */
  Arguments tagEpoch(int epoch) {
    arguments.add(ByteBuffer.allocate(Short.BYTES).putShort((short) epoch).array());
    return this;
  }

  byte[][] toArray() {
    return arguments.toArray(byte[][]::new);
  }
}
