package io.github.corral.internal;

import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Compression;
import io.github.corral.spi.KeyCodec;
import io.github.corral.spi.Writer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import java.util.function.ToLongFunction;
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

  /** Bounds the sum of what the weigher says, instead of the number of entries. */
  public long maximumWeight;

  /** Null where every entry counts as one. */
  public @Nullable ToIntBiFunction<? super K, ? super V> weigher;

  /** Tells a value's fresh time; null where all have that of the expiry. */
  public @Nullable BiFunction<? super K, ? super @Nullable V, ? extends @Nullable Duration>
      freshFor;

  /** Tells a value's tags; null where only loads tell them. */
  public @Nullable BiFunction<? super K, ? super @Nullable V, ? extends Collection<String>> tags;

  public CacheExpiry expiry = CacheExpiry.freshFor(Duration.ofMinutes(10));
  public Refresh refresh = Refresh.early();

  /** The keys of a background refresh; null for those that are read. */
  public @Nullable Supplier<? extends Collection<K>> refreshKeys;

  public Failure failure = Failure.defaults();
  public int schema = 1;

  /** The most bytes of a value in the remote tier. */
  public int maximumPayload = 1 << 20;

  /** Null where payloads are not compressed. */
  public @Nullable Compression compression;

  /** How far replicas of the source may lag behind. */
  public Duration holdOff = Duration.ZERO;

  /** Null where the source tells no versions. */
  public @Nullable ToLongFunction<? super V> version;

  /** Null where the application writes the source itself. */
  public @Nullable Writer<K, V> writer;

  /** Null where keys are loaded one by one. */
  public @Nullable BulkLoader<K, V> bulkLoader;

  /** How long loads of single keys are gathered; 0 if they are not. */
  public long coalesceNanos;

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

  /** The tag that every entry of the cache carries, unwritten. */
  String cacheTag() {
    return cacheTag(name);
  }

  static String cacheTag(String cache) {
    return "c:" + cache;
  }

  /** The tags that its function tells of a value; throws what the function throws. */
  List<String> tags(K key, @Nullable V value) {
    return tags == null
        ? List.of()
        : Tags.ofValue(Objects.requireNonNull(tags.apply(key, value), "tags gave null"));
  }

  String text(K key) {
    return name + SEPARATOR + keyCodec.encode(key);
  }
}
