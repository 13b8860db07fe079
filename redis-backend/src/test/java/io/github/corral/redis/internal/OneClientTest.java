package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.redis.LettuceTier;
import io.github.corral.redis.RedissonTier;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/** A tier works where only its own client is on the class path. */
class OneClientTest {

  @Test
  void of_redissonWithoutLettuce_works() throws Exception {
    try (RealRedis redis = RealRedis.start();
        TestClient.OfRedisson made = (TestClient.OfRedisson) redis.redisson()) {
      assertWorks("io.lettuce.", RedissonTier.class, RedissonClient.class, made.client());
    }
  }

  @Test
  void of_lettuceWithoutRedisson_works() throws Exception {
    try (RealRedis redis = RealRedis.start()) {
      assertWorks("org.redisson.", LettuceTier.class, RedisClient.class, redis.client());
    }
  }

  private static void assertWorks(String absent, Class<?> tiers, Class<?> type, Object client)
      throws Exception {
    ClassLoader without = new Without(absent);
    assertThatThrownBy(() -> without.loadClass(absent + "Any"))
        .isInstanceOf(ClassNotFoundException.class)
        .hasMessageContaining("absent");

    Class<?> own = without.loadClass(tiers.getName());
    assertThat(own).isNotSameAs(tiers);
    try (RemoteTier tier = (RemoteTier) own.getMethod("of", type).invoke(null, client)) {
      tier.invalidate("posts::1", Change.HARD, 0).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  /** Loads this module's classes anew, and refuses those of one client. */
  private static final class Without extends ClassLoader {

    private final String absent;

    Without(String absent) {
      super(OneClientTest.class.getClassLoader());
      this.absent = absent;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(absent)) {
        throw new ClassNotFoundException(name + " is absent");
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      return name.startsWith("io.github.corral.redis.")
          ? defined(name)
          : super.loadClass(name, resolve);
    }

    private Class<?> defined(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
