package io.github.corral.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The simulation, run by Gatling in a process of its own. */
final class GatlingRun {

  /**
   * What Gatling needs beyond the traffic itself: to start, to let the last answers come, to write
   * its report.
   */
  private static final Duration AROUND = Duration.ofSeconds(90);

  /** Gatling's exit code when a request failed; one that was measured is the verdict's business. */
  private static final int ASSERTION_FAILED = 2;

  /**
   * Gatling's log writer asks for the first. The others keep its look-up of the latest release,
   * which cannot be switched off, on this machine: nothing listens there.
   */
  private static final List<String> GATLINGS_NEEDS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "-Dhttps.proxyHost=127.0.0.1",
          "-Dhttps.proxyPort=1");

  private final OwnProcesses processes;
  private final Places places;

  GatlingRun(OwnProcesses processes, Places places) {
    this.processes = processes;
    this.places = places;
  }

  /**
   * Follows the plan to its end.
   *
   * @throws IllegalStateException if Gatling fails, or is not done in time
   */
  MeasuredTraffic follow(TrafficPlan plan) {
    forget(plan.result());
    Process gatling =
        processes.start(
            new ProcessBuilder(command(plan))
                .redirectOutput(log(plan).toFile())
                .redirectError(Redirect.INHERIT));
    try {
      int exitCode = exitCode(gatling, plan.warmUp().plus(plan.measured()).plus(AROUND));
      MeasuredTraffic traffic = MeasuredTraffic.readFrom(plan.result());
      if (exitCode == 0 || (exitCode == ASSERTION_FAILED && traffic.errors() > 0)) {
        return traffic;
      }
      throw new IllegalStateException(
          "gatling ended with "
              + exitCode
              + " without an error in what was measured, its log is "
              + log(plan));
    } finally {
      processes.end(gatling);
    }
  }

  private static void forget(Path result) {
    try {
      Files.deleteIfExists(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int exitCode(Process gatling, Duration deadline) {
    try {
      if (gatling.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
        return gatling.exitValue();
      }
      throw new IllegalStateException("gatling was not done after " + deadline.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while gatling ran", e);
    }
  }

  private Path log(TrafficPlan plan) {
    return places.log("gatling-" + plan.mode());
  }

  private List<String> command(TrafficPlan plan) {
    List<String> command = new ArrayList<>(List.of(Places.java(), "-Xmx512m"));
    command.addAll(GATLINGS_NEEDS);
    command.add("-Djava.util.prefs.userRoot=" + places.preferences());
    command.addAll(plan.asJvmOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.gatling.app.Gatling"));
    command.addAll(List.of("--simulation", FleetSimulation.class.getName()));
    command.addAll(List.of("--results-folder", places.report(plan.mode()).toString()));
    command.addAll(List.of("--run-description", "mode " + plan.mode()));
    return command;
  }
}
