package io.github.corral.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The processes that this one started. None of them outlives {@link #close()}, nor the end of this
 * JVM, be it by an exception, {@code System.exit} or Ctrl-C. Thread-safe.
 */
final class OwnProcesses implements AutoCloseable {

  private static final int SECONDS_TO_END = 10;
  private static final int SECONDS_TO_DIE = 5;

  private final Queue<Process> running = new ConcurrentLinkedQueue<>();
  private final Thread hook = new Thread(this::endAll, "end own processes");
  private volatile boolean closed;

  OwnProcesses() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts a process.
   *
   * @throws IllegalStateException if this is closed, or closes meanwhile
   * @throws UncheckedIOException if the command cannot be started
   */
  Process start(ProcessBuilder command) {
    try {
      Process process = command.start();
      running.add(process);
      if (closed) {
        end(process);
        throw new IllegalStateException("no process is started any more: this run is ending");
      }
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.command().get(0), e);
    }
  }

  /** Asks a process to end, and kills it when it does not; returns when it is gone. */
  void end(Process process) {
    process.destroy();
    if (!isGone(process, SECONDS_TO_END)) {
      process.destroyForcibly();
      isGone(process, SECONDS_TO_DIE);
    }
    running.remove(process);
  }

  /** Ends them all. */
  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs already, and ends what is left too.
    }
  }

  private void endAll() {
    closed = true;
    running.forEach(Process::destroy);
    running.forEach(this::end);
  }

  private static boolean isGone(Process process, int seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
