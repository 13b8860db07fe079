package io.github.corral.redis.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way to one primary, from the making of a connection to its loss. Thread-safe.
 *
 * <p>What a server refuses it has not run; that is a {@link RefusedException}.
 */
interface RedisLink {

  /** Reads a key. */
  CompletableFuture<Found> get(byte[] key);

  /**
   * Runs a script, once at most, on the primary that keeps the first key; without keys, on this one
   * in any case. The reply begins with the time of the server that has run it, in microseconds,
   * which its clock learns.
   *
   * @return its reply, of numbers as {@code Long}, strings as {@code byte[]}, and null
   */
  CompletableFuture<List<@Nullable Object>> eval(Script script, byte[][] keys, byte[][] arguments);

  /** What is known of the primary's clock. */
  ServerClock clock();

  /**
   * Notes that a command had no answer in time; a connection that answers nothing for long is given
   * up.
   */
  void unanswered();

  /**
   * What was read.
   *
   * @param value null if there is none
   * @param clock the clock of the server that has read it
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
  record Found(byte @Nullable [] value, ServerClock clock) {}
}
