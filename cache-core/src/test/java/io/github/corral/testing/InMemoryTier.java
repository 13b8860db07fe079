package io.github.corral.testing;

import io.github.corral.spi.Codec;
import io.github.corral.spi.RemoteTier;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process's way to an {@link InMemoryServer}; several tiers over one server are several
 * processes. Every operation runs on the given executor, and so does the feed, in order and one
 * message at a time. Thread-safe.
 */
public final class InMemoryTier implements RemoteTier {

  private final InMemoryServer server;
  private final Executor executor;
  private final AtomicReference<@Nullable Feed> feed = new AtomicReference<>();
  private volatile boolean closed;

  /** Makes a tier whose operations and feed run on the thread that causes them. */
  public InMemoryTier(InMemoryServer server) {
    this(server, Runnable::run);
  }

  /**
   * Makes a tier.
   *
   * @param server what it reaches
   * @param executor runs its operations and its feed
   */
  public InMemoryTier(InMemoryServer server, Executor executor) {
    this.server = server;
    this.executor = executor;
  }

  @Override
  public Codec<?> codec(Type type) {
    return InMemoryCodecs.of(type);
  }

  @Override
  public CompletionStage<Reply> lookup(Lookup request) {
    return call(() -> server.lookup(request));
  }

  @Override
  public CompletionStage<Committed> commit(Fill fill) {
    return call(() -> server.commit(fill));
  }

  @Override
  public CompletionStage<Void> fail(
      String key, long token, String error, long minMillis, long maxMillis) {
    return run(() -> server.fail(key, token, error, minMillis, maxMillis));
  }

  @Override
  public CompletionStage<Boolean> renew(String key, long token, long leaseMillis) {
    return call(() -> server.renew(key, token, leaseMillis));
  }

  @Override
  public CompletionStage<Void> release(String key, long token) {
    return run(() -> server.release(key, token));
  }

  @Override
  public CompletionStage<Void> invalidate(String key, Change mode, long holdOffMillis) {
    return run(() -> server.invalidate(key, mode, holdOffMillis));
  }

  @Override
  public CompletionStage<Void> beginWrite(
      String key, long token, long windowMillis, long holdOffMillis) {
    return run(() -> server.beginWrite(key, token, windowMillis, holdOffMillis));
  }

  @Override
  public CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis) {
    return call(() -> server.commitWrite(write, holdOffMillis));
  }

  @Override
  public CompletionStage<Barriers> barriers() {
    return call(server::barriers);
  }

  @Override
  public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
    return call(() -> server.invalidateTags(tags, holdOffMillis));
  }

  @Override
  public CompletionStage<Inspection> inspect(String key) {
    return call(() -> server.inspect(key));
  }

  @Override
  public void subscribe(FeedListener listener) {
    Feed mine = new Feed(listener);
    if (!feed.compareAndSet(null, mine)) {
      throw new IllegalStateException("this tier has a listener already; make one tier for each");
    }
    server.subscribe(mine);
  }

  @Override
  public void beat(int[] partitions) {
    if (!closed && partitions.length > 0) {
      executor.execute(server::beat);
    }
  }

  @Override
  public void close() {
    closed = true;
    Feed mine = feed.get();
    if (mine != null) {
      server.unsubscribe(mine);
    }
  }

  private CompletionStage<Void> run(Runnable operation) {
    return call(() -> {
          operation.run();
          return true;
        })
        .thenAccept(done -> {});
  }

  private <T> CompletionStage<T> call(Supplier<T> operation) {
    if (closed) {
      return CompletableFuture.failedFuture(new IllegalStateException("this tier is closed"));
    }
    try {
      return CompletableFuture.supplyAsync(operation, executor);
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /** Passes the server's messages on, in order, on the executor. */
  private final class Feed implements FeedListener {

    private final FeedListener listener;
    private final Queue<Consumer<FeedListener>> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unheard = new AtomicInteger();

    Feed(FeedListener listener) {
      this.listener = listener;
    }

    @Override
    public void subscribed() {
      receive(FeedListener::subscribed);
    }

    @Override
    public void changed(int partition, long epoch, long sequence, Change change, String key) {
      receive(to -> to.changed(partition, epoch, sequence, change, key));
    }

    @Override
    public void beat(
        String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {
      receive(to -> to.beat(primary, partitions, epochs, sequences, ageMillis));
    }

    @Override
    public void barrier(
        long epoch, long before, long clock, long holdOffMillis, List<String> tags) {
      receive(to -> to.barrier(epoch, before, clock, holdOffMillis, tags));
    }

    @Override
    public void clock(Stamp now, long ageMillis) {
      receive(to -> to.clock(now, ageMillis));
    }

    @Override
    public void ended(String key) {
      receive(to -> to.ended(key));
    }

    private void receive(Consumer<FeedListener> message) {
      inbox.add(message);
      if (unheard.getAndIncrement() == 0) {
        executor.execute(this::hear);
      }
    }

    private void hear() {
      do {
        Consumer<FeedListener> message = inbox.poll();
        if (message != null && !closed) {
          message.accept(listener);
        }
      } while (unheard.decrementAndGet() != 0);
    }
  }
}
