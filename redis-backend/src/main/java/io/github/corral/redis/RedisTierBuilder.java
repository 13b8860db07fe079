package io.github.corral.redis;

import io.github.corral.redis.internal.Keyspace;
import io.github.corral.redis.internal.RedisPort;
import io.github.corral.redis.internal.ScriptedTier;
import io.github.corral.redis.internal.ValueForms;
import io.github.corral.spi.Codec;
import io.github.corral.spi.RemoteTier;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
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
  private static final int MOST_UNCOMPRESSED = 16 << 20;

  private final Supplier<RedisPort> opens;
  private @Nullable String namespace;
  private @Nullable Duration timeout;
  private @Nullable Duration connectWait;
  private @Nullable Function<Type, Codec<?>> codecs;
  private @Nullable Integer compressAbove;

  RedisTierBuilder(Supplier<RedisPort> opens) {
    this.opens = opens;
  }

  /**
   * Sets what the tier's keys and its channel begin with. Processes share entries if they share the
   * namespace.
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
   * Sets how the values of caches are encoded that have no codec of their own.
   *
   * @param codecs makes the codec of a value type, as {@link CborCodec#of(Type)} does; {@link
   *     JsonCodec} by default
   * @return this
   * @throws IllegalStateException if it is set already
   */
  public RedisTierBuilder codecs(Function<Type, Codec<?>> codecs) {
    if (this.codecs != null) {
      throw new IllegalStateException("codecs is set already; set it once");
    }
    this.codecs = Objects.requireNonNull(codecs, "codecs");
    return this;
  }

  /**
   * Compresses encoded values, by LZ4, where that makes them smaller. Needs {@code
   * at.yawk.lz4:lz4-java} on the class path of all processes that share the caches; those that have
   * it read compressed values whatever they set here.
   *
   * @param bytes what is longer is compressed; 0 to 16,777,216 (16 MiB), 1,024 is a good choice. By
   *     default nothing is
   * @return this
   * @throws IllegalArgumentException if it is out of range
   * @throws IllegalStateException if it is set already, or LZ4 is not on the class path
   */
  public RedisTierBuilder compressAbove(int bytes) {
    if (compressAbove != null) {
      throw twice("compressAbove", compressAbove);
    }
    if (bytes < 0 || bytes > MOST_UNCOMPRESSED) {
      throw new IllegalArgumentException(
          "compressAbove " + bytes + ": must be from 0 to " + MOST_UNCOMPRESSED + " bytes");
    }
    if (ValueForms.lz4(bytes) == null) {
      throw new IllegalStateException(
          "compressAbove " + bytes + ": add at.yawk.lz4:lz4-java to the class path");
    }
    compressAbove = bytes;
    return this;
  }

  /**
   * Makes the tier, which begins to connect. Returns once it is connected, the attempt has failed,
   * or the {@link #connectWait} is over.
   *
   * @return the tier; close it when done
   */
  public RemoteTier build() {
    Keyspace keyspace = new Keyspace(namespace == null ? DEFAULT_NAMESPACE : namespace);
    RedisPort port = opens.get();
    port.awaitFirst(connectWait == null ? DEFAULT_CONNECT_WAIT : connectWait);
    Duration patience = timeout == null ? DEFAULT_TIMEOUT : timeout;
    return ScriptedTier.on(port, keyspace, patience, values());
  }

  /** What others have compressed is read in any case. */
  private ValueForms values() {
    return new ValueForms(
        codecs == null ? JsonCodec::of : codecs,
        ValueForms.lz4(compressAbove == null ? Integer.MAX_VALUE : compressAbove));
  }

  private static IllegalStateException twice(String option, Object value) {
    return new IllegalStateException(option + " is set already, to " + value + "; set it once");
  }
}
