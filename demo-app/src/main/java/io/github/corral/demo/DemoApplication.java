package io.github.corral.demo;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.cache.annotation.EnableCaching;

/**
 * A small social network whose service methods carry Spring's cache annotations and nothing else;
 * the active profile, {@code none}, {@code redis} or {@code corral}, says what is behind them.
 */
@SpringBootApplication
@EnableCaching
@ConfigurationPropertiesScan
public class DemoApplication {

  /** Starts the application; it ends with the process. */
  public static void main(String[] args) {
    SpringApplication.run(DemoApplication.class, args);
  }
}
