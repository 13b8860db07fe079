package io.github.corral.redis.histories;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.FeedListener;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** Rules of a tier that no edit of a script breaks. */
final class Breakages {

  private static final long TOKEN = 0xC0FFEE;
  private static final int GAP_MILLIS = 5;

  private Breakages() {}

  /** All leases of a process have the same token. */
  static RemoteTier oneToken(RemoteTier tier) {
    return Tap.around(
        RemoteTier.class,
        tier,
        (method, arguments, target) -> {
          if (arguments == null) {
            return target.call(method, null);
          }
          Object[] with = arguments.clone();
          switch (method.getName()) {
            case "lookup" -> with[0] = withToken((Lookup) arguments[0]);
            case "commit" -> with[0] = withToken((Fill) arguments[0]);
            case "renew", "release", "fail" -> with[1] = TOKEN;
            default -> {
              // Bears no lease's token.
            }
          }
          return target.call(method, with);
        });
  }

  private static Lookup withToken(Lookup it) {
    return new Lookup(it.key(), it.mode(), it.held(), TOKEN, TOKEN, it.leaseMillis(), it.schema());
  }

  private static Fill withToken(Fill it) {
    return new Fill(
        it.key(),
        TOKEN,
        it.payload(),
        it.freshMillis(),
        it.staleMillis(),
        it.costMillis(),
        it.version(),
        it.fromPrimary(),
        it.schema(),
        it.keeps(),
        it.stamp(),
        it.tags());
  }

  /** An invalidation is told before it is made. */
  static RemoteTier inTwoSteps(RemoteTier telling, RemoteTier changing) {
    Executor later = CompletableFuture.delayedExecutor(GAP_MILLIS, TimeUnit.MILLISECONDS);
    return Tap.around(
        RemoteTier.class,
        changing,
        (method, arguments, target) -> {
          if (method.getName().equals("close")) {
            telling.close();
          }
          if (!method.getName().equals("invalidate")) {
            return target.call(method, arguments);
          }
          CompletionStage<?> told = (CompletionStage<?>) method.invoke(telling, arguments);
          return told.thenApplyAsync(it -> it, later)
              .thenCompose(it -> changed(() -> target.call(method, arguments)));
        });
  }

  private interface Action {
    Object run() throws Throwable;
  }

  @SuppressWarnings("unchecked")
  private static CompletionStage<Object> changed(Action change) {
    try {
      return (CompletionStage<Object>) change.run();
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** What comes over the feed always counts as whole. */
  static RemoteTier credulous(RemoteTier tier) {
    return Tap.around(
        RemoteTier.class,
        tier,
        (method, arguments, target) ->
            target.call(
                method,
                method.getName().equals("subscribe")
                    ? new Object[] {renumbered((FeedListener) arguments[0])}
                    : arguments));
  }

  private static FeedListener renumbered(FeedListener listener) {
    AtomicLongArray sequences = new AtomicLongArray(RemoteTier.PARTITIONS);
    return Tap.around(
        FeedListener.class,
        listener,
        (method, arguments, target) -> {
          if (method.getName().equals("changed")) {
            arguments[1] = 1L;
            arguments[2] = sequences.incrementAndGet((int) arguments[0]);
          } else if (method.getName().equals("beat")) {
            int[] partitions = (int[]) arguments[1];
            arguments[0] = "primary";
            arguments[2] = Arrays.stream(partitions).mapToLong(it -> 1).toArray();
            arguments[3] = Arrays.stream(partitions).mapToLong(sequences::get).toArray();
          }
          return target.call(method, arguments);
        });
  }
}
