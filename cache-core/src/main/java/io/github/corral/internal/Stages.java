package io.github.corral.internal;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Continues after a stage, for steps that must not lose what they throw: it would be a defect of
 * this library.
 */
final class Stages {

  private static final System.Logger LOG = System.getLogger("io.github.corral");

  private Stages() {}

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
