package io.github.corral.internal;

import io.github.corral.policy.Failure;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the flights of one cache ask of the remote tier: lookups, leases and error windows. */
final class Leases {

  private final CacheContext<?, ?> context;
  private final int schema;
  private final Failure failure;

  /** For failures that the remote tier has not heard of. */
  private final ErrorWindows errors;

  Leases(CacheContext<?, ?> context) {
    this.context = context;
    this.schema = context.settings.schema;
    this.failure = context.settings.failure;
    this.errors = new ErrorWindows(context.fleet.host().nanoTime());
  }

  CompletableFuture<Reply> lookup(String text, Mode mode, long held, long token, long previous) {
    return context.fleet.read(
        tier ->
            tier.lookup(
                new Lookup(
                    text, mode, held, token, previous, context.fleet.leaseMillis(), schema)));
  }

  CompletableFuture<Boolean> renew(String text, long token) {
    return context.fleet.call(tier -> tier.renew(text, token, context.fleet.leaseMillis()));
  }

  void release(String text, long token) {
    if (token != 0) {
      report(context.fleet.call(tier -> tier.release(text, token)));
    }
  }

  /** Opens the key's error window: for the fleet, or for this process if the tier is silent. */
  void fail(String text, long token, Throwable why) {
    String name = why.getClass().getName();
    long min = failure.backoffMin().toMillis();
    long max = failure.backoffMax().toMillis();
    if (token == 0) {
      errors.open(text, name, min, max);
      return;
    }
    Stages.then(
        context.fleet.call(tier -> tier.fail(text, token, name, min, max)),
        (done, error) -> {
          if (error != null) {
            context.recorder.remoteFailure();
            errors.open(text, name, min, max);
          }
        });
  }

  /** Whether the key's last load failed of late, and the remote tier could not be told. */
  @Nullable Failing failing(String text) {
    return errors.failing(text);
  }

  private void report(CompletableFuture<?> call) {
    Stages.then(
        call,
        (done, error) -> {
          if (error != null) {
            context.recorder.remoteFailure();
          }
        });
  }

  /** The key is about to change, or was loaded: its last failure tells nothing any longer. */
  void forgetFailure(String text) {
    errors.end(text);
  }

  /** How many keys have an error window of this process's own. */
  long windows() {
    return errors.size();
  }
}
