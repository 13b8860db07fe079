package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier.Barrier;
import io.github.corral.spi.RemoteTier.Barriers;
import io.github.corral.spi.RemoteTier.Stamp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The barriers of all tags, read page by page as tags.lua keeps them. One caller at a time.
 *
 * <p>Between two pages barriers may be raised. The clock is therefore that of the first page:
 * whatever was raised later is in the pages, or the feed tells it as later than this clock. The
 * floor is that of the last page, because the pages may lack what was dropped meanwhile. With
 * another epoch all begins anew.
 */
final class TagPages {

  /** Where a reading begins, and ends. */
  private static final String START = "0";

  private static final int MOST_EPOCHS = 5;
  private static final int MICROS_PER_MILLI = 1_000;

  private final Map<String, Barrier> byTag = new HashMap<>();
  private Stamp now = Stamp.NONE;
  private long floor;
  private String cursor = START;
  private int epochs;

  /** What the next page is to be read at. */
  String cursor() {
    return cursor;
  }

  /**
   * Adds a page: time, epoch with clock and floor, the next cursor, and fields and values.
   *
   * @return whether it was the last
   * @throws IllegalStateException if the epoch changes with each page
   */
  boolean add(List<@Nullable Object> reply) {
    ByteBuffer table = ByteBuffer.wrap(Answers.bytes(reply, 1));
    Stamp stamp = TagBytes.stamp(table.getLong());
    floor = EntryLayout.number(table, 6);
    if (stamp.epoch() != now.epoch()) {
      boolean first = now.equals(Stamp.NONE);
      begin(stamp);
      if (!first) {
        return false;
      }
    }
    addAll(Answers.list(reply, 3), -Math.floorDiv(-Answers.micros(reply), MICROS_PER_MILLI));
    cursor = new String(Answers.bytes(reply, 2), StandardCharsets.US_ASCII);
    return cursor.equals(START);
  }

  private void begin(Stamp stamp) {
    if (++epochs > MOST_EPOCHS) {
      throw new IllegalStateException("the tags are lost faster than they can be read");
    }
    now = stamp;
    byTag.clear();
    cursor = START;
  }

  private void addAll(List<@Nullable Object> page, long nowMillis) {
    for (int i = 0; i < page.size(); i += 2) {
      byte[] field = Answers.bytes(page, i);
      if (field[0] == 't') {
        ByteBuffer value = ByteBuffer.wrap(Answers.bytes(page, i + 1));
        long clock = EntryLayout.number(value, 6);
        long holdUntil = EntryLayout.number(value, 6);
        byTag.put(
            KeyText.decode(field, 1, field.length),
            new Barrier(clock, Math.max(0, holdUntil - nowMillis)));
      }
    }
  }

  /** What was read, once the last page was added. */
  Barriers barriers() {
    return new Barriers(now, floor, Collections.unmodifiableMap(byTag));
  }
}
