package io.github.corral.internal;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Continues after a stage, for steps that must not lose what they throw: it would be a defect of
 * this library.
 */
final class Stages {

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private Stages() {}

  /** Runs a step on a thread, or here if that cannot be had. */
  static void continueOn(Executor thread, Runnable step) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter for want of a thread
      step.run();
    }
  }

  static <T> void then(
      CompletionStage<T> stage, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step) {
    CompletionStage<T> unused =
        stage.whenComplete(
            (value, error) -> {
              try {
                step.accept(value, error);
              } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "a step of a flight failed", e);
                throw e;
              }
            });
  }
}
