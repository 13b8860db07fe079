package io.github.corral.load;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One line every few seconds while the simulation runs, to standard error: Gatling talks on the
 * other.
 */
final class ProgressLine {

  private static final int SECONDS_BETWEEN = 4;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });

  private final TrafficPlan plan;
  private final Measurement measurement;
  private final long startNanos = System.nanoTime();

  ProgressLine(TrafficPlan plan, Measurement measurement) {
    this.plan = plan;
    this.measurement = measurement;
  }

  void start() {
    Future<?> unused =
        timer.scheduleAtFixedRate(this::print, SECONDS_BETWEEN, SECONDS_BETWEEN, TimeUnit.SECONDS);
  }

  void stop() {
    timer.shutdownNow();
    print();
  }

  private void print() {
    System.err.println(line(Duration.ofNanos(System.nanoTime() - startNanos)));
  }

  private String line(Duration elapsed) {
    return measurement.isStarted()
        ? String.format(
            Locale.ROOT,
            "  %-6s  %3d s: %,d requests, %d errors",
            plan.mode(),
            elapsed.toSeconds(),
            measurement.requests(),
            measurement.errors())
        : String.format(Locale.ROOT, "  %-6s  %3d s: warming up", plan.mode(), elapsed.toSeconds());
  }
}
