package io.github.corral.load.bench;

import io.github.corral.load.bench.Pairs.Pair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;

/**
 * Measures pairs in JVMs of their own, a few in each.
 *
 * <p>Why not in JMH: it measures one thing for seconds, in a JVM of its own, and then the other. On
 * two cores that others use too, the machine is another one by then: medians of single runs differ
 * by a third, and the ratio's interval is wider than what it is to decide. Here the two alternate
 * within half a second, in one warmed-up JVM, so that what else the machine does meets both.
 *
 * <p>And why several JVMs: how well the just-in-time compiler inlines differs from one to the next,
 * but not within one. So a ratio from a single JVM has a narrow interval around a chance result.
 */
final class PairsInJvm {

  private static final int JVMS = 5;
  private static final int PAIRS_PER_JVM = 6;
  private static final String MARK = "pair ";

  private PairsInJvm() {}

  /**
   * Measures.
   *
   * @param contest its name and arguments
   * @throws IllegalStateException if a JVM failed; its errors are on this one's standard error
   */
  static Pairs measure(String... contest) {
    System.out.println("measuring " + String.join(" ", contest));
    List<Pair> pairs = new ArrayList<>();
    for (int seed = 0; seed < JVMS; seed++) {
      pairs.addAll(inJvm(seed, List.of(contest)));
    }
    return new Pairs(pairs);
  }

  private static List<Pair> inJvm(int seed, List<String> contest) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms512m",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                PairsInJvm.class.getName(),
                String.valueOf(seed)));
    command.addAll(contest);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        List<Pair> pairs =
            lines.lines().filter(l -> l.startsWith(MARK)).map(PairsInJvm::parse).toList();
        int exit = process.waitFor();
        if (exit != 0 || pairs.size() != PAIRS_PER_JVM) {
          throw new IllegalStateException(
              contest + " gave " + pairs.size() + " pairs and exit code " + exit);
        }
        return pairs;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.get(0), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while " + contest + " was measured", e);
    }
  }

  private static Pair parse(String line) {
    String[] words = line.split(" ", -1);
    return new Pair(Double.parseDouble(words[1]), Double.parseDouble(words[2]));
  }

  /** The JVM that measures: takes a seed, and the contest's name and arguments. */
  public static void main(String[] arguments) {
    ProcessHandle.current().parent().ifPresent(PairsInJvm::endWith);
    List<String> words = List.of(arguments);
    List<Pair> pairs;
    try (Contest contest = Contest.of(words.subList(1, words.size()))) {
      for (int i = 0; i < contest.warmUps(); i++) {
        contest.ours();
        contest.peer();
      }
      pairs =
          Pairs.alternate(
              PAIRS_PER_JVM,
              contest::ours,
              contest::peer,
              new SplittableRandom(Long.parseLong(arguments[0])));
    }
    pairs.forEach(pair -> System.out.println(MARK + pair.ours() + " " + pair.peer()));
  }

  /** The process that started this one may be killed, and could not tell. */
  private static void endWith(ProcessHandle parent) {
    Future<?> unused = parent.onExit().thenRun(() -> System.exit(2));
  }
}
