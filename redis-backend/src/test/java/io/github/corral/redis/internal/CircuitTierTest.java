package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Circuit;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Reply;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the breaker opens and closes, in virtual time, and what it does to each call. */
class CircuitTierTest {

  private static final Duration TIMEOUT = Duration.ofMillis(250);
  private static final Fill FILL = new Fill("c::1", 1, null, 1, 1, 1, -1, false, 1);

  private final AtomicLong nanos = new AtomicLong(-5);
  private final List<String> calls = new ArrayList<>();
  private final Deque<CompletableFuture<Object>> pending = new ArrayDeque<>();
  private final RemoteTier tier = new CircuitTier(recorded(), TIMEOUT, nanos::get);

  /** A tier that notes its calls, which the test answers. */
  private RemoteTier recorded() {
    return (RemoteTier)
        Proxy.newProxyInstance(
            RemoteTier.class.getClassLoader(),
            new Class<?>[] {RemoteTier.class},
            (proxy, method, arguments) -> {
              calls.add(method.getName());
              if (!CompletionStage.class.isAssignableFrom(method.getReturnType())) {
                return null;
              }
              CompletableFuture<Object> answer = new CompletableFuture<>();
              pending.add(answer);
              return answer;
            });
  }

  private void pass(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private CompletableFuture<Reply> lookup() {
    return tier.lookup(new Lookup("c::1", Mode.READ, 0, 1, 0, 3_000, 1)).toCompletableFuture();
  }

  private void answer(long afterMillis) {
    CompletableFuture<Reply> call = lookup();
    pass(afterMillis);
    pending.remove().complete(new RemoteTier.Granted(null, false));
    assertThat(call).isCompleted();
  }

  private void fail(Throwable with) {
    CompletableFuture<Reply> call = lookup();
    pending.remove().completeExceptionally(new CompletionException(with));
    assertThat(call).isCompletedExceptionally();
  }

  private void timeOut() {
    fail(new TimeoutException("redis: lookup had no answer"));
  }

  private void open() {
    for (int i = 0; i < 10; i++) {
      timeOut();
    }
    assertThat(tier.circuit()).isEqualTo(Circuit.OPEN);
    calls.clear();
  }

  private void assertNotPermitted(CompletionStage<?> call) {
    assertThat(call.toCompletableFuture())
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(CallNotPermittedException.class);
  }

  @Test
  void lookup_halfTimedOut_opensAndFailsAtOnce() {
    for (int i = 0; i < 5; i++) {
      answer(1);
    }
    for (int i = 0; i < 4; i++) {
      timeOut();
    }
    assertThat(tier.circuit()).isEqualTo(Circuit.CLOSED);

    timeOut();

    assertThat(tier.circuit()).isEqualTo(Circuit.OPEN);
    calls.clear();
    assertNotPermitted(lookup());
    assertThat(calls).isEmpty();
  }

  @Test
  void lookup_fewerTimeOut_staysClosed() {
    for (int i = 0; i < 30; i++) {
      answer(1);
      answer(1);
      timeOut();
    }

    assertThat(tier.circuit()).isEqualTo(Circuit.CLOSED);
  }

  @Test
  void lookup_halfAreSlow_opens() {
    for (int i = 0; i < 5; i++) {
      answer(200);
      answer(201);
    }

    assertThat(tier.circuit()).isEqualTo(Circuit.OPEN);
  }

  @Test
  void lookup_answersAreNotSlow_staysClosed() {
    for (int i = 0; i < 30; i++) {
      answer(200);
    }

    assertThat(tier.circuit()).isEqualTo(Circuit.CLOSED);
  }

  @Test
  void lookup_serverAnswersWithErrors_staysClosed() {
    for (int i = 0; i < 30; i++) {
      fail(new IllegalArgumentException("ERR of the server, or bytes that cannot be decoded"));
    }

    assertThat(tier.circuit()).isEqualTo(Circuit.CLOSED);
  }

  @Test
  void lookup_thereIsNoConnection_countsNeitherWayAndIsTold() {
    for (int i = 0; i < 30; i++) {
      fail(new IllegalStateException("redis: unreachable"));
    }

    assertThat(tier.circuit()).isEqualTo(Circuit.OPEN);
    answer(1);
    assertThat(tier.circuit()).isEqualTo(Circuit.CLOSED);
  }

  @Test
  void lookup_openForHalfASecond_oneProbes() {
    open();
    pass(500);
    assertNotPermitted(lookup());
    pass(1);

    CompletableFuture<Reply> probe = lookup();
    assertThat(tier.circuit()).isEqualTo(Circuit.HALF_OPEN);
    assertNotPermitted(lookup());
    assertThat(calls).containsExactly("lookup");

    pending.remove().complete(new RemoteTier.Granted(null, false));
    assertThat(probe).isCompleted();
    assertThat(tier.circuit()).isEqualTo(Circuit.CLOSED);
    answer(1);
  }

  @Test
  void lookup_probeIsNotAnswered_opensAgain() {
    open();
    pass(501);

    timeOut();

    assertThat(tier.circuit()).isEqualTo(Circuit.OPEN);
    pass(500);
    assertNotPermitted(lookup());
  }

  @Test
  void lookup_probeFindsNoConnection_theNextOneProbes() {
    open();
    pass(501);

    fail(new IllegalStateException("redis: the connection was lost"));
    assertThat(tier.circuit()).isEqualTo(Circuit.HALF_OPEN);
    answer(1);

    assertThat(tier.circuit()).isEqualTo(Circuit.CLOSED);
  }

  @Test
  void callsThatAreAwaited_open_failAtOnce() {
    open();
    List<Function<RemoteTier, CompletionStage<?>>> awaited =
        List.of(
            RemoteTier::barriers,
            it -> it.inspect("c::1"),
            it -> it.invalidate("c::1", Change.HARD, 0),
            it -> it.invalidateTags(List.of("t"), 0),
            it -> it.beginWrite("c::1", 1, 1, 0));

    awaited.forEach(call -> assertNotPermitted(call.apply(tier)));

    assertThat(calls).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatEndsALeaseAndBeats_areSentAndCountNeitherWay(boolean open) {
    if (open) {
      open();
    }
    for (int i = 0; i < 10; i++) {
      calls.clear();
      tier.commit(FILL);
      tier.commitWrite(FILL, 0);
      tier.fail("c::1", 1, "E", 1, 1);
      tier.renew("c::1", 1, 1);
      tier.release("c::1", 1);
      tier.beat(new int[] {1});
      assertThat(calls)
          .containsExactly("commit", "commitWrite", "fail", "renew", "release", "beat");
      pending.forEach(it -> it.completeExceptionally(new TimeoutException()));
      pending.clear();
    }

    assertThat(tier.circuit()).isEqualTo(open ? Circuit.OPEN : Circuit.CLOSED);
  }

  @Test
  void log_openedAndClosed_oneLineEach() {
    try (LogRecords log = new LogRecords()) {
      open();
      for (int i = 0; i < 5; i++) {
        pass(501);
        timeOut();
      }
      pass(501);
      answer(1);

      assertThat(log.messages())
          .containsExactly(
              "redis: too many calls have no answer in time; until one has, calls fail at once",
              "redis: answers in time again");
    }
  }
}
