package io.github.corral.spring;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.FeedListener;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Listens to the feed's beats. The first one proves the feed and ends the flights in progress, so
 * tests that count what joins a flight begin after it.
 */
final class Beats implements BeanPostProcessor {

  private final CountDownLatch heard = new CountDownLatch(1);

  static void awaitFirst(ConfigurableApplicationContext... contexts) {
    for (ConfigurableApplicationContext context : contexts) {
      Beats beats = context.getBean(Beats.class);
      Awaitility.await()
          .atMost(Duration.ofSeconds(Callers.SECONDS))
          .until(() -> beats.heard.getCount() == 0);
    }
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof RemoteTier tier ? heardBy(tier) : bean;
  }

  private Object heardBy(RemoteTier tier) {
    return proxy(
        RemoteTier.class,
        tier,
        (method, arguments) -> {
          if (method.getName().equals("subscribe")) {
            FeedListener listener = (FeedListener) arguments[0];
            arguments[0] = proxy(FeedListener.class, listener, (heard, what) -> {}, this::told);
          }
        },
        method -> {});
  }

  private void told(Method method) {
    if (method.getName().equals("beat")) {
      heard.countDown();
    }
  }

  private interface Before {
    void call(Method method, Object[] arguments);
  }

  private interface After {
    void called(Method method);
  }

  private static Object proxy(Class<?> type, Object target, Before before, After after) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          before.call(method, arguments);
          try {
            Object result = method.invoke(target, arguments);
            after.called(method);
            return result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
