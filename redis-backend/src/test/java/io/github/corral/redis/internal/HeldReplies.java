package io.github.corral.redis.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A port that holds replies back once it is told to, so that a test sees which requests are sent
 * before any reply has come: those are one round trip. Thread-safe.
 */
final class HeldReplies implements RedisPort {

  /** What a process sends by itself, when its time has come. */
  private static final Set<String> UNASKED = Set.of("beat", "renew", "barriers");

  private final RedisPort port;
  private final Lock lock = new ReentrantLock();
  private List<Runnable> held = new ArrayList<>();
  private boolean holding;

  HeldReplies(RedisPort port) {
    this.port = port;
  }

  void hold() {
    lock.lock();
    try {
      holding = true;
    } finally {
      lock.unlock();
    }
  }

  /** How many requests have been sent of which the reply is held. */
  int sent() {
    lock.lock();
    try {
      return held.size();
    } finally {
      lock.unlock();
    }
  }

  /** Hands on the replies that are held. */
  void release() {
    List<Runnable> released;
    lock.lock();
    try {
      released = held;
      held = new ArrayList<>();
    } finally {
      lock.unlock();
    }
    released.forEach(Runnable::run);
  }

  private <T> CompletableFuture<T> held(CompletableFuture<T> reply) {
    lock.lock();
    try {
      if (!holding) {
        return reply;
      }
      CompletableFuture<T> later = new CompletableFuture<>();
      held.add(
          () ->
              reply.whenComplete(
                  (value, failure) -> {
                    if (failure == null) {
                      later.complete(value);
                    } else {
                      later.completeExceptionally(failure);
                    }
                  }));
      return later;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String primary(byte[] key) {
    return port.primary(key);
  }

  @Override
  public CompletableFuture<RedisLink> link(byte[] key) {
    return port.link(key).thenApply(Link::new);
  }

  @Override
  public void subscribe(byte[] channel, ChannelListener listener) {
    port.subscribe(channel, listener);
  }

  @Override
  public void resubscribe() {
    port.resubscribe();
  }

  @Override
  public void awaitFirst(Duration most) {
    port.awaitFirst(most);
  }

  @Override
  public void close() {
    port.close();
  }

  private final class Link implements RedisLink {

    private final RedisLink link;

    Link(RedisLink link) {
      this.link = link;
    }

    @Override
    public CompletableFuture<Found> get(byte[] key) {
      return held(link.get(key));
    }

    @Override
    public CompletableFuture<List<Object>> eval(Script script, byte[][] keys, byte[][] arguments) {
      CompletableFuture<List<Object>> reply = link.eval(script, keys, arguments);
      return UNASKED.contains(script.name()) ? reply : held(reply);
    }

    @Override
    public ServerClock clock() {
      return link.clock();
    }

    @Override
    public void unanswered() {
      link.unanswered();
    }
  }
}
