package io.github.corral.redis.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A port whose server's clock is never known, so that every read is left to the script. */
record ScriptsOnly(RedisPort port) implements RedisPort {

  @Override
  public String primary(byte[] key) {
    return port.primary(key);
  }

  @Override
  public CompletableFuture<Link> link(byte[] key) {
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

  record Link(RedisLink link) implements RedisLink {

    @Override
    public CompletableFuture<Found> get(byte[] key) {
      throw new AssertionError("a read without a script");
    }

    @Override
    public CompletableFuture<List<Object>> eval(Script script, byte[][] keys, byte[][] arguments) {
      return link.eval(script, keys, arguments);
    }

    @Override
    public ServerClock clock() {
      return new ServerClock();
    }

    @Override
    public void unanswered() {
      link.unanswered();
    }
  }
}
