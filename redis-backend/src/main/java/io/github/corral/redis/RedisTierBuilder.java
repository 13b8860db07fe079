package io.github.corral.redis;

import io.github.corral.redis.internal.Keyspace;
import io.github.corral.redis.internal.RedisPort;
import io.github.corral.redis.internal.ScriptedTier;
import io.github.corral.spi.RemoteTier;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a tier on Redis, whatever its client; see {@link LettuceTier} and {@link
 * RedissonTier}. Not thread-safe.
 */
public final class RedisTierBuilder {

  private static final String DEFAULT_NAMESPACE = "corral";
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(250);
  private static final Duration DEFAULT_CONNECT_WAIT = Duration.ofSeconds(2);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);

  private final Supplier<RedisPort> opens;
  private @Nullable String namespace;
  private @Nullable Duration timeout;
  private @Nullable Duration connectWait;

  RedisTierBuilder(Supplier<RedisPort> opens) {
    this.opens = opens;
  }

  /**
   * Sets what the tier's keys and its channel begin with. Processes share entries if they share
   * the namespace.
   *
   * @param namespace 1 to 64 letters, digits, dots, hyphens and underscores; {@code corral} by
   *     default
   * @return this
   * @throws IllegalArgumentException if it has other characters or another length
   * @throws IllegalStateException if it is set already
   */
  public RedisTierBuilder namespace(String namespace) {
    if (this.namespace != null) {
      throw twice("namespace", this.namespace);
    }
    this.namespace = Keyspace.checked(namespace);
    return this;
  }

  /**
   * Sets how long a call waits for Redis.
   *
   * @param timeout from 1 millisecond to 1 minute; 250 milliseconds by default
   * @return this
   * @throws IllegalArgumentException if it is shorter or longer
   * @throws IllegalStateException if it is set already
   */
  public RedisTierBuilder timeout(Duration timeout) {
    if (this.timeout != null) {
      throw twice("timeout", this.timeout);
    }
    if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "timeout " + timeout + ": must be from 1 millisecond to 1 minute");
    }
    this.timeout = timeout;
    return this;
  }

  /**
   * Sets how long {@link #build} waits for the first attempt to connect, so that the first calls
   * find a connection. It does not fail when there is none by then.
   *
   * @param wait from 0, which does not wait, to 1 minute; 2 seconds by default
   * @return this
   * @throws IllegalArgumentException if it is negative or longer
   * @throws IllegalStateException if it is set already
   */
  public RedisTierBuilder connectWait(Duration wait) {
    if (connectWait != null) {
      throw twice("connectWait", connectWait);
    }
    if (wait.isNegative() || wait.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("connectWait " + wait + ": must be from 0 to 1 minute");
    }
    connectWait = wait;
    return this;
  }

  /**
   * Makes the tier, which begins to connect. Returns once it is connected, the attempt has
   * failed, or the {@link #connectWait} is over.
   *
   * @return the tier; close it when done
   */
  public RemoteTier build() {
    Keyspace keyspace = new Keyspace(namespace == null ? DEFAULT_NAMESPACE : namespace);
    RedisPort port = opens.get();
    port.awaitFirst(connectWait == null ? DEFAULT_CONNECT_WAIT : connectWait);
    return ScriptedTier.on(port, keyspace, timeout == null ? DEFAULT_TIMEOUT : timeout);
  }

  private static IllegalStateException twice(String option, Object value) {
    return new IllegalStateException(option + " is set already, to " + value + "; set it once");
  }
}
