package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.LoadFailedException;
import io.github.corral.RemoteTierException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an application's part or the tier throws, callers end and the key works on. */
class BrokenPartsTest {

  private final Lab lab = new Lab();

  /** A codec of strings that fails on demand. */
  private static final class FragileCodec implements Codec<String> {
    Supplier<Throwable> onEncode = () -> null;
    Supplier<Throwable> onDecode = () -> null;

    @Override
    public byte[] encode(String value) {
      fail(onEncode.get());
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
      fail(onDecode.get());
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void fail(Throwable failure) {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    }
  }

  private static Throwable failure(boolean error) {
    return error ? new NoClassDefFoundError("a part") : new IllegalStateException("a part");
  }

  private void assertNothingLeft(Node node) {
    assertThat(node.fleet.flights()).isZero();
    Node other = lab.node();
    CompletableFuture<String> read = other.read(1);
    assertThat(read.isDone() || other.loads.size() == 1)
        .as("another process is served or granted the lease at once")
        .isTrue();
    other.fleet.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_encodeThrows_valueIsKeptInThisProcessForABriefWhile(boolean error) {
    FragileCodec codec = new FragileCodec();
    codec.onEncode = () -> failure(error);
    Node node = lab.node(setup -> setup.codec = codec);

    assertThat(node.fill(1, "a")).isEqualTo("a");

    assertThat(node.counts.of("codecFailure")).isEqualTo(1);
    assertThat(node.now(1)).isEqualTo("a");
    assertNothingLeft(node);
    lab.pass(Duration.ofSeconds(3));
    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_decodeOfTheCommittedCopyThrows_valueIsKeptInThisProcessForABriefWhile(boolean error) {
    FragileCodec codec = new FragileCodec();
    codec.onDecode = () -> failure(error);
    Node node = lab.node(setup -> setup.codec = codec);

    assertThat(node.fill(1, "a")).isEqualTo("a");

    assertThat(node.counts.of("codecFailure")).isEqualTo(1);
    assertThat(node.now(1)).isEqualTo("a");
    assertNothingLeft(node);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_payloadCannotBeDecoded_isAMissUnderALease(boolean error) {
    lab.node().fill(1, "a");
    FragileCodec codec = new FragileCodec();
    codec.onDecode = () -> failure(error);
    Node node = lab.node(setup -> setup.codec = codec);

    CompletableFuture<String> read = node.read(1);
    CompletableFuture<String> elsewhere = lab.node().read(2);
    codec.onDecode = () -> null;

    assertThat(node.loads).hasSize(1);
    assertThat(elsewhere).isNotDone();
    node.last().gives("b");
    lab.passMoment();
    assertThat(read.join()).isEqualTo("b");
    assertThat(lab.node().now(1)).isEqualTo("b");
    assertNothingLeft(node);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void getIfPresent_payloadCannotBeDecoded_givesNothing(boolean error) {
    lab.node().fill(1, "a");
    FragileCodec codec = new FragileCodec();
    codec.onDecode = () -> failure(error);
    Node node = lab.node(setup -> setup.codec = codec);

    CompletableFuture<String> read = node.cache.getIfPresentAsync(1);
    lab.passMoment();

    assertThat(read.join()).isNull();
    assertThat(node.counts.of("codecFailure")).isEqualTo(1);
  }

  @Test
  void put_encodeThrows_futureFailsAndTheOldValueStays() {
    FragileCodec codec = new FragileCodec();
    Node node = lab.node(setup -> setup.codec = codec);
    node.fill(1, "a");
    codec.onEncode = () -> failure(false);

    CompletableFuture<Void> put = node.cache.putAsync(1, "b");

    assertThat(failureOf(put)).hasMessage("a part");
    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.tier.calls(Op.BEGIN_WRITE)).isZero();
  }

  @Test
  void get_keyCodecThrows_throwsToThatCallerAndLeavesNothing() {
    Node node =
        lab.node(
            setup ->
                setup.keyCodec =
                    key -> {
                      throw new IllegalStateException("no text");
                    });

    assertThatThrownBy(() -> node.cache.getAsync(1)).hasMessage("no text");
    assertThatThrownBy(() -> node.cache.invalidateAsync(1)).hasMessage("no text");
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void get_keyCodecThrowsOnceTheLoadHasFailed_everyCallerEnds() {
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    Node node =
        lab.node(
            setup ->
                setup.keyCodec =
                    key -> {
                      RuntimeException now = failure.get();
                      if (now != null) {
                        throw now;
                      }
                      return String.valueOf(key);
                    });
    CompletableFuture<String> one = node.read(1);
    CompletableFuture<String> two = node.read(1);
    failure.set(new IllegalStateException("no text"));

    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    assertThat(failureOf(one)).isInstanceOf(LoadFailedException.class);
    assertThat(failureOf(two)).isInstanceOf(LoadFailedException.class);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void get_loaderGivesNoStage_isAFailedLoad() {
    Node node = lab.node();

    @SuppressWarnings("NullAway") // a loader that breaks its contract
    AsyncLoader<Integer, String> loader = (key, load) -> null;
    CompletableFuture<String> read = node.cache.getAsync(1, loader);
    lab.passMoment();

    assertThat(failureOf(read))
        .isInstanceOf(LoadFailedException.class)
        .hasRootCauseInstanceOf(NullPointerException.class);
    assertThat(node.counts.of("load FAILURE")).isEqualTo(1);
    assertNothingLeftAfterAFailure(node);
  }

  @Test
  void get_loaderThrowsAnError_isAFailedLoad() {
    Node node = lab.node();

    CompletableFuture<String> read =
        node.cache.getAsync(
            1,
            (key, load) -> {
              throw new StackOverflowError("loader");
            });
    lab.passMoment();

    assertThat(failureOf(read))
        .isInstanceOf(LoadFailedException.class)
        .hasRootCauseInstanceOf(StackOverflowError.class);
    assertNothingLeftAfterAFailure(node);
  }

  private static void assertNothingLeftAfterAFailure(Node node) {
    assertThat(node.fleet.flights()).isZero();
    assertThat(node.tier.calls(Op.FAIL)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_executorRefuses_everyCallerFailsAndTheLeaseIsHandedBack(boolean other) {
    Executor refusing =
        task -> {
          if (other) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          throw new RejectedExecutionException("full");
        };
    Node node = lab.node(setup -> setup.loaderExecutor = refusing);

    CompletableFuture<String> read = node.read(1);

    assertThat(failureOf(read))
        .isInstanceOf(LoadFailedException.class)
        .hasMessageContaining("the executor refused");
    assertThat(node.fleet.flights()).isZero();
    assertThat(lab.node().fill(1, "a")).isEqualTo("a");
  }

  @Test
  void get_executorRefusesARefresh_staleValueIsServed() {
    AtomicReference<RuntimeException> refusal = new AtomicReference<>();
    Executor executor =
        task -> {
          RuntimeException now = refusal.get();
          if (now != null) {
            throw now;
          }
          task.run();
        };
    Node node = lab.node(setup -> setup.loaderExecutor = executor);
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    refusal.set(new RejectedExecutionException("full"));

    assertThat(node.now(1)).isEqualTo("a");

    assertThat(node.fleet.flights()).isZero();
    assertThat(node.loads).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fate.class,
      names = {"FAIL", "THROW", "THROW_ERROR", "NO_STAGE", "LOSE_REPLY"})
  void everyOperation_tierDoesNotAnswer_readsAreServedByTheLoader(Fate fate) {
    Node node = lab.node();
    node.tier.all(fate);

    assertThat(node.fill(1, "a")).isEqualTo("a");
    assertThat(node.now(1)).isEqualTo("a");
    CompletableFuture<Void> invalidated = node.cache.invalidateAsync(1);
    CompletableFuture<Void> put = node.cache.putAsync(1, "b");
    CompletableFuture<String> present = node.cache.getIfPresentAsync(1);
    lab.passMoment();

    assertThat(failureOf(invalidated)).isInstanceOf(RemoteTierException.class);
    assertThat(failureOf(put)).isInstanceOf(RemoteTierException.class);
    assertThat(present.join()).isNull();
    assertThat(node.fill(1, "c")).isEqualTo("c");
    assertThat(node.fleet.flights()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fate.class,
      names = {"FAIL", "THROW", "THROW_ERROR", "NO_STAGE", "LOSE_REPLY"})
  void oneOperation_tierDoesNotAnswerIt_readsEndAndLeaveNoFlight(Fate fate) {
    for (Op op : Op.values()) {
      Node node = lab.node();
      node.tier.only(op, fate);

      CompletableFuture<String> read = node.read(3);
      for (int i = 0; i < 4 && !read.isDone(); i++) {
        lab.pass(Duration.ofSeconds(4)); // renewals
        node.loads.forEach(load -> load.gives("a"));
        lab.passMoment();
      }
      assertThat(read).as("read with %s of %s", fate, op).isDone();
      node.cache.invalidateAsync(3).exceptionally(error -> null).join();
      lab.node().cache.invalidateAsync(3).join();
      lab.pass(Duration.ofSeconds(4)); // until what a lost message left is gone
      CompletableFuture<String> failing = node.read(3);
      node.last().fails(new IllegalStateException("down"));
      lab.passMoment();
      assertThat(failing).as("failing read with %s of %s", fate, op).isCompletedExceptionally();
      node.cache.putAsync(3, null).exceptionally(error -> null).join();
      assertThat(node.fleet.flights()).as("flights with %s of %s", fate, op).isZero();
      lab.node().cache.invalidateAsync(3).join();
    }
  }

  @Test
  void beat_tierThrows_beatsGoOn() {
    Node node = lab.node();
    lab.pass(Duration.ofSeconds(2));
    node.tier.only(Op.BEAT, Fate.THROW);
    lab.pass(Duration.ofSeconds(10));
    long before = node.tier.calls(Op.BEAT);
    node.tier.all(Fate.PASS);

    lab.pass(Duration.ofSeconds(10));

    assertThat(node.tier.calls(Op.BEAT)).isGreaterThan(before + 4);
    assertThat(node.fleet.feed().proven(0)).isTrue();
  }

  @Test
  void recorder_throwsAnError_nobodyNotices() {
    GuardedRecorder guarded =
        new GuardedRecorder(
            new io.github.corral.spi.Recorder() {
              @Override
              public void miss(Tier tier) {
                throw new NoClassDefFoundError("a meter");
              }
            });

    guarded.miss(io.github.corral.spi.Recorder.Tier.L1);
  }
}
