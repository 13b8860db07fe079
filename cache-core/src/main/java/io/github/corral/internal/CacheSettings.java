package io.github.corral.internal;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Codec;
import io.github.corral.spi.KeyCodec;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a cache is built with: the defaults, until the builder that owns it sets something else.
 * Nobody changes it once the cache is registered.
 */
public final class CacheSettings<K, V> {

  static final String SEPARATOR = "::";

  public final String name;
  public final KeyCodec<K> keyCodec;

  /** Null without a remote tier: values are then kept as they are. */
  public final @Nullable Codec<V> codec;

  public long maximumSize = 10_000;
  public CacheExpiry expiry = CacheExpiry.freshFor(Duration.ofMinutes(10));
  public Refresh refresh = Refresh.early();
  public Failure failure = Failure.defaults();
  public int schema = 1;

  /** From which duration on a load is logged; null for no such log. */
  public @Nullable Duration slowLoads;

  /** Null where callers load on their own threads. */
  public @Nullable Executor loaderExecutor;

  /** The defaults. */
  public CacheSettings(String name, KeyCodec<K> keyCodec, @Nullable Codec<V> codec) {
    this.name = name;
    this.keyCodec = keyCodec;
    this.codec = codec;
  }

  String text(K key) {
    return name + SEPARATOR + keyCodec.encode(key);
  }
}
