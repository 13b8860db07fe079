package io.github.corral.internal;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Codec;
import io.github.corral.spi.KeyCodec;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a cache was built with.
 *
 * @param codec null without a remote tier: values are then kept as they are
 * @param loaderExecutor null where callers load on their own threads
 */
public record CacheSettings<K, V>(
    String name,
    long maximumSize,
    CacheExpiry expiry,
    Refresh refresh,
    Failure failure,
    int schema,
    @Nullable Codec<V> codec,
    KeyCodec<K> keyCodec,
    @Nullable Executor loaderExecutor) {

  static final String SEPARATOR = "::";

  String text(K key) {
    return name + SEPARATOR + keyCodec.encode(key);
  }
}
