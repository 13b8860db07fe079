package io.github.corral.redis.internal;

import io.github.corral.spi.Codec;
import io.github.corral.spi.Compression;
import io.github.corral.spi.RemoteTier;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tier behind a circuit breaker: while it does not answer in time, calls fail at once instead of
 * waiting for their timeout (Nygard, "Release It!"; the breaker is Resilience4j's). Loaders are
 * never inside it.
 *
 * <pre>
 *   CLOSED ── half of the last 20 calls had no answer in time, or were slow ─► OPEN
 *      ▲                                                                        │ half a second
 *      └── answered in time ── HALF_OPEN: one call probes ◄─────────────────────┘
 *                                  └── not ─► OPEN
 * </pre>
 *
 * <p>The breaker saves waits, so only what waited counts: no answer within the timeout, or one that
 * took more than four fifths of it. An error that the server or this process answers with is an
 * answer. A call that fails at once for want of a connection counts neither way: the connection
 * says by itself when it is there again, and a short loss of it opens nothing.
 *
 * <p>What an open breaker does depends on who waits:
 *
 * <ul>
 *   <li>Reads, write windows and invalidations have callers that wait, and fail at once. An
 *       invalidation that fails is kept by the process, and applied later.
 *   <li>What ends or prolongs a lease or a write window that was granted is sent all the same, and
 *       does not count: there are no more of them than leases, and one that is not sent delays
 *       other processes by the rest of the lease.
 *   <li>Beats are sent: about one a second, for which nobody waits, and whose arrival proves the
 *       feed. The feed itself only listens.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class CircuitTier implements RemoteTier {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");

  private static final int WINDOW_CALLS = 20;
  private static final int LEAST_CALLS = 10;
  private static final float PERCENT = 50;
  private static final Duration OPEN = Duration.ofMillis(500);
  private static final int PROBES = 1;

  private final RemoteTier tier;
  private final CircuitBreaker breaker;

  /** Whether the last call failed for want of a connection. */
  private volatile boolean unconnected;

  /**
   * Makes a tier, which closes the other when it is closed.
   *
   * @param tier what is called
   * @param timeout within which it answers
   * @param nanos a monotonic clock
   */
  CircuitTier(RemoteTier tier, Duration timeout, LongSupplier nanos) {
    this.tier = tier;
    this.breaker = CircuitBreaker.of("corral", config(timeout, nanos));
    breaker.getEventPublisher().onStateTransition(event -> log(event.getStateTransition()));
  }

  private static CircuitBreakerConfig config(Duration timeout, LongSupplier nanos) {
    return CircuitBreakerConfig.custom()
        .slidingWindow(WINDOW_CALLS, LEAST_CALLS, SlidingWindowType.COUNT_BASED)
        .failureRateThreshold(PERCENT)
        .slowCallRateThreshold(PERCENT)
        .slowCallDurationThreshold(timeout.multipliedBy(4).dividedBy(5))
        .waitDurationInOpenState(OPEN)
        .permittedNumberOfCallsInHalfOpenState(PROBES)
        .recordException(TimeoutException.class::isInstance)
        .ignoreException(CircuitTier::isWantOfConnection)
        .writableStackTraceEnabled(false)
        .clock(new NanoClock(nanos))
        .currentTimestampFunction(clock -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
        .build();
  }

  /** As links and their ports say it. */
  private static boolean isWantOfConnection(Throwable failure) {
    return failure instanceof IllegalStateException;
  }

  private static void log(StateTransition transition) {
    if (transition == StateTransition.CLOSED_TO_OPEN) {
      LOG.log(
          Level.WARNING,
          "redis: too many calls have no answer in time; until one has, calls fail at once");
    } else if (transition.getToState() == CircuitBreaker.State.CLOSED) {
      LOG.log(Level.WARNING, "redis: answers in time again");
    }
  }

  @Override
  public Circuit circuit() {
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN -> Circuit.OPEN;
      case HALF_OPEN -> Circuit.HALF_OPEN;
      default -> unconnected ? Circuit.OPEN : Circuit.CLOSED;
    };
  }

  private <T> CompletionStage<T> guarded(Supplier<CompletionStage<T>> call) {
    return breaker.executeCompletionStage(call).whenComplete((answer, error) -> note(error));
  }

  private void note(@Nullable Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (!(cause instanceof CallNotPermittedException)) {
      unconnected = cause != null && isWantOfConnection(cause);
    }
  }

  @Override
  public Codec<?> codec(Type type) {
    return tier.codec(type);
  }

  @Override
  public @Nullable Compression compression() {
    return tier.compression();
  }

  @Override
  public CompletionStage<Reply> lookup(Lookup request) {
    return guarded(() -> tier.lookup(request));
  }

  @Override
  public CompletionStage<Committed> commit(Fill fill) {
    return tier.commit(fill);
  }

  @Override
  public CompletionStage<Void> fail(
      String key, long token, String error, long minMillis, long maxMillis) {
    return tier.fail(key, token, error, minMillis, maxMillis);
  }

  @Override
  public CompletionStage<Boolean> renew(String key, long token, long leaseMillis) {
    return tier.renew(key, token, leaseMillis);
  }

  @Override
  public CompletionStage<Void> release(String key, long token) {
    return tier.release(key, token);
  }

  @Override
  public CompletionStage<Void> invalidate(String key, Change mode, long holdOffMillis) {
    return guarded(() -> tier.invalidate(key, mode, holdOffMillis));
  }

  @Override
  public CompletionStage<Void> beginWrite(
      String key, long token, long windowMillis, long holdOffMillis) {
    return guarded(() -> tier.beginWrite(key, token, windowMillis, holdOffMillis));
  }

  @Override
  public CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis) {
    return tier.commitWrite(write, holdOffMillis);
  }

  @Override
  public CompletionStage<Barriers> barriers() {
    return guarded(tier::barriers);
  }

  @Override
  public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
    return guarded(() -> tier.invalidateTags(tags, holdOffMillis));
  }

  @Override
  public CompletionStage<Inspection> inspect(String key) {
    return guarded(() -> tier.inspect(key));
  }

  @Override
  public void subscribe(FeedListener listener) {
    tier.subscribe(listener);
  }

  @Override
  public void beat(int[] partitions) {
    tier.beat(partitions);
  }

  @Override
  public void close() {
    tier.close();
  }
}
