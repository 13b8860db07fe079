package io.github.corral.redis.histories;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker process, seen from its parent. It ends with its parent, because their pipe closes. */
final class WorkerProcess {

  private final Process process;

  /** The process's number in the histories. */
  final int number;

  WorkerProcess(WorkerSpec spec) {
    number = spec.process();
    Path output = spec.directory().resolve("process-" + spec.process() + ".out");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName()));
    command.addAll(spec.arguments());
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void stop() {
    Signals.stop(process.pid());
  }

  void resume() {
    Signals.resume(process.pid());
  }

  void kill() {
    Signals.kill(process.pid());
  }

  void askToEnd() {
    try {
      process.getOutputStream().write('q');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("worker " + number + " is gone", e);
    }
  }

  /** Whether it has ended by itself, and as it should, within a time; else it is killed. */
  boolean ended(long mostMillis) {
    try {
      if (process.waitFor(mostMillis, TimeUnit.MILLISECONDS)) {
        return process.exitValue() == 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
    return false;
  }
}
