package io.github.corral.spring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stages that go on to others. */
final class Stages {

  private Stages() {}

  /** Runs an action when a stage is over. */
  static <T> void then(
      CompletionStage<T> stage, BiConsumer<? super T, ? super @Nullable Throwable> action) {
    var unused = stage.whenComplete(action);
  }

  /**
   * Completes with what becomes of a stage's value, or fails with what becomes of its failure, as
   * it is: a dependent stage would wrap it, and Spring takes the wrapper for an error of the cache.
   */
  static <T, R> CompletableFuture<R> mapped(
      CompletionStage<T> stage,
      Function<? super T, ? extends R> value,
      UnaryOperator<Throwable> failure) {
    CompletableFuture<R> mapped = new CompletableFuture<>();
    then(
        stage,
        (result, error) -> {
          if (error != null) {
            mapped.completeExceptionally(failure.apply(unwrapped(error)));
          } else {
            mapped.complete(value.apply(result));
          }
        });
    return mapped;
  }

  /** What a stage failed with, without what stages wrap it in. */
  static Throwable unwrapped(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? unwrapped(error.getCause())
        : error;
  }
}
