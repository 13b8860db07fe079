package io.github.corral.spring;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.KeyLoader;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheOperationInvoker.ThrowableWrapper;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

/**
 * Spring's own interceptor, whose evaluation of annotations is kept as it is, with each invocation
 * in a {@link Scope}: the caches that Spring reads and writes for it are {@link FlightCache}s of
 * that scope. Caches of other kinds are left alone.
 */
final class CorralCacheInterceptor extends CacheInterceptor {

  private static final long serialVersionUID = 1L;

  private static final boolean REACTOR =
      ClassUtils.isPresent(
          "reactor.core.publisher.Flux", CorralCacheInterceptor.class.getClassLoader());

  private final transient Supplier<CacheTypes> types;
  private final transient Map<Method, Boolean> optionalLater = new ConcurrentHashMap<>();

  CorralCacheInterceptor(Supplier<CacheTypes> types) {
    this.types = types;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    if (!(invocation instanceof ProxyMethodInvocation repeatable) || !cached(invocation)) {
      return super.invoke(invocation);
    }
    ReactiveAdapter adapter = reactive(invocation.getMethod().getReturnType());
    if (adapter != null && adapter.getDescriptor().isDeferred()) {
      return ReactiveFlights.deferred(
          adapter, outer -> scope(outer, repeatable), scope -> run(scope, repeatable));
    }
    FlightScope scope = scope(Scope.current(), repeatable);
    try {
      return settled(scope, run(scope, repeatable));
    } catch (ThrowableWrapper e) {
      scope.end();
      throw e.getOriginal();
    } catch (Throwable e) {
      scope.end();
      throw e;
    }
  }

  private boolean cached(MethodInvocation invocation) {
    Object target = invocation.getThis();
    CacheOperationSource source = getCacheOperationSource();
    if (target == null || source == null) {
      return false;
    }
    Method method = invocation.getMethod();
    Class<?> type = AopProxyUtils.ultimateTargetClass(target);
    Collection<CacheOperation> operations = source.getCacheOperations(method, type);
    if (operations == null || operations.isEmpty()) {
      return false;
    }
    types.get().noticeOnce(operations, method, type);
    return true;
  }

  private static @Nullable ReactiveAdapter reactive(Class<?> type) {
    return REACTOR ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
  }

  private FlightScope scope(@Nullable Scope outer, ProxyMethodInvocation invocation) {
    return new FlightScope(outer, invocation.getMethod(), new Again(invocation));
  }

  // ---------------------------------------------------------------- an invocation in its scope

  private @Nullable Object run(Scope scope, ProxyMethodInvocation invocation) {
    Object target = invocation.getThis();
    if (target == null) {
      throw new IllegalStateException("an invocation without a target: " + invocation);
    }
    Scope outer = scope.enter();
    try {
      return execute(
          () -> proceed(scope, invocation),
          target,
          invocation.getMethod(),
          invocation.getArguments());
    } finally {
      Scope.leave(outer);
    }
  }

  /** A clone proceeds, so that the invocation itself can be repeated from here. */
  private @Nullable Object proceed(Scope scope, ProxyMethodInvocation invocation) {
    Scope outer = scope.enter();
    try {
      return tracked(scope, invocation.invocableClone().proceed());
    } catch (Throwable e) { // whatever a method throws
      scope.failed(e);
      throw new ThrowableWrapper(e);
    } finally {
      Scope.leave(outer);
    }
  }

  /** Tells the scope what the method gives, before Spring hears of it. */
  private static @Nullable Object tracked(Scope scope, @Nullable Object result) {
    if (!scope.listens()) {
      return result;
    }
    if (result instanceof CompletionStage<?> stage) {
      return stage.whenComplete((value, error) -> tell(scope, value, error));
    }
    ReactiveAdapter adapter = result == null ? null : reactive(result.getClass());
    if (adapter != null && result != null) {
      return ReactiveFlights.tracked(adapter, result, scope);
    }
    scope.loaded(ObjectUtils.unwrapOptional(result));
    return result;
  }

  private static void tell(Scope scope, @Nullable Object value, @Nullable Throwable error) {
    if (error == null) {
      scope.loaded(ObjectUtils.unwrapOptional(value));
    } else {
      scope.failed(Stages.unwrapped(error));
    }
  }

  /** Ends the scope with its result, which may be a future or a publisher. */
  private static @Nullable Object settled(FlightScope scope, @Nullable Object result) {
    if (!scope.used()) {
      return result;
    }
    if (result instanceof CompletionStage<?> stage) {
      return settledLater(scope, stage);
    }
    ReactiveAdapter adapter = result == null ? null : reactive(result.getClass());
    if (adapter != null && result != null) {
      return ReactiveFlights.settled(adapter, result, scope);
    }
    scope.end();
    return result;
  }

  private static CompletableFuture<Object> settledLater(
      FlightScope scope, CompletionStage<?> stage) {
    CompletionStage<?> ended = stage.whenComplete((value, error) -> scope.end());
    return Stages.mapped(ended, value -> value, CorralCacheInterceptor::thrown);
  }

  private static Throwable thrown(Throwable error) {
    if (error instanceof FlightFailure failure) {
      return failure.original();
    }
    return error instanceof ThrowableWrapper wrapper ? wrapper.getOriginal() : error;
  }

  // ---------------------------------------------------------------- what Spring asks of caches

  @Override
  protected Collection<? extends Cache> getCaches(
      CacheOperationInvocationContext<CacheOperation> context, CacheResolver resolver) {
    Collection<? extends Cache> caches = super.getCaches(context, resolver);
    Scope scope = Scope.current();
    if (scope == null) {
      return caches;
    }
    List<Cache> views = new ArrayList<>(caches.size());
    for (Cache cache : caches) {
      views.add(
          cache instanceof CorralCache corral
              ? new FlightCache(
                  corral, scope, context.getOperation(), () -> givesOptionalLater(context))
              : cache);
    }
    return views;
  }

  private boolean givesOptionalLater(CacheOperationInvocationContext<?> context) {
    return optionalLater.computeIfAbsent(
        context.getMethod(),
        method ->
            ValueTypes.optionalLater(
                method, AopProxyUtils.ultimateTargetClass(context.getTarget())));
  }

  @Override
  protected Cache.@Nullable ValueWrapper doGet(Cache cache, Object key) {
    if (!(cache instanceof FlightCache)) {
      return super.doGet(cache, key);
    }
    try {
      return cache.get(key);
    } catch (ThrowableWrapper e) {
      // A failed load is the method's failure, not the cache's.
      throw e;
    } catch (RuntimeException e) {
      getErrorHandler().handleCacheGetError(e, cache, key);
      return null;
    }
  }

  // ---------------------------------------------------------------- refreshes

  /** Invokes a method again on a thread of Corral, to refresh what it gave. */
  private final class Again implements FlightScope.Refresher {

    private final ProxyMethodInvocation invocation;

    Again(ProxyMethodInvocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public KeyLoader<String, Object> blocking(CorralCache cache, CacheOperation by) {
      return text -> {
        RefreshScope scope = new RefreshScope(cache, by, text);
        invoke(scope);
        if (!scope.stores()) {
          cache.tiered().invalidate(text);
        }
        return scope.value();
      };
    }

    @Override
    public AsyncLoader<String, Object> later(CorralCache cache, CacheOperation by) {
      return (text, load) -> {
        RefreshScope scope = new RefreshScope(cache, by, text);
        return completed(invoke(scope))
            .thenCompose(
                done ->
                    scope.stores()
                        ? CompletableFuture.completedFuture(null)
                        : cache.tiered().invalidateAsync(text))
            .thenApply(done -> scope.value());
      };
    }

    private @Nullable Object invoke(RefreshScope scope) throws Exception {
      try {
        return run(scope, invocation);
      } catch (ThrowableWrapper e) {
        throw checked(e.getOriginal());
      }
    }
  }

  private static Exception checked(Throwable error) {
    if (error instanceof Error serious) {
      throw serious;
    }
    return error instanceof Exception exception
        ? exception
        : new UndeclaredThrowableException(error);
  }

  private static CompletableFuture<?> completed(@Nullable Object result) {
    if (result instanceof CompletionStage<?> stage) {
      return stage.toCompletableFuture();
    }
    ReactiveAdapter adapter = result == null ? null : reactive(result.getClass());
    return adapter != null && result != null
        ? ReactiveFlights.completed(adapter, result)
        : CompletableFuture.completedFuture(null);
  }
}
