package io.github.corral.internal;

import io.github.corral.LoadFailedException;
import io.github.corral.internal.LoadingThreads.Frame;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A read of many keys that this process's memory did not answer: one caller for each key that is
 * missing, and the answer once every one of them has ended.
 *
 * <p>All callers enter their flights, and so send their lookups, before any reply is waited for:
 * that is one round trip, however many keys. Whoever leads loads as its kind of {@link Caller}
 * does; see {@link Rounds} for those that load in bulk. When the answer has come, in whatever way
 * (a cancel and the load timeout too), a caller that is still in a flight leaves it.
 */
final class BulkRead<K, V> {

  private final Engine<K, V> engine;
  private final Map<K, @Nullable V> answers;
  private final Map<K, Caller<K, V, V>> callers = new LinkedHashMap<>();

  final CompletableFuture<Map<K, V>> future = new CompletableFuture<>();

  /**
   * Makes a read.
   *
   * @param answers what is known already, and null for what is not, in the order of the answer
   * @param missing the keys to be read, each once
   */
  BulkRead(
      Engine<K, V> engine,
      Map<K, @Nullable V> answers,
      List<K> missing,
      Function<K, ? extends Caller<K, V, V>> caller) {
    this.engine = engine;
    this.answers = answers;
    missing.forEach(key -> callers.put(key, caller.apply(key)));
  }

  /** Reads. Throws what the key codec throws, and then reads nothing. */
  void start() {
    CompletableFuture<?>[] all =
        callers.values().stream().map(caller -> caller.future).toArray(CompletableFuture<?>[]::new);
    Stages.then(CompletableFuture.allOf(all), (done, error) -> end());
    Stages.then(
        future,
        (answer, error) -> {
          if (error != null) {
            leave();
          }
        });
    try {
      callers.values().forEach(engine::read);
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
      throw e;
    }
  }

  /** Tells the callers in which load they read, if it is one that blocks. */
  void within(@Nullable Frame load) {
    callers.values().forEach(caller -> caller.within = load);
  }

  /** Gives the answer now, without the keys that are not there yet. */
  void fail(Function<K, LoadFailedException> error) {
    callers.forEach(
        (key, caller) -> {
          if (!caller.gone()) {
            caller.fail(error.apply(key));
          }
        });
  }

  private void leave() {
    callers.values().forEach(Caller::leave);
  }

  private void end() {
    if (future.isDone()) {
      return;
    }
    Map<K, LoadFailedException> failures = new LinkedHashMap<>();
    callers.forEach(
        (key, caller) ->
            Stages.then(
                caller.future,
                (value, error) -> {
                  if (error == null) {
                    answers.put(key, value);
                  } else {
                    failures.put(key, failure(error));
                  }
                }));
    int keys = answers.size();
    Map<K, V> present = present(answers);
    if (failures.isEmpty()) {
      future.complete(present);
    } else {
      future.completeExceptionally(engine.bulkFailure(keys, present, failures));
    }
  }

  private static LoadFailedException failure(Throwable error) {
    return error instanceof LoadFailedException known
        ? known
        : new LoadFailedException("its read was given up", error);
  }

  /** The values that there are, as callers see them. */
  @SuppressWarnings("NullAway") // there is no null in it any longer
  static <K, V> Map<K, V> present(Map<K, @Nullable V> answers) {
    answers.values().removeIf(Objects::isNull);
    return Collections.unmodifiableMap(answers);
  }
}
