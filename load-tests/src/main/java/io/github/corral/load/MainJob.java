package io.github.corral.load;

import io.github.corral.demo.servers.DemoServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/**
 * The command: each cache mode in turn on a fleet of two processes under the same traffic, then one
 * table.
 *
 * <p>Exit code 0: all was as claimed. 1: it was not, or the run was no test; the last lines say
 * why. 2: the run broke.
 */
public final class MainJob {

  private final LoadSettings settings;
  private final Places places;
  private final List<ModeResult> results = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();

  private MainJob(LoadSettings settings, Places places) {
    this.settings = settings;
    this.places = places;
  }

  /** Runs it; takes its settings from system properties, see {@link LoadSettings}. */
  public static void main(String[] arguments) {
    endWithParent();
    System.exit(run());
  }

  private static int run() {
    try {
      return new MainJob(
              LoadSettings.from(System.getProperties()), Places.from(System.getProperties()))
          .report()
          .exitCode();
    } catch (RuntimeException e) {
      e.printStackTrace();
      return 2;
    }
  }

  /** The build that started this one may be killed, and could not tell. */
  private static void endWithParent() {
    ProcessHandle.current().parent().ifPresent(MainJob::endWith);
  }

  private static void endWith(ProcessHandle parent) {
    Future<?> unused = parent.onExit().thenRun(() -> System.exit(2));
  }

  private Verdict report() {
    runAll();
    ResultTable table = ResultTable.of(results);
    Verdict verdict = Verdict.on(results, broken);
    String below = "\n" + Rates.difference() + "\n" + verdict.asText();
    write("main-job.txt", table.asText() + below);
    write("main-job.md", table.asMarkdown() + below);
    System.out.print("\n" + table.asText() + below);
    return verdict;
  }

  private void runAll() {
    try (OwnProcesses processes = new OwnProcesses();
        DemoServers servers = startServers()) {
      settings
          .modes()
          .forEach(mode -> run(mode, new ModeRun(processes, servers, places, settings)));
    }
  }

  /** A mode that breaks costs its own column, not the others'. */
  private void run(String mode, ModeRun run) {
    try {
      results.add(run.run(mode));
    } catch (RuntimeException e) {
      e.printStackTrace();
      broken.add(
          "mode "
              + mode
              + " broke: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static DemoServers startServers() {
    System.out.println("starting PostgreSQL and Redis on 127.0.0.1");
    return DemoServers.start();
  }

  private void write(String name, String text) {
    Path file = places.target().resolve(name);
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
