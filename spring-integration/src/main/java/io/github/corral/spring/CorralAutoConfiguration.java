package io.github.corral.spring;

import io.github.corral.Corral;
import io.github.corral.metrics.MicrometerRecorder;
import io.github.corral.redis.LettuceTier;
import io.github.corral.redis.RedisTierBuilder;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/**
 * Puts Corral behind Spring's cache annotations, when {@code @EnableCaching} is on and the
 * application has no {@link CacheManager} of its own.
 *
 * <p>With Spring Boot's connection details of a Redis, which there are by default, and Lettuce, the
 * caches are shared by all processes that use this Redis; otherwise, or with {@code corral.remote:
 * none}, they live in this process. A {@link RemoteTier} or a {@link Corral} that the application
 * defines is used instead.
 */
@AutoConfiguration(
    before = CacheAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "corral.enabled", matchIfMissing = true)
@Conditional(CachingWanted.class)
@ConditionalOnBean(CacheAspectSupport.class)
@ConditionalOnMissingBean(value = CacheManager.class, name = "cacheResolver")
@EnableConfigurationProperties(CorralProperties.class)
public final class CorralAutoConfiguration {

  private static final String CACHE_MANAGER = "cacheManager";

  /** Makes the configuration. */
  public CorralAutoConfiguration() {}

  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static InterceptorReplacement corralInterceptorReplacement(
      BeanFactory beans, ObjectProvider<CacheTypes> types) {
    return new InterceptorReplacement(beans, types::getObject);
  }

  /** What is wrong with a cache is to stop the start, and not the first call. */
  @Bean
  static LazyInitializationExcludeFilter corralIsNotLazy() {
    return LazyInitializationExcludeFilter.forBeanTypes(CorralCacheManager.class);
  }

  @Bean
  CacheOptions corralCacheOptions(CorralProperties properties) {
    return new CacheOptions(properties);
  }

  @Bean
  CacheTypes corralCacheTypes(
      ConfigurableListableBeanFactory beans,
      ObjectProvider<CacheOperationSource> sources,
      CacheOptions options) {
    return new CacheTypes(beans, sources, options, CACHE_MANAGER);
  }

  @Bean
  @ConditionalOnMissingBean
  Corral corral(
      CorralProperties properties,
      CacheOptions checked,
      ObjectProvider<RemoteTier> remote,
      ObjectProvider<CacheRecorders> recorders) {
    Corral.Builder builder = Corral.builder().lease(properties.lease());
    RemoteTier tier = remote.getIfAvailable();
    if (tier != null) {
      builder.remote(tier);
    } else {
      LogFactory.getLog(CorralAutoConfiguration.class)
          .info("no Redis is configured: caches live in this process alone");
    }
    return builder.recorders(recorders.getIfAvailable(() -> cache -> Recorder.NONE)).build();
  }

  @Bean(CACHE_MANAGER)
  CacheManager corralCacheManager(Corral corral, CacheOptions options, CacheTypes types) {
    return new CorralCacheManager(corral, options, types);
  }

  /** The tier between processes. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({RedisClient.class, LettuceTier.class, DataRedisAutoConfiguration.class})
  @ConditionalOnProperty(name = "corral.remote", havingValue = "auto", matchIfMissing = true)
  @ConditionalOnBean(DataRedisConnectionDetails.class)
  @ConditionalOnMissingBean({RemoteTier.class, Corral.class})
  static class Redis {

    @Bean
    RedisConnection corralRedisConnection(
        DataRedisConnectionDetails details, ObjectProvider<DataRedisProperties> properties) {
      DataRedisProperties known = properties.getIfAvailable();
      return new RedisConnection(details, known == null ? null : known.getUrl());
    }

    /** Closed by the Corral that it is given to. */
    @Bean(destroyMethod = "")
    RemoteTier corralRemoteTier(
        RedisConnection connection, CorralProperties properties, CacheOptions checked) {
      RedisTierBuilder builder =
          LettuceTier.builder(connection.client())
              .timeout(properties.redis().timeout())
              .connectWait(Duration.ZERO);
      String namespace = properties.redis().namespace();
      try {
        return builder.namespace(namespace).build();
      } catch (IllegalArgumentException e) {
        throw InvalidConfiguration.property(
            "corral.redis.namespace",
            "'" + namespace + "'",
            "is not 1 to 64 letters, digits, dots, hyphens and underscores");
      }
    }
  }

  /** Meters, where there is a registry. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  @ConditionalOnBean(MeterRegistry.class)
  static class Meters {

    @Bean
    CacheRecorders corralCacheRecorders(ObjectProvider<MeterRegistry> registry) {
      return cache -> new MicrometerRecorder(registry.getObject(), cache);
    }
  }
}
