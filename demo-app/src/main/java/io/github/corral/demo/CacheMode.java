package io.github.corral.demo;

import java.util.Locale;
import org.springframework.cache.CacheManager;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.data.redis.cache.RedisCacheManager;

/** What stands behind the cache annotations. */
public enum CacheMode {
  /** Nothing: every call reaches the database. */
  NONE(NoOpCacheManager.class.getName()),
  /** Spring Boot's own Redis cache. */
  REDIS(RedisCacheManager.class.getName()),
  /** Corral; by its package, because no line of this module names a class of it. */
  CORRAL("io.github.corral.");

  private final String managerPrefix;

  CacheMode(String managerPrefix) {
    this.managerPrefix = managerPrefix;
  }

  /**
   * Refuses a context that would measure something other than it says.
   *
   * @throws IllegalStateException if the manager is not this mode's
   */
  void requireServedBy(CacheManager manager) {
    if (!manager.getClass().getName().startsWith(managerPrefix)) {
      throw new IllegalStateException(
          "demo.mode '%s': the cache manager is a %s, which belongs to another mode; activate one of the profiles none, redis, corral%s"
              .formatted(
                  this,
                  manager.getClass().getName(),
                  this == CORRAL
                      ? ", and for corral have corral-spring-boot-starter on the class path"
                      : ""));
    }
  }

  /** The profile's name. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
