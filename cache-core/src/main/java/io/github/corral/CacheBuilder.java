package io.github.corral;

import io.github.corral.internal.CacheFront;
import io.github.corral.internal.CacheSettings;
import io.github.corral.internal.Engine;
import io.github.corral.internal.KeyTexts;
import io.github.corral.internal.Loaders;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.Codec;
import io.github.corral.spi.KeyCodec;
import io.github.corral.spi.KeyLoader;
import io.github.corral.spi.Loader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds one cache. Each option is set at most once; a wrong value is refused at once. Not
 * thread-safe.
 *
 * <p>Defaults: at most 10,000 entries in this process; fresh for 10 minutes, stale for as long
 * again; early refresh; a load timeout of 30 seconds; schema 1; no log of slow loads.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
public final class CacheBuilder<K, V> {

  private static final int MOST_SCHEMAS = 65_535;

  private final Corral corral;
  private final String name;
  private final Class<K> keyType;
  private final TypeRef<V> valueType;
  private final Set<String> set = new HashSet<>();
  private final List<Consumer<CacheSettings<K, V>>> options = new ArrayList<>();

  private @Nullable Codec<V> codec;
  private @Nullable KeyCodec<K> keyCodec;

  CacheBuilder(Corral corral, String name, Class<K> keyType, TypeRef<V> valueType) {
    this.corral = corral;
    this.name = name;
    this.keyType = keyType;
    this.valueType = valueType;
  }

  /**
   * Bounds the entries kept in this process.
   *
   * @param entries the most entries, 1 or more; default 10,000
   * @return this
   */
  public CacheBuilder<K, V> maximumSize(long entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("maximumSize: " + entries + " is not 1 or more");
    }
    return set("maximumSize", settings -> settings.maximumSize = entries);
  }

  /**
   * Sets how long values are fresh and stale.
   *
   * @param value the policy; default fresh for 10 minutes
   * @return this
   */
  public CacheBuilder<K, V> expiry(CacheExpiry value) {
    Objects.requireNonNull(value, "expiry");
    return set("expiry", settings -> settings.expiry = value);
  }

  /**
   * Sets when values are loaded anew before they are stale.
   *
   * @param value the policy; default {@link Refresh#early()}
   * @return this
   */
  public CacheBuilder<K, V> refresh(Refresh value) {
    Objects.requireNonNull(value, "refresh");
    return set("refresh", settings -> settings.refresh = value);
  }

  /**
   * Sets what happens when loads hang or fail.
   *
   * @param value the policy; default {@link Failure#defaults()}
   * @return this
   */
  public CacheBuilder<K, V> failure(Failure value) {
    Objects.requireNonNull(value, "failure");
    return set("failure", settings -> settings.failure = value);
  }

  /**
   * Sets the number of the values' schema. Raise it when values of the old form can no longer be
   * read: they then count as absent, and are not written over the new ones.
   *
   * @param number 1 to 65,535; default 1
   * @return this
   */
  public CacheBuilder<K, V> schema(int number) {
    if (number < 1 || number > MOST_SCHEMAS) {
      throw new IllegalArgumentException(
          "schema: " + number + " is not between 1 and " + MOST_SCHEMAS);
    }
    return set("schema", settings -> settings.schema = number);
  }

  /**
   * Sets how values are encoded for the remote tier.
   *
   * @param value the codec; default that of the remote tier for the value type
   * @return this
   */
  public CacheBuilder<K, V> codec(Codec<V> value) {
    once("codec");
    codec = Objects.requireNonNull(value, "codec");
    return this;
  }

  /**
   * Sets the text form of keys. Needed for key types other than String, Character, Boolean, the
   * integral numbers, UUID and enums.
   *
   * @param value the codec
   * @return this
   */
  public CacheBuilder<K, V> keyCodec(KeyCodec<K> value) {
    once("keyCodec");
    keyCodec = Objects.requireNonNull(value, "keyCodec");
    return this;
  }

  /**
   * Makes all loads run on an executor, also those that a caller waits for.
   *
   * @param value the executor; never closed here. Default: callers load on their own thread,
   *     refreshes run on threads of the {@link Corral}
   * @return this
   */
  public CacheBuilder<K, V> loaderExecutor(Executor value) {
    Objects.requireNonNull(value, "loaderExecutor");
    return set("loaderExecutor", settings -> settings.loaderExecutor = value);
  }

  /**
   * Logs slow loads: one line for each, with cache, key, duration, outcome and the number of
   * callers that waited besides the one that led, to the {@link System.Logger} named {@code
   * io.github.corral.slow}, at level {@code WARNING}.
   *
   * @param threshold from which duration on a load is slow; 0 or more. Default: nothing is logged
   * @return this
   */
  public CacheBuilder<K, V> slowLoads(Duration threshold) {
    Objects.requireNonNull(threshold, "slowLoads");
    if (threshold.isNegative()) {
      throw new IllegalArgumentException("slowLoads: " + threshold + " is not 0 or more");
    }
    return set("slowLoads", settings -> settings.slowLoads = threshold);
  }

  /**
   * Builds a cache whose callers bring their loader.
   *
   * @return the cache
   * @throws IllegalArgumentException if keys or values of these types need a codec; the message
   *     says which
   * @throws IllegalStateException if the name is in use, or the {@link Corral} is closed
   */
  public TieredCache<K, V> build() {
    return front(null);
  }

  /**
   * Builds a cache with a loader.
   *
   * @param loader loads a key
   * @return the cache
   * @throws IllegalArgumentException as {@link #build()}
   * @throws IllegalStateException as {@link #build()}
   */
  public ReadThroughCache<K, V> build(KeyLoader<K, V> loader) {
    return front(Loaders.of(Objects.requireNonNull(loader, "loader")));
  }

  /**
   * Builds a cache with a loader that looks at its load's circumstances.
   *
   * @param loader loads a key
   * @return the cache
   * @throws IllegalArgumentException as {@link #build()}
   * @throws IllegalStateException as {@link #build()}
   */
  public ReadThroughCache<K, V> build(Loader<K, V> loader) {
    return front(Loaders.of(Objects.requireNonNull(loader, "loader")));
  }

  /**
   * Builds a cache with a loader that does not block.
   *
   * @param loader starts the load of a key
   * @return the cache
   * @throws IllegalArgumentException as {@link #build()}
   * @throws IllegalStateException as {@link #build()}
   */
  public ReadThroughCache<K, V> buildAsync(AsyncLoader<K, V> loader) {
    return front(Objects.requireNonNull(loader, "loader"));
  }

  private CacheFront<K, V> front(@Nullable AsyncLoader<K, V> loader) {
    CacheSettings<K, V> settings =
        new CacheSettings<>(
            name,
            keyCodec != null ? keyCodec : KeyTexts.of(name, keyType),
            corral.codec(name, valueType, codec));
    options.forEach(option -> option.accept(settings));
    Engine<K, V> engine = corral.register(settings);
    return new CacheFront<>(engine, loader);
  }

  private CacheBuilder<K, V> set(String option, Consumer<CacheSettings<K, V>> setting) {
    once(option);
    options.add(setting);
    return this;
  }

  private void once(String option) {
    if (!set.add(option)) {
      throw new IllegalStateException("cache '" + name + "': " + option + " is set twice");
    }
  }
}
