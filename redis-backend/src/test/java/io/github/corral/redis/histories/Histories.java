package io.github.corral.redis.histories;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The histories of one fleet's processes, all but the reads, which are many. Each file is one
 * process's; its lines:
 *
 * <pre>
 *   R begin end how cache key outcome    a read: its value, - for none, or !exception
 *   l time load cache key                a load begins
 *   L time load ok|failed                a load ends
 *   c time change how cache key          a change begins
 *   w time change cache key version      the source is known to have a version, before the cache is told
 *   e time change ok|!exception          a change ends
 *   X time call cache key                a call of the remote tier had no answer
 *   H time what                          an operation does not end
 * </pre>
 *
 * <p>A value is {@code key/version/origin}, where the origin is a load, or u and a change.
 */
final class Histories {

  private final Path directory;
  private final Map<String, Load> loads = new HashMap<>();
  private final Map<String, Change> changes = new HashMap<>();
  private final Map<Integer, List<Interval>> lostBegins = new HashMap<>();
  private final Map<Integer, List<Interval>> unanswered = new HashMap<>();
  private final Map<Integer, long[]> firstTouches = new TreeMap<>();
  private final List<Violation> hangs = new ArrayList<>();

  /** A load. */
  static final class Load {
    final int process;
    final Kind kind;
    final int key;
    final long begin;
    long end = Long.MAX_VALUE / 4;
    boolean failed;

    Load(int process, Kind kind, int key, long begin) {
      this.process = process;
      this.kind = kind;
      this.key = key;
      this.begin = begin;
    }
  }

  /** What the source was known to have. */
  record Written(long at, Kind kind, int key, long version) {}

  /** A change. */
  static final class Change {
    final int process;
    final String how;
    final Kind kind;
    final int key;
    final long begin;
    final List<Written> written = new ArrayList<>();
    long end = -1;
    String outcome = "";

    Change(int process, String how, Kind kind, int key, long begin) {
      this.process = process;
      this.how = how;
      this.kind = kind;
      this.key = key;
      this.begin = begin;
    }

    boolean acknowledged() {
      return outcome.equals("ok");
    }

    boolean isUpdate() {
      return how.equals("update");
    }
  }

  Histories(Path directory) throws IOException {
    this.directory = directory;
    forEach(this::note);
  }

  /** Goes through all lines, file by file. */
  void forEach(Events events) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".log")).sorted().toList()) {
        int process = Integer.parseInt(file.getFileName().toString().replace(".log", ""));
        lines(file, line -> events.event(process, line));
      }
    }
  }

  /** Hears of lines. */
  interface Events {
    void event(int process, String[] line);
  }

  /** The lines of a file; the last may be cut off, and is then left out. */
  static void lines(Path file, Consumer<String[]> reader) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String last = lines.readLine();
      for (String next = last; next != null; last = next) {
        next = lines.readLine();
        if (next != null || endsWhole(file)) {
          reader.accept(last.split(" ", -1));
        }
      }
    }
  }

  private static boolean endsWhole(Path file) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - 1));
      ByteBuffer end = ByteBuffer.allocate(1);
      return channel.read(end) == 1 && end.get(0) == '\n';
    }
  }

  private void note(int process, String[] line) {
    long at = Long.parseLong(line[1]);
    switch (line[0]) {
      case "R" -> touch(process, Kind.of(line[4]), Integer.parseInt(line[5]), at);
      case "l" -> {
        Load load = new Load(process, Kind.of(line[3]), Integer.parseInt(line[4]), at);
        loads.put(line[2], load);
        touch(process, load.kind, load.key, at);
      }
      case "L" -> {
        Load load = loads.get(line[2]);
        load.end = at;
        load.failed = line[3].equals("failed");
      }
      case "c" -> {
        Kind kind = Kind.of(line[4]);
        Change change = new Change(process, line[3], kind, Integer.parseInt(line[5]), at);
        changes.put(line[2], change);
        touch(process, kind, change.key, at);
      }
      case "w" ->
          changes
              .get(line[2])
              .written
              .add(
                  new Written(
                      at, Kind.of(line[3]), Integer.parseInt(line[4]), Long.parseLong(line[5])));
      case "e" -> {
        Change change = changes.get(line[2]);
        change.end = at;
        change.outcome = line[3];
      }
      case "X" -> unanswered(process, line[2], line[3], Integer.parseInt(line[4]), at);
      case "H" ->
          hangs.add(
              Violation.ofRun(
                  "liveness",
                  at,
                  "process " + process + " does not end " + String.join(" ", line)));
      default -> throw new IllegalArgumentException("a line that begins with " + line[0]);
    }
  }

  private void unanswered(int process, String call, String cache, int key, long at) {
    boolean ofKey = key >= 0;
    int index = ofKey ? index(process, Kind.of(cache), key) : -1 - process;
    Interval moment = new Interval(at, at);
    unanswered.computeIfAbsent(index, it -> new ArrayList<>()).add(moment);
    if (call.equals("beginWrite")) {
      lostBegins.computeIfAbsent(index, it -> new ArrayList<>()).add(moment);
    }
  }

  private void touch(int process, Kind kind, int key, long at) {
    long[] first =
        firstTouches.computeIfAbsent(
            process,
            it -> {
              long[] never = new long[Kind.allKeys()];
              Arrays.fill(never, Long.MAX_VALUE);
              return never;
            });
    int index = kind.index(key);
    first[index] = Math.min(first[index], at);
  }

  private static int index(int process, Kind kind, int key) {
    return process * Kind.allKeys() + kind.index(key);
  }

  // ---------------------------------------------------------------- what the rules ask

  Path directory() {
    return directory;
  }

  @Nullable Load load(String origin) {
    return loads.get(origin);
  }

  @Nullable Change change(String id) {
    return changes.get(id);
  }

  Iterable<Load> loads() {
    return loads.values();
  }

  Iterable<Change> changes() {
    return changes.values();
  }

  List<Violation> hangs() {
    return hangs;
  }

  /** When a process first had to do with a key: before that it neither held nor loaded it. */
  long firstTouch(int process, Kind kind, int key) {
    return firstTouches.get(process)[kind.index(key)];
  }

  /** Whether a write window of a key may not have been opened when this process meant to. */
  boolean lostBegin(int process, Kind kind, int key, long from, long to) {
    return Interval.any(lostBegins.getOrDefault(index(process, kind, key), List.of()), from, to)
        || Interval.any(unanswered.getOrDefault(-1 - process, List.of()), from, to);
  }

  /** Whether a process had no answer to a question about a key, or about the tags. */
  boolean unanswered(int process, Kind kind, int key, long from, long to) {
    int index = index(process, kind, key);
    return Interval.any(unanswered.getOrDefault(index, List.of()), from, to)
        || Interval.any(unanswered.getOrDefault(-1 - process, List.of()), from, to);
  }

  /** How many calls had no answer. */
  int unanswered() {
    return unanswered.values().stream().mapToInt(List::size).sum();
  }
}
