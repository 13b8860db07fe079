package io.github.corral.internal;

import io.github.corral.internal.Outbox.Barrier;
import io.github.corral.internal.Outbox.KeyChange;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends what the {@link Outbox} keeps to the remote tier, as often as it is asked to, one at first,
 * so that a tier that is still gone is asked once, and then many at a time. What is not answered
 * stays. Thread-safe.
 */
final class OutboxRelay {

  private static final System.Logger LOG = System.getLogger("io.github.corral.outbox");
  private static final int MOST_AT_ONCE = 256;
  private static final long LAST_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Outbox outbox;
  private final Barriers barriers;
  private final Caller tier;

  /** The run in progress, or null. */
  private final AtomicReference<@Nullable CompletableFuture<@Nullable Void>> running =
      new AtomicReference<>();

  /** Whether it was told that the tier is gone. */
  private volatile boolean told;

  /** Calls the tier. */
  interface Caller {
    <T> CompletableFuture<T> call(Function<RemoteTier, CompletionStage<T>> operation);
  }

  OutboxRelay(Outbox outbox, Barriers barriers, Caller tier) {
    this.outbox = outbox;
    this.barriers = barriers;
    this.tier = tier;
  }

  /** Sends what is kept, unless that is being done. */
  void run() {
    if (!outbox.isEmpty()) {
      CompletableFuture<@Nullable Void> unused = begin();
    }
  }

  /** Makes a last attempt, which ends within a second; what is kept then is forgotten. */
  void close() {
    if (outbox.isEmpty()) {
      return;
    }
    try {
      begin().get(LAST_ATTEMPT_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(System.Logger.Level.DEBUG, "the last attempt failed", e);
    }
    if (!outbox.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "closed while the remote tier does not answer: {0} changes were not applied, and other"
              + " processes may serve what was there before until it expires",
          outbox.size());
    }
  }

  /**
   * Begins a run, or gives the one in progress. Completes when it has ended, whatever came of it.
   */
  private CompletableFuture<@Nullable Void> begin() {
    CompletableFuture<@Nullable Void> mine = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> other = running.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    sendNext(1, mine);
    return mine;
  }

  private void sendNext(int atMost, CompletableFuture<@Nullable Void> run) {
    CompletableFuture<?> sent = send(atMost);
    if (sent == null) {
      end(run, null);
      return;
    }
    Stages.then(
        sent,
        (done, error) -> {
          if (error == null) {
            sendNext(MOST_AT_ONCE, run);
          } else {
            end(run, error);
          }
        });
  }

  private void end(CompletableFuture<@Nullable Void> run, @Nullable Throwable error) {
    running.set(null);
    tell(error);
    run.complete(null);
  }

  /** Null if nothing is kept. */
  private @Nullable CompletableFuture<?> send(int atMost) {
    Barrier barrier = outbox.tags(atMost);
    if (barrier != null) {
      return barriers
          .ready()
          .thenCompose(known -> raise(barrier))
          .thenAccept(
              now -> {
                barriers.raised(now, barrier.holdOffMillis(), barrier.tags());
                outbox.applied(barrier);
              });
    }
    List<KeyChange> changes = outbox.keys(atMost);
    return changes.isEmpty()
        ? null
        : CompletableFuture.allOf(
            changes.stream().map(this::invalidate).toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<Stamp> raise(Barrier barrier) {
    return tier.call(it -> it.invalidateTags(barrier.tags(), barrier.holdOffMillis()));
  }

  private CompletableFuture<?> invalidate(KeyChange change) {
    return tier.<Void>call(
            it -> it.invalidate(change.text(), change.mode(), change.holdOffMillis()))
        .thenAccept(done -> outbox.applied(change));
  }

  /** One line when it is known to be gone, and one when all is applied. */
  private void tell(@Nullable Throwable error) {
    if (error != null && !told) {
      told = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "the remote tier does not answer; {0} changes are kept until it does, and until they are"
              + " applied nothing is read from it or stored in it ({1})",
          outbox.size(),
          error);
    } else if (told && outbox.isEmpty()) {
      told = false;
      LOG.log(
          System.Logger.Level.WARNING,
          "the remote tier answers again, and all changes that were kept are applied");
    }
  }
}
