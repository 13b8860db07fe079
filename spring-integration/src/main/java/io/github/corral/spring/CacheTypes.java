package io.github.corral.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.cache.interceptor.CacheEvictOperation;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.core.MethodIntrospector;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The value type of each cache: the return type of the methods that are annotated with its name,
 * unless a property gives another. Thread-safe.
 *
 * <p>Methods are found from the bean definitions without making a bean; those of a bean that is not
 * defined there are found when they are called.
 */
final class CacheTypes {

  private final ConfigurableListableBeanFactory beans;
  private final ObjectProvider<CacheOperationSource> sources;
  private final CacheOptions options;
  private final String manager;

  private final Map<String, Claim> claims = new ConcurrentHashMap<>();
  private final Set<MethodOfClass> noticed = ConcurrentHashMap.newKeySet();

  /** What a method says about a cache. */
  private record Claim(Type type, MethodOfClass by) {}

  private record MethodOfClass(Method method, Class<?> target) {
    @Override
    public String toString() {
      return ClassUtils.getQualifiedMethodName(method, target);
    }
  }

  CacheTypes(
      ConfigurableListableBeanFactory beans,
      ObjectProvider<CacheOperationSource> sources,
      CacheOptions options,
      String manager) {
    this.beans = beans;
    this.sources = sources;
    this.options = options;
    this.manager = manager;
  }

  /**
   * Tells the value type of a cache.
   *
   * @throws InvalidConfiguration if it is not known
   */
  Type of(String cache) {
    String property = options.valueType(cache);
    if (property != null) {
      return parsed(cache, property);
    }
    if (!claims.containsKey(cache)) {
      scan();
    }
    Claim claim = claims.get(cache);
    if (claim == null) {
      String name = CacheOptions.property(cache, "value-type");
      throw new InvalidConfiguration(
          "cache '"
              + cache
              + "': the type of its values is not known, for no annotated method names this cache;"
              + " set the property "
              + name,
          "Set " + name + " to the full class name of the cache's values.");
    }
    return claim.type();
  }

  /** The caches whose type is known. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(claims.keySet());
    options.names().stream().filter(name -> options.valueType(name) != null).forEach(names::add);
    return names;
  }

  private Type parsed(String cache, String text) {
    try {
      return ValueTypes.parse(text, beans.getBeanClassLoader());
    } catch (IllegalArgumentException e) {
      throw InvalidConfiguration.property(
          CacheOptions.property(cache, "value-type"), text, "is not a type: " + e.getMessage());
    }
  }

  /** Looks at every bean definition. */
  void scan() {
    for (String name : beans.getBeanDefinitionNames()) {
      Class<?> type = type(name);
      if (type != null) {
        sources.forEach(source -> scan(source, ClassUtils.getUserClass(type)));
      }
    }
  }

  private @Nullable Class<?> type(String bean) {
    Class<?> original =
        beans.containsSingleton(bean) ? AutoProxyUtils.determineTargetClass(beans, bean) : null;
    return original != null ? original : beans.getType(bean, false);
  }

  private void scan(CacheOperationSource source, Class<?> type) {
    if (source.isCandidateClass(type)) {
      MethodIntrospector.selectMethods(
              type, (Method method) -> source.getCacheOperations(method, type))
          .forEach((method, operations) -> operations.forEach(op -> notice(op, method, type)));
    }
  }

  /**
   * Takes note of a method that is about to use a cache.
   *
   * @throws InvalidConfiguration if it contradicts another method, or wants what Corral cannot do
   */
  void notice(CacheOperation operation, Method method, Class<?> target) {
    if (!ours(operation)) {
      return;
    }
    if (!(operation instanceof CacheEvictOperation)) {
      MethodOfClass by = new MethodOfClass(method, target);
      Type type = ValueTypes.of(method, target);
      if (type != null) {
        operation.getCacheNames().forEach(cache -> claim(cache, new Claim(type, by)));
      }
    }
  }

  /** As {@link #notice}, once per method. */
  void noticeOnce(Collection<CacheOperation> operations, Method method, Class<?> target) {
    MethodOfClass by = new MethodOfClass(method, target);
    if (!noticed.contains(by)) {
      operations.forEach(operation -> notice(operation, method, target));
      noticed.add(by);
    }
  }

  private boolean ours(CacheOperation operation) {
    return !StringUtils.hasText(operation.getCacheResolver())
        && (!StringUtils.hasText(operation.getCacheManager())
            || operation.getCacheManager().equals(manager));
  }

  private void claim(String cache, Claim claim) {
    Claim first = claims.putIfAbsent(cache, claim);
    if (first == null || first.type().equals(claim.type()) || options.valueType(cache) != null) {
      return;
    }
    String property = CacheOptions.property(cache, "value-type");
    throw new InvalidConfiguration(
        "cache '"
            + cache
            + "' has two value types: "
            + first.type().getTypeName()
            + " by "
            + first.by()
            + ", and "
            + claim.type().getTypeName()
            + " by "
            + claim.by(),
        "Give each of the methods a cache of its own, or set "
            + property
            + " to the one type that both kinds of values have.");
  }
}
