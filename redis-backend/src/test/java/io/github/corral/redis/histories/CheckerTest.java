package io.github.corral.redis.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules, each on a history that breaks it and on one that barely does not. Times are
 * milliseconds.
 */
class CheckerTest {

  /** Process 0 loads version 0, and process 1 gets it; then process 0 makes version 1 known. */
  private static final String[] LOADED = {"l 20000 0.1 steady 1", "L 20002 0.1 ok"};

  private static final String[] CHANGED = {
    "c 21000 0.1 invalidate steady 1", "w 21001 0.1 steady 1 1", "e 21010 0.1 ok"
  };

  private static final String HELD = "R 20005 20006 get steady 1 1/0/0.1";

  private static final String[] WRITTEN = {"c 21000 0.1 update steady 1", "w 21001 0.1 steady 1 1"};

  /** When the window of that write is over. */
  private static final long WINDOW_END = 21_001 + Kind.LOAD_TIMEOUT_MILLIS + 50;

  @TempDir Path run;

  // ---------------------------------------------------------------- old values

  @Test
  void check_oldReadAfterTheChangeOfItsProcess_isFound() throws IOException {
    process(0, LOADED, CHANGED, lines("R 21011 21012 get steady 1 1/0/0.1"));

    assertThat(found()).containsExactly("I1");
  }

  @Test
  void check_oldReadThatBeganBeforeTheChange_isAllowed() throws IOException {
    process(0, LOADED, CHANGED, lines("R 21009 21012 get steady 1 1/0/0.1"));

    assertThat(found()).isEmpty();
  }

  @Test
  void check_oldReadElsewhere_isAllowedForTheWayOfTheMessage() throws IOException {
    process(0, LOADED, CHANGED);
    process(1, lines(HELD, "R 21200 21201 get steady 1 1/0/0.1"));
    assertThat(found()).isEmpty();

    process(1, lines(HELD, "R 21300 21301 get steady 1 1/0/0.1"));
    assertThat(found()).containsExactly("I1");
  }

  @Test
  void check_oldReadElsewhereWhileItStoodStill_isAllowedForThatLonger() throws IOException {
    process(0, LOADED, CHANGED);
    machine(1, "S 1000", "P 21000 22000");
    process(1, lines(HELD, "R 22200 22201 get steady 1 1/0/0.1"));
    assertThat(found()).isEmpty();

    process(1, lines(HELD, "R 22300 22301 get steady 1 1/0/0.1"));
    assertThat(found()).containsExactly("I1");
  }

  @Test
  void check_oldReadElsewhereAfterItsMessageWasSwallowed_isAllowedForTheBoundOfTheFeed()
      throws IOException {
    parent("F 20900 21100 MESSAGES_SWALLOWED 1");
    process(0, LOADED, CHANGED);
    process(1, lines(HELD, "R 24200 24201 get steady 1 1/0/0.1"));
    assertThat(found()).isEmpty();

    process(1, lines(HELD, "R 24300 24301 get steady 1 1/0/0.1"));
    assertThat(found()).containsExactly("I1");
  }

  @Test
  void check_oldReadElsewhereAfterAnothersMessageWasSwallowed_isFound() throws IOException {
    parent("F 20900 21100 MESSAGES_SWALLOWED 2");
    process(0, LOADED, CHANGED);
    process(1, lines(HELD, "R 21300 21301 get steady 1 1/0/0.1"));

    assertThat(found()).containsExactly("I1");
  }

  @Test
  void check_oldReadOfAProcessThatNeverHadTheKey_isFoundAtOnce() throws IOException {
    process(0, LOADED, CHANGED);
    process(1, lines("R 21011 21012 get steady 1 1/0/0.1"));

    assertThat(found()).containsExactly("I1");
  }

  @Test
  void check_oldReadAfterTheServerLostItsData_isFoundUnderThatName() throws IOException {
    parent("F 20500 20501 KEYS_FLUSHED 0");
    process(0, LOADED, CHANGED, lines("R 21011 21012 get steady 1 1/0/0.1"));

    assertThat(found()).containsExactly("I22");
  }

  @Test
  void check_oldReadAfterAChangeThatFailed_isAllowed() throws IOException {
    parent("F 20500 21100 SERVER_STOPPED 0");
    process(
        0,
        LOADED,
        WRITTEN,
        lines("X 21005 beginWrite steady 1", "e 21010 0.1 !RemoteTierException"),
        lines("R 40000 40001 get steady 1 1/0/0.1"));
    assertThat(found()).containsExactly("I26"); // the window was open when the source was written

    process(
        0,
        LOADED,
        lines("c 21000 0.1 invalidate steady 1", "w 21001 0.1 steady 1 1"),
        lines("e 21010 0.1 !RemoteTierException", "R 40000 40001 get steady 1 1/0/0.1"));
    assertThat(found()).isEmpty();
  }

  // ---------------------------------------------------------------- windows, tags, hold-offs

  @Test
  void check_writerDied_oldReadIsAllowedInItsWindowOnly() throws IOException {
    parent("K 21500 21501 0");
    process(0, LOADED, WRITTEN);
    process(1, lines(HELD, "R " + (WINDOW_END + 240) + " 40000 peek steady 1 1/0/0.1"));
    assertThat(found()).doesNotContain("I26");

    process(1, lines(HELD, "R " + (WINDOW_END + 260) + " 40000 peek steady 1 1/0/0.1"));
    assertThat(found()).contains("I26");
  }

  @Test
  void check_writerDiedAndItsWindowWasLostOrNeverOpened_oldReadIsAllowed() throws IOException {
    parent("K 21500 21501 0", "F 22000 22001 KEYS_FLUSHED 0");
    process(0, LOADED, WRITTEN);
    process(1, lines(HELD, "R 40000 40001 get steady 1 1/0/0.1"));
    assertThat(found()).isEmpty();

    parent("K 21500 21501 0");
    process(0, LOADED, lines(WRITTEN[0], "X 21000 barriers - -1", WRITTEN[1]));
    assertThat(found()).isEmpty();
  }

  @Test
  void check_writersOverlap_theirWindowsAddUp() throws IOException {
    parent("K 21500 21501 0");
    process(
        0,
        LOADED,
        WRITTEN,
        lines("c 21002 0.2 update steady 1", "w 21003 0.2 steady 1 2"),
        lines("R " + (WINDOW_END + 3_000) + " 40000 peek steady 1 1/0/0.1"));

    assertThat(found()).doesNotContain("I26");
  }

  @Test
  void check_tagInvalidated_loadedValuesAreGoneAndWrittenOnesStay() throws IOException {
    String[] tag = {"c 21000 0.2 tag steady 1", "w 21001 0.2 steady 1 1", "e 21010 0.2 ok"};
    process(0, LOADED, tag, lines("R 21011 21012 get steady 1 1/0/0.1"));
    assertThat(found()).containsExactly("I20");

    String[] written = {"c 20003 0.1 update steady 1", "w 20004 0.1 steady 1 0", "e 20005 0.1 ok"};
    process(0, LOADED, written, tag, lines("R 21011 21012 get steady 1 1/0/u0.1"));
    assertThat(found()).isEmpty();
  }

  @Test
  void check_laggingSource_oldReadIsAllowedUntilTheHoldOffIsOver() throws IOException {
    String[] before = {
      "l 20000 0.1 lagging 1",
      "L 20002 0.1 ok",
      "c 21000 0.1 invalidate lagging 1",
      "w 21001 0.1 lagging 1 1",
      "e 21010 0.1 ok"
    };
    process(0, before, lines("R 21600 21601 get lagging 1 1/0/0.1"));
    assertThat(found()).isEmpty();

    process(0, before, lines("R 21620 21621 get lagging 1 1/0/0.1"));
    assertThat(found()).containsExactly("I12");
  }

  @Test
  void check_readAfterTheHardDeadline_isFound() throws IOException {
    String[] load = {"l 20000 0.1 pulse 1", "L 20002 0.1 ok"};
    process(0, load, lines("R 22119 22120 get pulse 1 1/0/0.1"));
    assertThat(found()).isEmpty();

    process(0, load, lines("R 22121 22122 get pulse 1 1/0/0.1"));
    assertThat(found()).containsExactly("I11");
  }

  // ---------------------------------------------------------------- loads

  @Test
  void check_loadsOverlap_isFoundUnlessSomethingExplainsIt() throws IOException {
    String[] loads = {
      "l 20000 0.1 pulse 1", "l 20050 0.2 pulse 1", "L 20060 0.1 ok", "L 20060 0.2 ok"
    };
    process(0, loads);
    assertThat(found()).containsExactly("I3");

    process(0, loads, lines("X 20040 lookup pulse 1"));
    assertThat(found()).isEmpty();

    process(0, loads);
    parent("F 20030 20030 CONNECTIONS_CUT 0");
    assertThat(found()).isEmpty();
  }

  @Test
  void check_loadsFollowEachOther_isFoundUnlessTheKeyWasChanged() throws IOException {
    String[] first = {"l 20000 0.1 steady 1", "L 20002 0.1 ok"};
    String[] second = {"l 25000 0.2 steady 1", "L 25002 0.2 ok"};
    process(0, first, second);
    assertThat(found()).containsExactly("I3");

    process(0, first, CHANGED, second);
    assertThat(found()).isEmpty();
  }

  @Test
  void check_loadWithinTheErrorWindow_isFound() throws IOException {
    parent("F 19000 30000 SOURCE_DOWN 0");
    process(0, lines("l 20000 0.1 pulse 1", "L 20002 0.1 failed", "l 20150 0.2 pulse 1"));

    assertThat(found()).containsExactly("I14");
  }

  // ---------------------------------------------------------------- waits and errors

  @Test
  void check_readWaitsLong_isFoundUnlessSomethingExplainsIt() throws IOException {
    process(0, LOADED, lines("R 20000 22900 get steady 1 1/0/0.1"));
    assertThat(found()).containsExactly("I5");

    parent("F 20000 20001 SERVER_STOPPED 0");
    assertThat(found()).isEmpty();

    process(0, LOADED, lines("R 20000 26000 get steady 1 1/0/0.1"));
    assertThat(found()).containsExactly("liveness");
  }

  @Test
  void check_changeNeverEnds_isFoundUnlessItsProcessDied() throws IOException {
    process(0, LOADED, WRITTEN);
    assertThat(found()).containsExactly("liveness");

    parent("K 21500 21501 0");
    assertThat(found()).isEmpty();
  }

  @Test
  void check_operationFails_isFoundUnlessSomethingExplainsIt() throws IOException {
    process(
        0,
        lines("c 21000 0.1 invalidate steady 1", "e 21010 0.1 !RemoteTierException"),
        lines("R 21000 21010 get pulse 1 !LoadFailedException"));
    assertThat(found()).containsExactly("errors");

    parent("F 20900 20901 SERVER_STOPPED 0", "F 20900 20901 SOURCE_DOWN 0");
    assertThat(found()).isEmpty();
  }

  @Test
  void check_entryWithoutTimeToLive_isFound() throws IOException {
    parent("T 20000 {fleet0:17}:e:steady::1", "T 20000 {fleet5:17}:e:steady::1");
    process(0, LOADED);

    assertThat(counts()).containsExactly(Map.entry("I16", 1));
  }

  @Test
  void check_lastLineIsCutOff_isLeftOut() throws IOException {
    process(0, LOADED);
    Path history = run.resolve("NONE").resolve("0.log");
    Files.writeString(history, Files.readString(history) + "R 2100");

    assertThat(found()).isEmpty();
  }

  // ---------------------------------------------------------------- the histories

  private static String[] lines(String... lines) {
    return lines;
  }

  private void process(int process, String[]... parts) throws IOException {
    String[] lines = Stream.of(parts).flatMap(Arrays::stream).toArray(String[]::new);
    write(Path.of("NONE", process + ".log"), lines);
  }

  private void machine(int process, String... lines) throws IOException {
    write(Path.of("process-" + process + ".log"), lines);
  }

  private void parent(String... lines) throws IOException {
    write(Path.of("parent.log"), lines);
  }

  private void write(Path name, String... lines) throws IOException {
    Path file = run.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(
        file, Arrays.stream(lines).map(CheckerTest::inNanos).collect(Collectors.joining()));
  }

  private static String inNanos(String line) {
    String[] words = line.split(" ");
    int times = Set.of("R", "F", "K", "P", "Q").contains(words[0]) ? 2 : 1;
    for (int i = 1; i <= times; i++) {
      words[i] = Long.toString(Nanos.of(Long.parseLong(words[i])));
    }
    return String.join(" ", words) + "\n";
  }

  private Set<String> found() throws IOException {
    return counts().keySet();
  }

  private Map<String, Integer> counts() throws IOException {
    return new TreeMap<>(Checker.check(run, Mutant.NONE).counts());
  }
}
