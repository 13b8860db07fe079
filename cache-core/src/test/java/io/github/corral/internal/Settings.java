package io.github.corral.internal;

import io.github.corral.TypeRef;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Codec;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of a cache for tests to which they do not matter. */
final class Settings {

  private Settings() {}

  /** Of a process without a remote tier. */
  static CacheSettings<Integer, String> plain(String name) {
    return of(name, null);
  }

  /** Of a process with one. */
  @SuppressWarnings("unchecked") // of this very type
  static CacheSettings<Integer, String> coded(String name) {
    InMemoryTier tier = new InMemoryTier(new InMemoryServer(() -> 0));
    return of(name, (Codec<String>) tier.codec(TypeRef.of(String.class).type()));
  }

  private static CacheSettings<Integer, String> of(String name, @Nullable Codec<String> codec) {
    CacheSettings<Integer, String> settings = new CacheSettings<>(name, String::valueOf, codec);
    settings.expiry = CacheExpiry.freshFor(Duration.ofSeconds(60));
    settings.refresh = Refresh.none();
    return settings;
  }
}
