package io.github.corral.internal;

import io.github.corral.spi.Codec;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One process's network to the server: every request and every reply takes a while, and may be
 * lost; a request that timed out may still be executed later. The feed keeps its order, as TCP
 * does; a message may be lost or come twice.
 */
final class SimulatedTier implements RemoteTier {

  private static final long TIMEOUT = TimeUnit.MILLISECONDS.toNanos(250);

  private final InMemoryServer server;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Faults faults;
  private final boolean renewals;
  private long feedBusyUntil;

  SimulatedTier(
      InMemoryServer server,
      VirtualTime time,
      RandomGenerator random,
      Faults faults,
      boolean renewals) {
    this.server = server;
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.renewals = renewals;
  }

  @Override
  public Codec<?> codec(Type type) {
    return new InMemoryTier(server).codec(type);
  }

  @Override
  public CompletionStage<Reply> lookup(Lookup request) {
    return send(() -> server.lookup(request));
  }

  @Override
  public CompletionStage<Committed> commit(Fill fill) {
    return send(() -> server.commit(fill));
  }

  @Override
  public CompletionStage<Void> fail(String key, long token, String error, long min, long max) {
    return send(
        () -> {
          server.fail(key, token, error, min, max);
          return null;
        });
  }

  @Override
  public CompletionStage<Boolean> renew(String key, long token, long leaseMillis) {
    return send(() -> !renewals || server.renew(key, token, leaseMillis));
  }

  @Override
  public CompletionStage<Void> release(String key, long token) {
    return send(
        () -> {
          server.release(key, token);
          return null;
        });
  }

  @Override
  public CompletionStage<Void> invalidate(String key, Change mode, long holdOffMillis) {
    return send(
        () -> {
          server.invalidate(key, mode, holdOffMillis);
          return null;
        });
  }

  @Override
  public CompletionStage<Void> beginWrite(String key, long token, long windowMillis) {
    return send(
        () -> {
          server.beginWrite(key, token, windowMillis);
          return null;
        });
  }

  @Override
  public CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis) {
    return send(() -> server.commitWrite(write, holdOffMillis));
  }

  @Override
  public CompletionStage<Barriers> barriers() {
    return send(server::barriers);
  }

  @Override
  public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
    return send(() -> server.invalidateTags(tags, holdOffMillis));
  }

  @Override
  public CompletionStage<Inspection> inspect(String key) {
    return send(() -> server.inspect(key));
  }

  @Override
  public void subscribe(FeedListener listener) {
    server.subscribe(new Wire(listener));
  }

  @Override
  public void beat(int[] partitions) {
    CompletionStage<Object> unused =
        send(
            () -> {
              server.beat();
              return "";
            });
  }

  @Override
  public void close() {}

  private <T> CompletionStage<T> send(Supplier<T> operation) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    time.after(TIMEOUT, () -> reply.completeExceptionally(new TimeoutException("simulated")));
    if (random.nextDouble() < faults.lostRequests()) {
      return reply;
    }
    long late = random.nextDouble() < faults.lateRequests() ? TIMEOUT + 2 * delay() : 0;
    boolean replyLost = random.nextDouble() < faults.lostReplies();
    time.after(
        delay() + late,
        () -> {
          T result = operation.get();
          if (!replyLost) {
            time.after(delay(), () -> reply.complete(result));
          }
        });
    return reply;
  }

  /** Mostly short, now and then long. */
  private long delay() {
    long most = random.nextInt(20) == 0 ? faults.longDelayNanos() : 1_000_000;
    return 20_000 + random.nextLong(most);
  }

  /** The feed's way to this process. */
  private final class Wire implements FeedListener {

    private final FeedListener to;

    Wire(FeedListener to) {
      this.to = to;
    }

    @Override
    public void subscribed() {
      to.subscribed();
    }

    @Override
    public void changed(int partition, long epoch, long sequence, Change change, String key) {
      pass(listener -> listener.changed(partition, epoch, sequence, change, key));
    }

    @Override
    public void beat(String primary, int[] partitions, long[] epochs, long[] sequences) {
      pass(listener -> listener.beat(primary, partitions, epochs, sequences));
    }

    @Override
    public void barrier(
        long epoch, long before, long clock, long holdOffMillis, List<String> tags) {
      pass(listener -> listener.barrier(epoch, before, clock, holdOffMillis, tags));
    }

    @Override
    public void clock(Stamp now) {
      pass(listener -> listener.clock(now));
    }

    @Override
    public void ended(String key) {
      pass(listener -> listener.ended(key));
    }

    private void pass(Consumer<FeedListener> message) {
      int copies =
          random.nextDouble() < faults.lostMessages()
              ? 0
              : random.nextDouble() < faults.doubledMessages() ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        feedBusyUntil = Math.max(feedBusyUntil + 1, time.nanos() + delay());
        time.after(feedBusyUntil - time.nanos(), () -> message.accept(to));
      }
    }
  }

  /**
   * What may go wrong, as probabilities.
   *
   * @param longDelayNanos the longest way of a message
   */
  record Faults(
      double lostRequests,
      double lostReplies,
      double lateRequests,
      double lostMessages,
      double doubledMessages,
      double failingLoads,
      long longDelayNanos) {

    static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 20_000_000);
    static final Faults LOADS = new Faults(0, 0, 0, 0, 0, 0.2, 20_000_000);
    static final Faults FEED = new Faults(0, 0, 0, 0.1, 0.05, 0, 100_000_000);
    static final Faults ALL = new Faults(0.03, 0.03, 0.03, 0.05, 0.05, 0.1, 100_000_000);

    boolean tierAnswers() {
      return lostRequests + lostReplies + lateRequests == 0;
    }

    static Function<Long, Faults> bySeed() {
      Faults[] all = {NONE, LOADS, FEED, ALL};
      return seed -> all[(int) (seed % all.length)];
    }
  }
}
