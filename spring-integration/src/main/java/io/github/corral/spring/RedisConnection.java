package io.github.corral.spring;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Standalone;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;

/**
 * A Lettuce client of Corral's own to the Redis that Spring Boot names, so that neither disturbs
 * the other's timeouts. It connects only when it is asked to.
 */
final class RedisConnection implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final long SHUTDOWN_SECONDS = 2;

  private final RedisClient client;

  /**
   * Makes a client.
   *
   * @param details where Redis is
   * @param url the property spring.data.redis.url, whose scheme asks for TLS, or null
   * @throws InvalidConfiguration if it is not a standalone Redis
   */
  RedisConnection(DataRedisConnectionDetails details, @Nullable String url) {
    refuse(details.getSentinel(), "spring.data.redis.sentinel");
    refuse(details.getCluster(), "spring.data.redis.cluster");
    refuse(details.getMasterReplica(), "spring.data.redis.masterreplica");
    SslBundle bundle = details.getSslBundle();
    boolean tls = bundle != null || (url != null && url.startsWith("rediss:"));
    client = RedisClient.create(address(details, tls));
    client.setOptions(options(bundle));
  }

  private static void refuse(@Nullable Object topology, String property) {
    if (topology != null) {
      throw new InvalidConfiguration(
          property + ": not supported yet; only a standalone Redis is",
          "Name a standalone Redis by spring.data.redis.host and port, or set corral.remote to none,"
              + " or corral.enabled to false.");
    }
  }

  private static RedisURI address(DataRedisConnectionDetails details, boolean tls) {
    Standalone standalone = details.getStandalone();
    if (standalone == null) {
      throw new InvalidConfiguration(
          "spring.data.redis: names no server", "Set spring.data.redis.host and port.");
    }
    RedisURI.Builder address =
        RedisURI.builder()
            .withHost(standalone.getHost())
            .withPort(standalone.getPort())
            .withDatabase(standalone.getDatabase())
            .withSsl(tls)
            .withTimeout(CONNECT_TIMEOUT);
    String password = details.getPassword();
    String user = details.getUsername();
    if (password != null && user != null) {
      address.withAuthentication(user, password.toCharArray());
    } else if (password != null) {
      address.withPassword(password.toCharArray());
    }
    return address.build();
  }

  private static ClientOptions options(@Nullable SslBundle bundle) {
    ClientOptions.Builder options =
        ClientOptions.builder()
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build());
    if (bundle != null) {
      options.sslOptions(ssl(bundle));
    }
    return options.build();
  }

  private static SslOptions ssl(SslBundle bundle) {
    SslManagerBundle managers = bundle.getManagers();
    SslOptions.Builder ssl =
        SslOptions.builder()
            .keyManager(managers.getKeyManagerFactory())
            .trustManager(managers.getTrustManagerFactory());
    String[] ciphers = bundle.getOptions().getCiphers();
    if (ciphers != null) {
      ssl.cipherSuites(ciphers);
    }
    String[] protocols = bundle.getOptions().getEnabledProtocols();
    if (protocols != null) {
      ssl.protocols(protocols);
    }
    return ssl.build();
  }

  RedisClient client() {
    return client;
  }

  @Override
  public void close() {
    client.shutdown(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
  }
}
