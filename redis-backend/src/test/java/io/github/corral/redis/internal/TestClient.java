package io.github.corral.redis.internal;

import io.github.corral.redis.LettuceTier;
import io.github.corral.redis.RedisTierBuilder;
import io.github.corral.redis.RedissonTier;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** A client as an application makes it, of one make or the other. */
interface TestClient extends AutoCloseable {

  /** The makes. */
  enum Make {
    LETTUCE {
      @Override
      TestClient at(int port) {
        return new OfLettuce(RedisClient.create(RealRedis.uri(port)));
      }

      @Override
      RealServers on(RealServers servers) {
        return servers;
      }
    },
    REDISSON {
      @Override
      TestClient at(int port) {
        Config config = new Config();
        config
            .useSingleServer()
            .setAddress("redis://" + RealRedis.HOST + ":" + port)
            .setConnectionMinimumIdleSize(1)
            .setSubscriptionConnectionMinimumIdleSize(1);
        return new OfRedisson(config);
      }

      @Override
      RealServers on(RealServers servers) {
        return OnRedisson.of(servers);
      }
    };

    /** A client for one server, which does not connect before it is used. */
    abstract TestClient at(int port);

    /** Servers whose tiers have a client of this make. */
    abstract RealServers on(RealServers servers);
  }

  RedisPort port(LongSupplier nanos);

  RedisTierBuilder tier();

  /** A script that increments a number. */
  String INCREMENT = "return redis.call('INCR', KEYS[1])";

  /**
   * Increments a number twice, as an application does it by a script.
   *
   * @param between what happens before the second time
   * @return the number
   */
  long incrementTwice(String key, Runnable between);

  @Override
  void close();

  /** A client of Lettuce's. */
  record OfLettuce(RedisClient client) implements TestClient {

    @Override
    public RedisPort port(LongSupplier nanos) {
      return LettucePort.open(client, nanos);
    }

    @Override
    public RedisTierBuilder tier() {
      return LettuceTier.builder(client);
    }

    @Override
    public long incrementTwice(String key, Runnable between) {
      try (StatefulRedisConnection<String, String> connection = client.connect()) {
        connection.sync().eval(INCREMENT, ScriptOutputType.INTEGER, key);
        between.run();
        return connection.sync().<Long>eval(INCREMENT, ScriptOutputType.INTEGER, key);
      }
    }

    @Override
    public void close() {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }
  }

  /** A client of Redisson's. */
  record OfRedisson(RedissonClient client) implements TestClient {

    OfRedisson(Config config) {
      this(Redisson.create(config.setThreads(2).setNettyThreads(2).setLazyInitialization(true)));
    }

    @Override
    public RedisPort port(LongSupplier nanos) {
      return RedissonPort.open(RedissonServers.of(client), nanos);
    }

    @Override
    public RedisTierBuilder tier() {
      return RedissonTier.builder(client);
    }

    @Override
    public long incrementTwice(String key, Runnable between) {
      RScript script = client.getScript(StringCodec.INSTANCE);
      script.eval(Mode.READ_WRITE, INCREMENT, ReturnType.LONG, List.of(key));
      between.run();
      return script.<Long>eval(Mode.READ_WRITE, INCREMENT, ReturnType.LONG, List.of(key));
    }

    @Override
    public void close() {
      client.shutdown(0, 5, TimeUnit.SECONDS);
    }
  }
}
