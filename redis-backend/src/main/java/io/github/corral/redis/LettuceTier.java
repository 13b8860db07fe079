package io.github.corral.redis;

import io.github.corral.redis.internal.LettuceClusterPort;
import io.github.corral.redis.internal.LettucePort;
import io.github.corral.spi.RemoteTier;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.util.Objects;

/**
 * The remote tier on Redis, 7.0 or later, by way of a Lettuce client: one server, the primary that
 * Sentinel names, or a cluster.
 *
 * <p>A tier opens connections of its own, with the settings of the client that it is given: one to
 * each primary for commands, and one for the feed. It closes them with itself, and never closes the
 * client. It connects in the background, for which {@link RedisTierBuilder#build} waits a little:
 * while Redis cannot be reached, calls fail at once, and it tries again every second at most. After
 * a lost connection nothing is sent again.
 *
 * <p>The client's own settings decide where Redis is, how it is authenticated and how long an
 * attempt to connect may take. The user needs rights on the keys <code>{namespace:*</code>, <code>
 * {namespace}:t</code> and <code>{namespace}:o</code> and the channel <code>{namespace}:feed</code>
 * ; the page on Redis lists the commands.
 *
 * <p>Tiers are thread-safe.
 */
public final class LettuceTier {

  private LettuceTier() {}

  /**
   * Makes a tier in the namespace {@code corral}.
   *
   * @param client where to connect; made with an address, of a server or of sentinels
   * @return the tier; close it when done
   */
  public static RemoteTier of(RedisClient client) {
    return builder(client).build();
  }

  /**
   * Makes a tier with settings of its own.
   *
   * @param client where to connect; made with an address, of a server or of sentinels
   * @return the settings
   */
  public static RedisTierBuilder builder(RedisClient client) {
    Objects.requireNonNull(client, "client");
    return new RedisTierBuilder(() -> LettucePort.open(client));
  }

  /**
   * Makes a tier on a Redis Cluster in the namespace {@code corral}.
   *
   * @param client where to connect
   * @return the tier; close it when done
   */
  public static RemoteTier of(RedisClusterClient client) {
    return builder(client).build();
  }

  /**
   * Makes a tier on a Redis Cluster with settings of its own.
   *
   * @param client where to connect
   * @return the settings
   */
  public static RedisTierBuilder builder(RedisClusterClient client) {
    Objects.requireNonNull(client, "client");
    return new RedisTierBuilder(() -> LettuceClusterPort.open(client));
  }
}
