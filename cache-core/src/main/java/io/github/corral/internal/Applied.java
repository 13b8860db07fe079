package io.github.corral.internal;

import io.github.corral.LoadFailedException;
import io.github.corral.RemoteTierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits until the remote tier has applied something. */
public final class Applied {

  private Applied() {}

  /**
   * Waits; the tier's own timeout bounds it, and the given time is for a tier that breaks its word.
   * Throws what the future failed with.
   */
  public static void await(CompletableFuture<?> applied, long nanos, String subject) {
    try {
      applied.get(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteTierException(subject + "interrupted before the remote tier had answered", e);
    } catch (TimeoutException e) {
      throw new RemoteTierException(subject + "the remote tier did not answer", e);
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  static RuntimeException unwrapped(Exception e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof LoadFailedException || cause instanceof RemoteTierException) {
      // Each caller's own; it was made on the thread that ended the wait.
      cause.fillInStackTrace();
    }
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }
}
