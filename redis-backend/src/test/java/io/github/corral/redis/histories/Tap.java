package io.github.corral.redis.histories;

import io.github.corral.spi.RemoteTier;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** Stands around a tier, or its listener, and looks at some calls or changes them. */
interface Tap {

  /** Makes a call, or another one. */
  Object call(Method method, Object[] arguments, Target target) throws Throwable;

  /** What is behind. */
  interface Target {
    Object call(Method method, Object[] arguments) throws Throwable;
  }

  static <T> T around(Class<T> type, T behind, Tap tap) {
    Target target =
        (method, arguments) -> {
          try {
            return method.invoke(behind, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> tap.call(method, arguments, target));
    return type.cast(proxy);
  }

  /** Tells the calls that were not answered: their names, and their first arguments. */
  static RemoteTier unanswered(RemoteTier tier, BiConsumer<String, Object> listener) {
    return around(
        RemoteTier.class,
        tier,
        (method, arguments, target) -> {
          Object reply = target.call(method, arguments);
          return reply instanceof CompletionStage<?> stage
              ? stage.whenComplete(
                  (done, error) -> {
                    if (error != null) {
                      listener.accept(method.getName(), arguments == null ? "" : arguments[0]);
                    }
                  })
              : reply;
        });
  }
}
