package io.github.corral.internal;

import io.github.corral.spi.Codec;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One process's network to the server: every request and every reply takes a while, and may be
 * lost; a request that timed out may still be executed later.
 */
final class SimulatedTier implements RemoteTier {

  static final long TIMEOUT = TimeUnit.MILLISECONDS.toNanos(250);

  private final SimulatedServer server;
  private final Machine machine;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Set<Fault> faults;
  private final Delays delays;
  private final Watch watch;
  private final InMemoryTier codecs = new InMemoryTier(new InMemoryServer(() -> 0));
  private @Nullable SimulatedFeed feed;
  private final Map<String, ArrayDeque<LongConsumer>> begins = new HashMap<>();

  /** Is told what happens in the network. */
  interface Watch {
    /** A lookup is sent. */
    void asks();

    /** A key's invalidation was executed. */
    void invalidated(String key);

    /** A barrier was raised. */
    void raised();

    /** A lookup was executed. */
    void executed(Lookup request, Reply reply);

    /** The reply to a lookup has arrived. */
    void replied(Lookup request, long sentAt, Reply reply);

    /** A renewal was told that the lease is another's. */
    void overtaken(String key);

    /** A write's beginning was executed. */
    void begun(String key);

    /** A written value was executed, whatever became of it. */
    void written(Fill write);
  }

  SimulatedTier(
      SimulatedServer server,
      Machine machine,
      VirtualTime time,
      RandomGenerator random,
      Set<Fault> faults,
      Watch watch) {
    this.server = server;
    this.machine = machine;
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.delays = new Delays(random, faults);
    this.watch = watch;
  }

  /** Tells when the window of the next write of a key is opened. */
  void begins(String key, LongConsumer told) {
    begins.computeIfAbsent(key, it -> new ArrayDeque<>()).add(told);
  }

  @Override
  public Codec<?> codec(Type type) {
    return codecs.codec(type);
  }

  @Override
  public CompletionStage<Reply> lookup(Lookup request) {
    long sentAt = time.nanos();
    watch.asks();
    return send(to -> to.lookup(request), reply -> watch.executed(request, reply))
        .thenApply(
            reply -> {
              watch.replied(request, sentAt, reply);
              return reply;
            });
  }

  @Override
  public CompletionStage<Committed> commit(Fill fill) {
    return send(to -> to.commit(fill));
  }

  @Override
  public CompletionStage<Void> fail(String key, long token, String error, long min, long max) {
    return run(to -> to.fail(key, token, error, min, max));
  }

  @Override
  public CompletionStage<Boolean> renew(String key, long token, long leaseMillis) {
    return send(to -> to.renew(key, token, leaseMillis))
        .thenApply(
            alive -> {
              if (!alive) {
                watch.overtaken(key);
              }
              return alive;
            });
  }

  @Override
  public CompletionStage<Void> release(String key, long token) {
    return run(to -> to.release(key, token));
  }

  @Override
  public CompletionStage<Void> invalidate(String key, Change mode, long holdOffMillis) {
    return send(
            to -> {
              to.invalidate(key, mode, holdOffMillis);
              return true;
            },
            done -> watch.invalidated(key))
        .thenAccept(done -> {});
  }

  @Override
  public CompletionStage<Void> beginWrite(
      String key, long token, long windowMillis, long holdOffMillis) {
    ArrayDeque<LongConsumer> waiting = begins.get(key);
    LongConsumer told = waiting == null ? null : waiting.poll();
    return send(
            to -> {
              to.beginWrite(key, token, windowMillis, holdOffMillis);
              return true;
            },
            done -> {
              if (told != null) {
                told.accept(time.nanos());
              }
              watch.begun(key);
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis) {
    return send(to -> to.commitWrite(write, holdOffMillis), done -> watch.written(write));
  }

  @Override
  public CompletionStage<Barriers> barriers() {
    return send(InMemoryServer::barriers);
  }

  @Override
  public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
    return send(to -> to.invalidateTags(tags, holdOffMillis), done -> watch.raised());
  }

  @Override
  public CompletionStage<Inspection> inspect(String key) {
    return send(to -> to.inspect(key));
  }

  @Override
  public void subscribe(FeedListener listener) {
    feed = new SimulatedFeed(listener, machine, time, random, faults, delays);
    server.subscribe(feed);
  }

  /** The connection is lost; the client notices, and subscribes again a while later. */
  void reconnect(long afterNanos) {
    if (feed != null) {
      feed.disconnect();
      time.after(machine, afterNanos, () -> server.subscribe(feed));
    }
  }

  /** The process is gone. */
  void disconnect() {
    if (feed != null) {
      server.unsubscribe(feed);
    }
  }

  void deafen(long until) {
    if (feed != null) {
      feed.deafen(until);
    }
  }

  @Override
  public void beat(int[] partitions) {
    if (!lost(Fault.LOST_REQUESTS)) {
      time.after(
          delays.next(),
          () -> {
            if (server.reachable()) {
              server.beat();
            }
          });
    }
  }

  @Override
  public void close() {}

  private CompletionStage<Void> run(Consumer<InMemoryServer> statement) {
    return send(to -> {
          statement.accept(to);
          return true;
        })
        .thenAccept(done -> {});
  }

  private <T> CompletionStage<T> send(Function<InMemoryServer, T> statement) {
    return send(statement, done -> {});
  }

  private <T> CompletionStage<T> send(Function<InMemoryServer, T> statement, Consumer<T> executed) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    time.after(
        machine, TIMEOUT, () -> reply.completeExceptionally(new TimeoutException("simulated")));
    if (lost(Fault.LOST_REQUESTS)) {
      return reply;
    }
    long late = lost(Fault.LATE_REQUESTS) ? TIMEOUT + 2 * delays.next() : 0;
    boolean replyLost = lost(Fault.LOST_REPLIES);
    time.after(
        delays.next() + late,
        () -> {
          if (server.reachable()) {
            T result = server.apply(machine, statement);
            executed.accept(result);
            if (!replyLost) {
              answer(reply, result);
            }
          }
        });
    return reply;
  }

  /** The reply of a server that was replaced meanwhile is lost with its connection. */
  private <T> void answer(CompletableFuture<T> reply, T result) {
    int run = server.run();
    time.after(
        machine,
        delays.next(),
        () -> {
          if (server.run() == run) {
            reply.complete(result);
          }
        });
  }

  private boolean lost(Fault fault) {
    return faults.contains(fault) && random.nextDouble() < 0.04;
  }
}
