package io.github.corral.redis.histories;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What befell processes, connections and server in a run: the preconditions of the rules, as far as
 * parent and heartbeats have seen them.
 */
final class Disturbances {

  /**
   * A feed that is whole: the way of its messages, where nobody was seen to stand still. Shorter
   * stops are not noted, so it is some of those.
   */
  static final long WAY = Nanos.of(250);

  /** The bound of the feed. */
  static final long SILENCE = Nanos.of(3_000);

  /** A stop that may cost a call its answer. */
  private static final long LONG_STOP = Nanos.of(100);

  /** A stop that may cost a connection, or an attempt to make one. */
  private static final long VERY_LONG_STOP = Nanos.of(500);

  /**
   * After a fault: an attempt to connect that hangs, the wait before the next one, and a little.
   */
  private static final long TAIL = Nanos.of(Worker.CONNECT_MILLIS + 1_000 + 500);

  private static final long FOREVER = Long.MAX_VALUE / 4;

  private final Map<Integer, List<Interval>> requests = new HashMap<>();
  private final Map<Integer, List<Interval>> feeds = new HashMap<>();
  private final Map<Integer, List<Interval>> stops = new HashMap<>();
  private final Map<Integer, List<Interval>> longStops = new HashMap<>();
  private final List<Interval> elsewhere = new ArrayList<>();
  private final List<Interval> longElsewhere = new ArrayList<>();
  private final List<Interval> losses = new ArrayList<>();
  private final List<Interval> kills = new ArrayList<>();
  private final List<Interval> sourceDown = new ArrayList<>();
  private final Map<Integer, Long> subscribed = new HashMap<>();
  private final Map<Integer, Long> killed = new HashMap<>();
  private final List<Violation> immortal = new ArrayList<>();
  private final Map<Fault, Integer> faults = new TreeMap<>();

  Disturbances(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.equals("parent.log")) {
          Histories.lines(file, this::parent);
        } else if (name.matches("process-\\d+\\.log")) {
          int process = Integer.parseInt(name.replaceAll("\\D", ""));
          Histories.lines(file, line -> process(process, line));
        }
      }
    }
    stops.forEach((process, all) -> longStops.put(process, longOnes(all)));
    longElsewhere.addAll(longOnes(elsewhere));
  }

  private static List<Interval> longOnes(List<Interval> stops) {
    return stops.stream()
        .filter(it -> it.to() - it.from() >= LONG_STOP)
        .map(
            it ->
                it.to() - it.from() >= VERY_LONG_STOP
                    ? new Interval(it.from(), it.to() + TAIL)
                    : it)
        .toList();
  }

  private void parent(String[] line) {
    switch (line[0]) {
      case "F" -> fault(time(line[1]), time(line[2]), Fault.valueOf(line[3]), slot(line[4]));
      case "K" -> {
        kills.add(new Interval(time(line[1]), time(line[2])));
        killed.put(Integer.parseInt(line[3]), time(line[1]));
      }
      case "P", "Q" -> elsewhere.add(new Interval(time(line[1]), time(line[2])));
      case "T" -> immortal.add(Violation.ofRun("I16", time(line[1]), line[2] + " lives for ever"));
      default -> {
        // The begin of a fault, which is told again at its end.
      }
    }
  }

  private void fault(long from, long to, Fault fault, int slot) {
    faults.merge(fault, 1, Integer::sum);
    Interval interval = new Interval(from, to + TAIL);
    for (int i = 0; i < WorkerSpec.SLOTS; i++) {
      if (i == slot ? fault.disturbsRequests() : fault.disturbsAllRequests()) {
        of(requests, i).add(interval);
      }
      if (i == slot ? fault.disturbsFeed() : fault.disturbsAllFeeds()) {
        of(feeds, i).add(interval);
      }
    }
    if (fault.losesData()) {
      losses.add(new Interval(from, to));
    }
    if (fault == Fault.SOURCE_DOWN) {
      sourceDown.add(new Interval(from, to));
    }
  }

  private void process(int process, String[] line) {
    if (line[0].equals("P")) {
      of(stops, process).add(new Interval(time(line[1]), time(line[2])));
    }
    if (line[0].equals("S")) { // its subscription may take a while
      subscribed.put(process, time(line[1]) + TAIL);
    }
  }

  private static List<Interval> of(Map<Integer, List<Interval>> map, int number) {
    return map.computeIfAbsent(number, it -> new ArrayList<>());
  }

  private static long time(String text) {
    return Long.parseLong(text);
  }

  private static int slot(String text) {
    return Integer.parseInt(text);
  }

  // ---------------------------------------------------------------- what the rules ask

  Map<Fault, Integer> faults() {
    return faults;
  }

  List<Violation> immortal() {
    return immortal;
  }

  /** Whether requests of a process may have been unanswered. */
  boolean requests(int process, long from, long to) {
    return Interval.any(of(requests, process % WorkerSpec.SLOTS), from, to)
        || Interval.any(longElsewhere, from, to)
        || Interval.any(of(longStops, process), from, to);
  }

  /** The same, where an answer may also have come too late for many short stops. */
  boolean answers(int process, long from, long to) {
    return requests(process, from, to) || stopNanos(process, from, to) >= LONG_STOP;
  }

  /** How long a process, its way to the server, or the server stood still. */
  long stopNanos(int process, long from, long to) {
    return sum(of(stops, process), from, to) + sum(elsewhere, from, to);
  }

  boolean lostData(long from, long to) {
    return Interval.any(losses, from, to);
  }

  boolean kills(long from, long to) {
    return Interval.any(kills, from, to);
  }

  boolean sourceDown(long from, long to) {
    return Interval.any(sourceDown, from, to);
  }

  boolean isKilled(int process) {
    return killed.containsKey(process);
  }

  /**
   * The moment up to which changes of other processes must be known at another, if they were told
   * when the feed was whole, see {@link #feedDisturbedUntil}.
   */
  long toldUntil(int process, long now) {
    return now - WAY - stopNanos(process, now - 2 * SILENCE, now);
  }

  /** The moment up to which changes of other processes must be known, whatever was lost. */
  long knownUntil(int process, long now) {
    long since = now - 3 * SILENCE;
    long own = Math.min(SILENCE, sum(of(stops, process), since, now));
    return now - SILENCE - WAY - own - sum(elsewhere, since, now);
  }

  /** Until when, before a moment, messages to a process may have been lost. */
  long feedDisturbedUntil(int process, long now) {
    long until = Math.min(subscribed.getOrDefault(process, 0L), now);
    for (Interval it : of(feeds, process % WorkerSpec.SLOTS)) {
      if (it.from() <= now) {
        until = Math.max(until, Math.min(it.to(), now));
      }
    }
    return until;
  }

  private static long sum(List<Interval> all, long from, long to) {
    long sum = 0;
    for (int i = all.size() - 1; i >= 0 && all.get(i).to() >= from; i--) {
      sum += all.get(i).within(from, to);
    }
    return sum;
  }
}
