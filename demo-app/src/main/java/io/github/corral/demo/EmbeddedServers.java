package io.github.corral.demo;

import io.github.corral.demo.servers.DemoPostgres;
import io.github.corral.demo.servers.DemoRedis;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Servers of the application's own, for what no ordinary Spring property names.
 *
 * <p>They are beans that the connections depend on, so they start before and stop after them.
 */
class EmbeddedServers {

  private EmbeddedServers() {}

  @Configuration(proxyBeanMethods = false)
  @Conditional(NoDatabaseNamed.class)
  static class Database {

    @Bean
    DemoPostgres demoPostgres() {
      return DemoPostgres.start();
    }

    @Bean
    JdbcConnectionDetails demoPostgresConnection(DemoPostgres postgres) {
      return new DemoPostgresConnection(postgres.jdbcUrl());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Conditional(NoRedisNamed.class)
  static class Redis {

    @Bean
    DemoRedis demoRedis() {
      return DemoRedis.start();
    }

    @Bean
    DataRedisConnectionDetails demoRedisConnection(DemoRedis redis) {
      return new DemoRedisConnection(redis.port());
    }
  }

  private record DemoPostgresConnection(String jdbcUrl) implements JdbcConnectionDetails {

    @Override
    public @Nullable String getUsername() {
      return null; // part of the address
    }

    @Override
    public @Nullable String getPassword() {
      return null;
    }

    @Override
    public String getJdbcUrl() {
      return jdbcUrl;
    }
  }

  private record DemoRedisConnection(int port) implements DataRedisConnectionDetails {

    @Override
    public Standalone getStandalone() {
      return Standalone.of("127.0.0.1", port);
    }
  }

  static class NoDatabaseNamed extends NoneNestedConditions {

    NoDatabaseNamed() {
      super(ConfigurationPhase.PARSE_CONFIGURATION);
    }

    @ConditionalOnProperty("spring.datasource.url")
    static class Url {}
  }

  static class NoRedisNamed extends NoneNestedConditions {

    NoRedisNamed() {
      super(ConfigurationPhase.PARSE_CONFIGURATION);
    }

    @ConditionalOnProperty("spring.data.redis.host")
    static class Host {}

    @ConditionalOnProperty("spring.data.redis.port")
    static class Port {}

    @ConditionalOnProperty("spring.data.redis.url")
    static class Url {}

    @ConditionalOnProperty("spring.data.redis.sentinel.master")
    static class Sentinel {}

    @ConditionalOnProperty("spring.data.redis.cluster.nodes")
    static class Cluster {}
  }
}
