package io.github.corral.internal;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a flight owes to those who asked for a value loaded anew: one whose load began after the
 * flight did. Its own load did. A value found in the remote tier counts only when that follows from
 * the order of what was seen there, without a clock:
 *
 * <pre>
 *   nothing seen     found ─► it may have been committed, or be in a load, since long
 *   the entry seen   found ─► it was committed after the flight began; its load may be older
 *   a commit seen    found ─► its lease was granted after that commit: it counts
 * </pre>
 *
 * <p>So however many processes ask at once, two loads answer them all: the one that was under way,
 * and one more.
 */
class Reload<V> {

  /** Of a flight that owes nothing: whatever it finds will do. */
  private static final Reload<Object> NONE =
      new Reload<>(0) {
        @Override
        boolean accepts() {
          return true;
        }

        @Override
        void sawEntry() {}

        @Override
        void gives(@Nullable Object value) {}

        @Override
        void fails(Supplier<? extends Throwable> error) {}
      };

  private enum Seen {
    NOTHING,
    ENTRY,
    COMMIT
  }

  /** Greater than that of every call that came before the flight. */
  final long order;

  private final CompletableFuture<V> outcome = new CompletableFuture<>();

  // Of one step at a time: the lookups of a flight follow each other.
  private volatile Seen seen = Seen.NOTHING;

  Reload(long order) {
    this.order = order;
  }

  @SuppressWarnings("unchecked") // it never has a value
  static <V> Reload<V> none() {
    return (Reload<V>) NONE;
  }

  /** A lookup met the entry that it wants replaced, or none. */
  void sawEntry() {
    seen = seen == Seen.NOTHING ? Seen.ENTRY : seen;
  }

  /** Whether a value counts that has just been found in place of the last one seen. */
  boolean accepts() {
    if (seen == Seen.COMMIT) {
      return true;
    }
    seen = seen == Seen.NOTHING ? Seen.ENTRY : Seen.COMMIT;
    return false;
  }

  void gives(@Nullable V value) {
    outcome.complete(value);
  }

  /** Counts if nothing did before. */
  void fails(Supplier<? extends Throwable> error) {
    if (!outcome.isDone()) {
      outcome.completeExceptionally(error.get());
    }
  }

  /** Tells the outcome, of a flight that has ended. */
  void tell(BiConsumer<? super @Nullable V, ? super @Nullable Throwable> caller) {
    Stages.then(outcome, caller);
  }
}
