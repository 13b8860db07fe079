package io.github.corral.redis.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One connection for commands, from its making to its loss. Thread-safe. */
interface RedisLink {

  /** Reads a key; null if there is none. */
  CompletableFuture<byte @Nullable []> get(byte[] key);

  /**
   * Runs a script, once at most.
   *
   * @return its reply, of numbers as {@code Long}, strings as {@code byte[]}, and null
   */
  CompletableFuture<List<@Nullable Object>> eval(Script script, byte[][] keys, byte[][] arguments);

  /** What is known of the clock of the server at the other end. */
  ServerClock clock();

  /**
   * Notes that a command had no answer in time; a connection that answers nothing for long is given
   * up.
   */
  void unanswered();
}
