package io.github.corral.spring;

import io.github.corral.Corral;
import io.github.corral.TieredCache;
import io.github.corral.TypeRef;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/**
 * The caches of one {@link Corral}. At the end of the start it makes all caches whose value type is
 * known, so that what is wrong with one stops the start. Thread-safe.
 */
final class CorralCacheManager implements CacheManager, SmartInitializingSingleton {

  private static final Log log = LogFactory.getLog(CorralCacheManager.class);

  private final Corral corral;
  private final CacheOptions options;
  private final CacheTypes types;
  private final ConcurrentHashMap<String, CorralCache> caches = new ConcurrentHashMap<>();

  CorralCacheManager(Corral corral, CacheOptions options, CacheTypes types) {
    this.corral = corral;
    this.options = options;
    this.types = types;
  }

  @Override
  public void afterSingletonsInstantiated() {
    types.scan();
    types.names().forEach(this::getCache);
    Set<String> unused = new TreeSet<>(options.names());
    unused.removeAll(types.names());
    unused.forEach(
        name ->
            log.warn(
                CacheOptions.property(name, "*")
                    + " is set, but no annotated method names the cache '"
                    + name
                    + "': check its spelling"));
  }

  /**
   * Gives a cache, and makes it if its value type is known.
   *
   * @throws InvalidConfiguration if the type is not known, or is not one that can be cached
   */
  @Override
  public Cache getCache(String name) {
    CorralCache cache = caches.get(name);
    return cache != null ? cache : caches.computeIfAbsent(name, this::build);
  }

  @Override
  public Collection<String> getCacheNames() {
    Set<String> names = types.names();
    names.addAll(caches.keySet());
    return names;
  }

  private CorralCache build(String name) {
    TypeRef<Object> type = reference(types.of(name));
    try {
      TieredCache<String, Object> tiered =
          options.apply(name, corral.cache(name, String.class, type)).build();
      return new CorralCache(tiered, new KnownFailures(name, options.loadTimeout(name)));
    } catch (IllegalArgumentException e) {
      throw new InvalidConfiguration(
          String.valueOf(e.getMessage()),
          "Give the cache a name and a value type that can be stored; the type is the return type"
              + " of its annotated methods, or else the property "
              + CacheOptions.property(name, "value-type")
              + ".",
          e);
    }
  }

  @SuppressWarnings("unchecked") // the type is known at run time only
  private static TypeRef<Object> reference(java.lang.reflect.Type type) {
    return (TypeRef<Object>) TypeRef.of(type);
  }
}
