package io.github.corral.redis.histories;

import io.github.corral.redis.histories.Histories.Change;
import io.github.corral.redis.histories.Histories.Written;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From which moments on versions below others must not be read. */
final class Floors {

  private static final long WINDOW = Nanos.of(Kind.LOAD_TIMEOUT_MILLIS);
  private static final long LAG = Nanos.of(Kind.LAG_MILLIS);
  private static final long HOLD_OFF = Nanos.of(Kind.HOLD_OFF_MILLIS);
  private static final long LITTLE = Nanos.of(50);

  private static final int ANY = -1;

  private final Histories histories;
  private final Disturbances disturbances;
  private final Map<Place, Steps> steps = new HashMap<>();

  /** What an acknowledged change concerns. */
  enum Reach {
    /** One key, in both tiers. */
    KEY,
    /** What was loaded under a tag. */
    TAG,
    CACHE
  }

  /** From a moment on, no version below. */
  record Floor(long from, long version, Reach reach, String why) {}

  /** Where floors hold: at a process, or at any. */
  private record Place(int process, int key, Reach reach) {}

  /** Floors, each higher than those before it. */
  private static final class Steps {
    final List<Floor> all = new ArrayList<>();

    void sort() {
      all.sort(Comparator.comparingLong(Floor::from));
      List<Floor> rising = new ArrayList<>();
      for (Floor floor : all) {
        if (rising.isEmpty() || floor.version > rising.get(rising.size() - 1).version) {
          rising.add(floor);
        }
      }
      all.clear();
      all.addAll(rising);
    }

    @Nullable Floor at(long moment) {
      int low = 0;
      int high = all.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (all.get(middle).from <= moment) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low == 0 ? null : all.get(low - 1);
    }
  }

  Floors(Histories histories, Disturbances disturbances, Windows windows) {
    this.histories = histories;
    this.disturbances = disturbances;
    for (Change change : histories.changes()) {
      if (change.acknowledged() && !change.how.equals("expire")) {
        change.written.forEach(it -> acknowledged(change, it));
      } else if (change.isUpdate() && !change.outcome.equals("ok")) {
        change.written.forEach(it -> unacknowledged(change, it, windows.end(change)));
      }
    }
    steps.values().forEach(Steps::sort);
  }

  private void acknowledged(Change change, Written written) {
    boolean lagging = written.kind() == Kind.LAGGING;
    long from = change.end + (lagging ? LAG + HOLD_OFF + LITTLE : 0);
    if (lagging && disturbances.lostData(change.begin, from)) {
      return; // and with its data the hold-off
    }
    Reach reach =
        switch (change.how) {
          case "tag" -> Reach.TAG;
          case "clear" -> Reach.CACHE;
          default -> Reach.KEY;
        };
    String why =
        "%s at %s of process %d".formatted(change.how, Nanos.text(change.end), change.process);
    Floor floor = new Floor(from, written.version(), reach, why);
    add(change.process, written, floor);
    add(ANY, written, floor);
  }

  /** A write that was never acknowledged ends the old value with its window. */
  private void unacknowledged(Change change, Written written, long windowEnd) {
    long replicated = written.at() + (written.kind() == Kind.LAGGING ? LAG : 0);
    boolean inWindow = replicated < change.begin + WINDOW;
    boolean begun =
        !histories.lostBegin(
            change.process, written.kind(), written.key(), change.begin, written.at());
    if (inWindow && begun && !disturbances.lostData(change.begin, windowEnd)) {
      String why = "a window of process %d that is over".formatted(change.process);
      add(ANY, written, new Floor(windowEnd + LITTLE, written.version(), Reach.KEY, why));
    }
  }

  private void add(int process, Written written, Floor floor) {
    Place place = new Place(process, written.kind().index(written.key()), floor.reach);
    steps.computeIfAbsent(place, it -> new Steps()).all.add(floor);
  }

  /**
   * The highest floor of a read that began at a moment.
   *
   * @param loaded whether what it got had been loaded, so that it may bear tags
   */
  @Nullable Floor highest(int process, Kind kind, int key, long begin, boolean loaded) {
    long toldUntil = disturbances.toldUntil(process, begin);
    long disturbedUntil = disturbances.feedDisturbedUntil(process, begin);
    long knownUntil = disturbances.knownUntil(process, begin);
    long untouchedUntil = Math.min(begin, histories.firstTouch(process, kind, key));
    int index = kind.index(key);
    Floor highest = null;
    for (Reach reach : Reach.values()) {
      if (reach == Reach.TAG && !loaded) {
        continue;
      }
      Steps own = steps.get(new Place(process, index, reach));
      highest = higher(highest, own == null ? null : own.at(begin));
      Steps any = steps.get(new Place(ANY, index, reach));
      if (any != null) {
        Floor told = any.at(toldUntil);
        highest = higher(highest, told != null && told.from > disturbedUntil ? told : null);
        highest = higher(highest, any.at(knownUntil));
        highest = higher(highest, reach == Reach.KEY ? any.at(untouchedUntil) : null);
      }
    }
    return highest;
  }

  private static @Nullable Floor higher(@Nullable Floor one, @Nullable Floor other) {
    return one == null || (other != null && other.version > one.version) ? other : one;
  }
}
