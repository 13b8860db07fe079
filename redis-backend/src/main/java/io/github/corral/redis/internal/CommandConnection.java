package io.github.corral.redis.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A connection for commands. Thread-safe.
 *
 * <p>A command fails with the server's error, whose message begins as the server has put it, or
 * with a {@link ConnectionLostException}. With {@code asking}, {@code ASKING} goes before it, with
 * nothing in between.
 */
interface CommandConnection extends ServerConnection {

  CompletableFuture<byte @Nullable []> get(byte[] key, boolean asking);

  /** Runs a script that the server knows. */
  CompletableFuture<List<@Nullable Object>> evalsha(
      String digest, byte[][] keys, byte[][] arguments, boolean asking);

  /** Runs a script, which the server knows from then on. */
  CompletableFuture<List<@Nullable Object>> eval(
      String text, byte[][] keys, byte[][] arguments, boolean asking);

  /** What {@code CLUSTER NODES} tells. */
  CompletableFuture<String> clusterNodes();
}
