package io.github.corral.spring;

import java.util.function.Supplier;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.core.PriorityOrdered;

/**
 * Puts Corral's interceptor in the place of Spring's, with everything that Spring's was configured
 * with. First of all post-processors, for the interceptor is made with the first bean that is
 * looked at for annotations. A subclass that the application made is left alone.
 */
final class InterceptorReplacement implements BeanPostProcessor, PriorityOrdered {

  private final BeanFactory beans;
  private final Supplier<CacheTypes> types;

  InterceptorReplacement(BeanFactory beans, Supplier<CacheTypes> types) {
    this.beans = beans;
    this.types = types;
  }

  @Override
  public int getOrder() {
    return PriorityOrdered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Object postProcessBeforeInitialization(Object bean, String name) {
    return bean.getClass() == CacheInterceptor.class ? replacement((CacheInterceptor) bean) : bean;
  }

  /** What the original was given is asked for when it is needed, and not made too early. */
  private CacheInterceptor replacement(CacheInterceptor original) {
    CorralCacheInterceptor replacement = new CorralCacheInterceptor(types);
    replacement.configure(
        original::getErrorHandler,
        original::getKeyGenerator,
        original::getCacheResolver,
        () -> null);
    replacement.setCacheOperationSource(original.getCacheOperationSource());
    replacement.setBeanFactory(beans);
    return replacement;
  }
}
