package io.github.corral.spring;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.cache.interceptor.CacheOperationInvoker.ThrowableWrapper;
import org.springframework.core.ReactiveAdapter;
import org.springframework.util.ObjectUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The parts of an invocation that need Reactor. Spring itself uses Reactor for every publisher. */
final class ReactiveFlights {

  private ReactiveFlights() {}

  /**
   * Defers an invocation until somebody subscribes. Spring would look the key up at once, and a
   * publisher that nobody subscribes to would then lead a flight for nothing.
   */
  static Object deferred(
      ReactiveAdapter adapter,
      Function<@Nullable Scope, FlightScope> scopes,
      Function<FlightScope, @Nullable Object> invocation) {
    Scope assembledIn = Scope.current();
    Function<@Nullable Scope, Publisher<Object>> subscription =
        outer -> {
          FlightScope scope = scopes.apply(outer);
          return ended(adapter, scope, published(adapter, scope, invocation));
        };
    return adapter.fromPublisher(
        adapter.isMultiValue()
            ? Flux.deferContextual(
                context -> subscription.apply(context.getOrDefault(Scope.class, assembledIn)))
            : Mono.deferContextual(
                context ->
                    Mono.from(subscription.apply(context.getOrDefault(Scope.class, assembledIn)))));
  }

  private static Publisher<Object> published(
      ReactiveAdapter adapter,
      FlightScope scope,
      Function<FlightScope, @Nullable Object> invocation) {
    try {
      return adapter.toPublisher(invocation.apply(scope));
    } catch (ThrowableWrapper e) {
      return Mono.error(e.getOriginal());
    }
  }

  /** Ends the scope with its publisher. */
  static Object settled(ReactiveAdapter adapter, Object result, FlightScope scope) {
    return adapter.fromPublisher(ended(adapter, scope, adapter.toPublisher(result)));
  }

  private static Publisher<Object> ended(
      ReactiveAdapter adapter, FlightScope scope, Publisher<Object> result) {
    if (adapter.isMultiValue()) {
      return Flux.from(result)
          .onErrorMap(ReactiveFlights::thrown)
          .doOnTerminate(scope::end)
          .doOnCancel(scope::abandon)
          .contextWrite(context -> context.put(Scope.class, scope));
    }
    return Mono.from(result)
        .onErrorMap(ReactiveFlights::thrown)
        .doOnTerminate(scope::end)
        .doOnCancel(scope::abandon)
        .contextWrite(context -> context.put(Scope.class, scope));
  }

  static Throwable thrown(Throwable error) {
    Throwable plain = Stages.unwrapped(error);
    if (plain instanceof FlightFailure failure) {
      return failure.original();
    }
    return plain instanceof ThrowableWrapper wrapper ? wrapper.getOriginal() : error;
  }

  /** Tells the scope what the method's publisher gives. */
  static Object tracked(ReactiveAdapter adapter, Object result, Scope scope) {
    Publisher<Object> publisher = adapter.toPublisher(result);
    return adapter.fromPublisher(
        adapter.isMultiValue()
            ? Flux.from(publisher)
                .doOnComplete(() -> scope.loaded(CorralCache.UNSHARED))
                .doOnError(scope::failed)
            : Mono.from(publisher)
                .doOnSuccess(value -> scope.loaded(ObjectUtils.unwrapOptional(value)))
                .doOnError(scope::failed));
  }

  /** Runs a publisher to its end. */
  static java.util.concurrent.CompletableFuture<?> completed(
      ReactiveAdapter adapter, Object result) {
    return Flux.from(adapter.toPublisher(result))
        .onErrorMap(ReactiveFlights::thrown)
        .then()
        .toFuture();
  }
}
