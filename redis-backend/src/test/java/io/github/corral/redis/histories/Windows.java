package io.github.corral.redis.histories;

import io.github.corral.redis.histories.Histories.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How long the write windows of keys were open at the most. */
final class Windows {

  private static final long WINDOW = Nanos.of(Kind.LOAD_TIMEOUT_MILLIS);
  private static final long TIMEOUT = Nanos.of(Kind.REDIS_TIMEOUT_MILLIS);

  private final Map<Integer, List<Change>> updates = new HashMap<>();
  private final Map<Change, Long> ends = new HashMap<>();

  Windows(Histories histories) {
    for (Change change : histories.changes()) {
      if (change.isUpdate()) {
        int key = change.kind.index(change.key);
        updates.computeIfAbsent(key, it -> new ArrayList<>()).add(change);
      }
    }
    updates.values().forEach(this::reckon);
  }

  /** Overlapping windows add up. That a window may have been closed early is left out. */
  private void reckon(List<Change> ofKey) {
    ofKey.sort(Comparator.comparingLong(it -> it.begin));
    long open = Long.MIN_VALUE;
    int first = 0;
    for (int i = 0; i < ofKey.size(); i++) {
      Change change = ofKey.get(i);
      if (open <= change.begin) {
        end(ofKey, first, i, open);
        first = i;
      }
      long begun = change.written.isEmpty() ? change.begin + TIMEOUT : change.written.get(0).at();
      open = Math.max(open, begun + WINDOW) + (open > change.begin ? WINDOW : 0);
    }
    end(ofKey, first, ofKey.size(), open);
  }

  private void end(List<Change> ofKey, int from, int to, long open) {
    ofKey.subList(from, to).forEach(change -> ends.put(change, open));
  }

  /** When at the latest the window of an update, with all that overlapped it, was over. */
  long end(Change update) {
    return ends.get(update);
  }
}
