package io.github.corral.redis;

import io.github.corral.redis.internal.RedissonPort;
import io.github.corral.spi.RemoteTier;
import java.util.Objects;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;

/**
 * The remote tier on Redis, 7.0 or later, by way of a Redisson client: one server, the primary that
 * Sentinel names, or a cluster, as the client is configured.
 *
 * <p>A tier opens connections of its own with the client's settings, outside its pools: one for
 * commands to each primary, and one for the feed. It closes them with itself; it never closes the
 * client. It connects in the background, for which {@link RedisTierBuilder#build} waits a little:
 * while Redis cannot be reached, calls fail at once, and it tries again every second at most. After
 * a lost connection nothing is sent again, whatever the client's {@code retryAttempts} are: those
 * are for the client's own commands.
 *
 * <p>It reaches for classes of Redisson's that are not its API; it is tested with 4.7.0. What it
 * needs of the server is what {@link LettuceTier} needs.
 *
 * <p>Tiers are thread-safe.
 */
public final class RedissonTier {

  private RedissonTier() {}

  /**
   * Makes a tier in the namespace {@code corral}.
   *
   * @param client where to connect; made by {@link Redisson#create}
   * @return the tier; close it when done
   * @throws IllegalArgumentException if the client is of another make
   */
  public static RemoteTier of(RedissonClient client) {
    return builder(client).build();
  }

  /**
   * Makes a tier with settings of its own.
   *
   * @param client where to connect; made by {@link Redisson#create}
   * @return the settings
   * @throws IllegalArgumentException if the client is of another make
   */
  public static RedisTierBuilder builder(RedissonClient client) {
    Objects.requireNonNull(client, "client");
    return new RedisTierBuilder(RedissonPort.of(client));
  }
}
