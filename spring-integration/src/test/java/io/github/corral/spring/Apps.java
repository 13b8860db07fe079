package io.github.corral.spring;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Real Spring Boot applications, each of which stands for a process. */
final class Apps {

  private Apps() {}

  /** An application whose caches live in itself. */
  static ConfigurableApplicationContext alone(Class<?> configuration, String... properties) {
    return start(configuration, with(properties, "corral.remote=none"));
  }

  /** An application whose caches are shared with all others on this Redis and this namespace. */
  static ConfigurableApplicationContext shared(
      Class<?> configuration, int port, String namespace, String... properties) {
    return start(
        configuration,
        with(
            properties,
            "spring.data.redis.host=" + RealRedis.HOST,
            "spring.data.redis.port=" + port,
            "corral.redis.timeout=10s",
            "corral.redis.namespace=" + namespace));
  }

  private static String[] with(String[] properties, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of(properties));
    return all.toArray(String[]::new);
  }

  private static ConfigurableApplicationContext start(
      Class<?> configuration, String... properties) {
    return new SpringApplicationBuilder(configuration)
        .web(WebApplicationType.NONE)
        .bannerMode(Banner.Mode.OFF)
        .logStartupInfo(false)
        .registerShutdownHook(false)
        .properties(properties)
        .run();
  }
}
