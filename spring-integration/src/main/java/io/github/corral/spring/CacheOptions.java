package io.github.corral.spring;

import io.github.corral.CacheBuilder;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spring.CorralProperties.CacheProperties;
import io.github.corral.spring.CorralProperties.RefreshMode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the properties say about caches, checked as a whole before any cache is built. */
final class CacheOptions {

  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(3650);
  private static final CacheProperties NONE =
      new CacheProperties(null, null, null, null, null, null, null, null, null, null);

  private final CacheProperties defaults;
  private final Map<String, CacheProperties> caches;

  CacheOptions(CorralProperties properties) {
    this.defaults = properties.defaults();
    this.caches = Map.copyOf(properties.caches());
    checkRange("corral.lease", properties.lease(), Duration.ofMillis(100), Duration.ofMinutes(10));
    checkRange("corral.redis.timeout", properties.redis().timeout(), LEAST, Duration.ofMinutes(1));
    check("corral.defaults.", defaults);
    checkNoType();
    caches.forEach((name, cache) -> check(property(name, ""), cache));
  }

  /** The names that properties mention. */
  Set<String> names() {
    return caches.keySet();
  }

  /** The value type that the properties give a cache, or null. */
  @Nullable String valueType(String cache) {
    return caches.getOrDefault(cache, NONE).valueType();
  }

  /** The full name of a property of a cache. */
  static String property(String cache, String name) {
    boolean plain =
        cache.chars().allMatch(c -> c == '-' || (c < 128 && Character.isLetterOrDigit(c)));
    return "corral.caches" + (plain ? "." + cache : "[" + cache + "]") + "." + name;
  }

  <K, V> CacheBuilder<K, V> apply(String cache, CacheBuilder<K, V> builder) {
    builder.expiry(expiry(cache)).refresh(refresh(cache));
    Long size = chosen(cache, CacheProperties::maximumSize);
    if (size != null) {
      builder.maximumSize(size);
    }
    builder.failure(Failure.loadTimeout(loadTimeout(cache)));
    Integer schema = chosen(cache, CacheProperties::schema);
    if (schema != null) {
      builder.schema(schema);
    }
    return builder;
  }

  Duration loadTimeout(String cache) {
    Duration chosen = chosen(cache, CacheProperties::loadTimeout);
    return chosen != null ? chosen : Failure.defaults().loadTimeout();
  }

  private CacheExpiry expiry(String cache) {
    Duration fresh = chosen(cache, CacheProperties::freshFor);
    CacheExpiry expiry = CacheExpiry.freshFor(fresh != null ? fresh : Duration.ofMinutes(10));
    Duration stale = chosen(cache, CacheProperties::staleFor);
    expiry = stale != null ? expiry.staleFor(stale) : expiry;
    Duration negative = chosen(cache, CacheProperties::negativeFor);
    expiry = negative != null ? expiry.negativeFor(negative) : expiry;
    Double jitter = chosen(cache, CacheProperties::jitter);
    return jitter != null ? expiry.jitter(jitter) : expiry;
  }

  /** The cache's mode and beta belong together, and so do those of the defaults. */
  private Refresh refresh(String cache) {
    CacheProperties own = caches.getOrDefault(cache, NONE);
    CacheProperties from = own.refresh() == null && own.earlyBeta() == null ? defaults : own;
    if (from.refresh() == RefreshMode.NONE) {
      return Refresh.none();
    }
    Double beta = from.earlyBeta() != null ? from.earlyBeta() : defaults.earlyBeta();
    return beta != null ? Refresh.early(beta) : Refresh.early();
  }

  private <T> @Nullable T chosen(String cache, Function<CacheProperties, @Nullable T> option) {
    T own = option.apply(caches.getOrDefault(cache, NONE));
    return own != null ? own : option.apply(defaults);
  }

  // ---------------------------------------------------------------- checks

  private void checkNoType() {
    if (defaults.valueType() != null) {
      throw InvalidConfiguration.property(
          "corral.defaults.value-type",
          defaults.valueType(),
          "is not allowed: each cache has a value type of its own");
    }
  }

  private static void check(String prefix, CacheProperties cache) {
    checkRange(prefix + "fresh-for", cache.freshFor(), LEAST, LONGEST);
    checkRange(prefix + "stale-for", cache.staleFor(), Duration.ZERO, LONGEST);
    checkRange(prefix + "negative-for", cache.negativeFor(), Duration.ZERO, LONGEST);
    checkRange(prefix + "load-timeout", cache.loadTimeout(), LEAST, Duration.ofDays(1));
    checkRange(prefix + "jitter", cache.jitter(), 0.5);
    checkRange(prefix + "early-beta", cache.earlyBeta(), 1000);
    checkSize(prefix + "maximum-size", cache.maximumSize());
    checkSchema(prefix + "schema", cache.schema());
    if (cache.refresh() == RefreshMode.NONE && cache.earlyBeta() != null) {
      throw InvalidConfiguration.property(
          prefix + "early-beta",
          cache.earlyBeta(),
          "is set although " + prefix + "refresh is none: set one of the two");
    }
  }

  private static void checkRange(
      String property, @Nullable Duration value, Duration least, Duration most) {
    if (value != null && (value.compareTo(least) < 0 || value.compareTo(most) > 0)) {
      throw InvalidConfiguration.property(
          property,
          Durations.text(value),
          "is not between " + Durations.text(least) + " and " + Durations.text(most));
    }
  }

  private static void checkRange(String property, @Nullable Double value, double most) {
    if (value != null && !(value >= 0 && value <= most)) {
      String end = most == Math.rint(most) ? Long.toString((long) most) : Double.toString(most);
      throw InvalidConfiguration.property(property, value, "is not between 0 and " + end);
    }
  }

  private static void checkSize(String property, @Nullable Long value) {
    if (value != null && value < 1) {
      throw InvalidConfiguration.property(property, value, "is not 1 or more");
    }
  }

  private static void checkSchema(String property, @Nullable Integer value) {
    if (value != null && (value < 1 || value > 65_535)) {
      throw InvalidConfiguration.property(property, value, "is not between 1 and 65535");
    }
  }
}
