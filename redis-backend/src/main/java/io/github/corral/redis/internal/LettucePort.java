package io.github.corral.redis.internal;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.function.LongSupplier;

/** One primary by way of Lettuce: at the client's address, or where Sentinel says that it is. */
public final class LettucePort {

  private LettucePort() {}

  /** Makes a port and begins to connect. */
  public static RedisPort open(RedisClient client) {
    return open(client, System::nanoTime);
  }

  static RedisPort open(RedisClient client, LongSupplier nanos) {
    return SinglePort.open(
        () -> completedFuture(new LettuceCommands(client.connect(ByteArrayCodec.INSTANCE))),
        () -> completedFuture(new LettuceFeed(client.connectPubSub(ByteArrayCodec.INSTANCE))),
        nanos);
  }
}
