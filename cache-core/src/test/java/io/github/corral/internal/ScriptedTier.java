package io.github.corral.internal;

import io.github.corral.spi.Codec;
import io.github.corral.spi.RemoteTier;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A tier whose operations a test lets pass, fail, throw or wait. Thread-safe. */
public class ScriptedTier implements RemoteTier {

  /** An operation of the tier. */
  public enum Op {
    LOOKUP,
    COMMIT,
    FAIL,
    RENEW,
    RELEASE,
    INVALIDATE,
    BEGIN_WRITE,
    COMMIT_WRITE,
    BARRIERS,
    INVALIDATE_TAGS,
    INSPECT,
    BEAT,
    CLOSE
  }

  /** What becomes of an operation. */
  public enum Fate {
    /** It is done. */
    PASS,
    /** Its stage fails, and it is not done. */
    FAIL,
    /** It is done, but its stage fails. */
    LOSE_REPLY,
    /** It throws an exception. */
    THROW,
    /** It throws an error. */
    THROW_ERROR,
    /** It gives no stage. */
    NO_STAGE,
    /** It is done, and answered, when the test says so. */
    HOLD_REQUEST,
    /** It is done, and answered when the test says so. */
    HOLD_REPLY
  }

  private final RemoteTier to;
  private final Queue<Op> calls = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
  private volatile Function<Op, Fate> fates = op -> Fate.PASS;

  public ScriptedTier(RemoteTier to) {
    this.to = to;
  }

  /** Sets the fate of every operation. */
  public void all(Fate fate) {
    fates = op -> fate;
  }

  /** Sets the fate of an operation; the others pass. */
  public void only(Op op, Fate fate) {
    fates = it -> it == op ? fate : Fate.PASS;
  }

  /** How often an operation was called. */
  public long calls(Op op) {
    return calls.stream().filter(op::equals).count();
  }

  /** How many operations wait for {@link #letGo}. */
  public int waiting() {
    return held.size();
  }

  /** Lets everything that waits go on, in order. */
  public void letGo() {
    Queue<Runnable> now = new ArrayDeque<>();
    for (Runnable next = held.poll(); next != null; next = held.poll()) {
      now.add(next);
    }
    now.forEach(Runnable::run);
  }

  @Override
  public Codec<?> codec(Type type) {
    return to.codec(type);
  }

  @Override
  public CompletionStage<Reply> lookup(Lookup request) {
    return call(Op.LOOKUP, () -> to.lookup(request));
  }

  @Override
  public CompletionStage<Committed> commit(Fill fill) {
    return call(Op.COMMIT, () -> to.commit(fill));
  }

  @Override
  public CompletionStage<Void> fail(String key, long token, String error, long min, long max) {
    return call(Op.FAIL, () -> to.fail(key, token, error, min, max));
  }

  @Override
  public CompletionStage<Boolean> renew(String key, long token, long leaseMillis) {
    return call(Op.RENEW, () -> to.renew(key, token, leaseMillis));
  }

  @Override
  public CompletionStage<Void> release(String key, long token) {
    return call(Op.RELEASE, () -> to.release(key, token));
  }

  @Override
  public CompletionStage<Void> invalidate(String key, Change mode, long holdOffMillis) {
    return call(Op.INVALIDATE, () -> to.invalidate(key, mode, holdOffMillis));
  }

  @Override
  public CompletionStage<Void> beginWrite(
      String key, long token, long windowMillis, long holdOffMillis) {
    return call(Op.BEGIN_WRITE, () -> to.beginWrite(key, token, windowMillis, holdOffMillis));
  }

  @Override
  public CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis) {
    return call(Op.COMMIT_WRITE, () -> to.commitWrite(write, holdOffMillis));
  }

  @Override
  public CompletionStage<Barriers> barriers() {
    return call(Op.BARRIERS, to::barriers);
  }

  @Override
  public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
    return call(Op.INVALIDATE_TAGS, () -> to.invalidateTags(tags, holdOffMillis));
  }

  @Override
  public CompletionStage<Inspection> inspect(String key) {
    return call(Op.INSPECT, () -> to.inspect(key));
  }

  @Override
  public void subscribe(FeedListener listener) {
    to.subscribe(listener);
  }

  @Override
  public void beat(int[] partitions) {
    calls.add(Op.BEAT);
    if (thrown(fates.apply(Op.BEAT)) == Fate.PASS) {
      to.beat(partitions);
    }
  }

  @Override
  public void close() {
    calls.add(Op.CLOSE);
    to.close();
    thrown(fates.apply(Op.CLOSE));
  }

  private static Fate thrown(Fate fate) {
    if (fate == Fate.THROW) {
      throw new IllegalStateException("scripted");
    }
    if (fate == Fate.THROW_ERROR) {
      throw new NoClassDefFoundError("scripted");
    }
    return fate;
  }

  @SuppressWarnings("NullAway") // a tier that breaks the contract by giving no stage
  private <T extends @Nullable Object> CompletionStage<T> call(
      Op op, Supplier<CompletionStage<T>> operation) {
    calls.add(op);
    return switch (thrown(fates.apply(op))) {
      case FAIL -> CompletableFuture.failedFuture(new TimeoutException("scripted"));
      case LOSE_REPLY ->
          operation
              .get()
              .thenCompose(done -> CompletableFuture.failedFuture(new TimeoutException()));
      case NO_STAGE -> null;
      case HOLD_REQUEST -> holdRequest(operation);
      case HOLD_REPLY -> holdReply(operation.get());
      default -> operation.get();
    };
  }

  private <T extends @Nullable Object> CompletionStage<T> holdRequest(
      Supplier<CompletionStage<T>> operation) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    held.add(() -> pass(operation.get(), reply));
    return reply;
  }

  private <T extends @Nullable Object> CompletionStage<T> holdReply(CompletionStage<T> done) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    held.add(() -> pass(done, reply));
    return reply;
  }

  private static <T extends @Nullable Object> void pass(
      CompletionStage<T> done, CompletableFuture<T> reply) {
    Stages.then(
        done,
        (value, error) -> {
          if (error != null) {
            reply.completeExceptionally(error);
          } else {
            reply.complete(value);
          }
        });
  }
}
