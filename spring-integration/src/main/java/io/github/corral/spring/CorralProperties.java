package io.github.corral.spring;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code corral.*}. Unknown ones, and values out of range, stop the start. Immutable
 * and thread-safe.
 *
 * @param enabled Whether Corral is the cache behind Spring's annotations; if not, Spring Boot's own
 *     cache configuration applies
 * @param remote Whether there is a tier between processes
 * @param lease How long a lease lasts unless it is renewed, which is how long other processes wait
 *     when the one that loads dies; 100ms to 10m
 * @param redis The remote tier
 * @param defaults What applies to every cache that does not say otherwise
 * @param caches By the cache's name
 */
@ConfigurationProperties(prefix = "corral", ignoreUnknownFields = false)
public record CorralProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("auto") Remote remote,
    @DefaultValue("3s") Duration lease,
    @DefaultValue Redis redis,
    @DefaultValue CacheProperties defaults,
    @DefaultValue Map<String, CacheProperties> caches) {

  /** Whether there is a tier between processes. */
  public enum Remote {
    /** The Redis that {@code spring.data.redis.*} names, if Lettuce is on the class path. */
    AUTO,
    /** None: each process has caches of its own. */
    NONE
  }

  /** When values are loaded anew before they are stale. */
  public enum RefreshMode {
    /** At random before the fresh time ends, the likelier the nearer the end. */
    EARLY,
    /** Not before they are stale. */
    NONE
  }

  /**
   * The remote tier.
   *
   * @param timeout How long a call of Redis may take; 1ms to 1m
   * @param namespace The first part of every Redis key, shared by the processes that share caches
   */
  public record Redis(
      @DefaultValue("250ms") Duration timeout, @DefaultValue("corral") String namespace) {}

  /**
   * One cache. What is not set is taken from {@code corral.defaults}, and then from Corral's own
   * defaults.
   *
   * @param freshFor How long a value is fresh; 1ms to 3650d, by default 10m
   * @param staleFor How long after that it may be served stale while one caller refreshes it; 0ms
   *     to 3650d, by default the longer of 60s and the fresh time
   * @param negativeFor How long it is remembered that the source has no value; 0ms to 3650d, by
   *     default the shorter of 60s and the fresh time
   * @param jitter By how much each fresh time varies at random, as a fraction of it; 0 to 0.5, by
   *     default 0.1
   * @param refresh Whether values are refreshed before they are stale; by default early
   * @param earlyBeta How eagerly values are refreshed early, above 1 is earlier; 0 to 1000, by
   *     default 1
   * @param maximumSize The most entries kept in one process; 1 or more, by default 10000
   * @param loadTimeout How long a caller waits for a value, and after which a load is given up; 1ms
   *     to 1d, by default 30s
   * @param valueType The type of the values, as in Java source with full class names; by default
   *     the return type of the annotated methods
   * @param schema The number of the values' form, to be raised when old ones can no longer be read;
   *     1 to 65535, by default 1
   */
  public record CacheProperties(
      @Nullable Duration freshFor,
      @Nullable Duration staleFor,
      @Nullable Duration negativeFor,
      @Nullable Double jitter,
      @Nullable RefreshMode refresh,
      @Nullable Double earlyBeta,
      @Nullable Long maximumSize,
      @Nullable Duration loadTimeout,
      @Nullable String valueType,
      @Nullable Integer schema) {}
}
