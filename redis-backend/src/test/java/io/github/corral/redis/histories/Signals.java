package io.github.corral.redis.histories;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends signals to processes that this one has started. */
final class Signals {

  private static final long SECONDS = 10;

  private Signals() {}

  static void stop(long process) {
    send("-STOP", process);
  }

  static void resume(long process) {
    send("-CONT", process);
  }

  /** Kills a process, and returns when it is gone. */
  static void kill(long process) {
    ProcessHandle.of(process)
        .ifPresent(
            it -> {
              CompletableFuture<ProcessHandle> gone = it.onExit();
              boolean unused = it.destroyForcibly();
              gone.orTimeout(SECONDS, TimeUnit.SECONDS).join();
            });
  }

  private static void send(String signal, long process) {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(process)).start();
      boolean unused = kill.waitFor(SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
