package io.github.corral.demo;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings that all modes share, under {@code demo}.
 *
 * @param mode what stands behind the annotations; set by the profiles
 * @param freshFor how long a cached value is fresh: Corral's {@code fresh-for}, the time-to-live of
 *     Boot's Redis cache
 * @param staleFor how long after that it may be served while one caller refreshes it: Corral's
 *     {@code stale-for}. Boot's Redis cache cannot serve such a value; its waits are judged by the
 *     same span
 */
@ConfigurationProperties("demo")
public record DemoProperties(CacheMode mode, Duration freshFor, Duration staleFor) {

  /** Checks each value. */
  public DemoProperties {
    required("demo.mode", mode, "none, redis or corral; activate the profile of that name");
    required("demo.fresh-for", freshFor, "a duration above zero, such as 3s");
    required("demo.stale-for", staleFor, "a duration of zero or more, such as 60s");
    if (freshFor.isNegative() || freshFor.isZero()) {
      throw new IllegalArgumentException(
          "demo.fresh-for: " + freshFor + ", must be above zero, such as 3s");
    }
    if (staleFor.isNegative()) {
      throw new IllegalArgumentException(
          "demo.stale-for: " + staleFor + ", must be zero or more, such as 60s");
    }
  }

  private static void required(String name, @Nullable Object value, String allowed) {
    if (value == null) {
      throw new IllegalArgumentException(name + ": missing, must be " + allowed);
    }
  }
}
