package io.github.corral.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.cache.support.SimpleCacheManager;

class CacheModeTest {

  @Test
  void requireServedBy_ownManager_accepts() {
    assertThatCode(() -> CacheMode.NONE.requireServedBy(new NoOpCacheManager()))
        .doesNotThrowAnyException();
    assertThatCode(() -> CacheMode.CORRAL.requireServedBy(new OfCorral()))
        .doesNotThrowAnyException();
  }

  @Test
  void requireServedBy_anotherModesManager_refusesAndNamesBoth() {
    assertThatThrownBy(() -> CacheMode.REDIS.requireServedBy(new NoOpCacheManager()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("demo.mode 'redis'")
        .hasMessageContaining("NoOpCacheManager")
        .hasMessageContaining("none, redis, corral");
    assertThatThrownBy(() -> CacheMode.CORRAL.requireServedBy(new SimpleCacheManager()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("corral-spring-boot-starter");
  }

  @Test
  void toString_always_isTheProfilesName() {
    assertThat(CacheMode.values())
        .extracting(CacheMode::toString)
        .containsExactly("none", "redis", "corral");
  }

  /** Of Corral by its package, as the starter's manager is. */
  private static final class OfCorral extends SimpleCacheManager {}
}
