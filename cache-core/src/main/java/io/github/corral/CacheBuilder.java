package io.github.corral;

import io.github.corral.internal.CacheFront;
import io.github.corral.internal.CacheSettings;
import io.github.corral.internal.Engine;
import io.github.corral.internal.KeyTexts;
import io.github.corral.internal.Loaders;
import io.github.corral.internal.Schedule;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Codec;
import io.github.corral.spi.KeyCodec;
import io.github.corral.spi.KeyLoader;
import io.github.corral.spi.ListLoader;
import io.github.corral.spi.Loader;
import io.github.corral.spi.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Builds one cache. Each option is set at most once; a wrong value is refused at once. Not
 * thread-safe.
 *
 * <p>Defaults: at most 10,000 entries in this process; fresh for 10 minutes, stale for as long
 * again; early refresh; a load timeout of 30 seconds; schema 1; at most 1 MiB of a value in the
 * remote tier; no log of slow loads.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
public final class CacheBuilder<K, V> {

  private static final int MOST_SCHEMAS = 65_535;
  private static final int MOST_PAYLOAD = 256 << 20;
  private static final Duration SHORTEST_WINDOW = Duration.ofNanos(100_000);
  private static final Duration LONGEST_WINDOW = Duration.ofMillis(100);

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
    excludes("maximumSize", "maximumWeight");
    return set("maximumSize", settings -> settings.maximumSize = entries);
  }

  /**
   * Bounds what is kept in this process by weight, instead of {@link #maximumSize}. An entry that
   * alone weighs more is not kept; a remembered absence weighs 1.
   *
   * @param weight the greatest sum of weights, 1 or more
   * @param weigher tells an entry's weight, 0 or more, when it is taken in; called under no lock,
   *     on whatever thread brings the value. If it throws or gives less, the value goes to those
   *     who wait for it and is not kept in this process; see {@link
   *     io.github.corral.spi.Recorder#notKept}
   * @return this
   */
  public CacheBuilder<K, V> maximumWeight(
      long weight, ToIntBiFunction<? super K, ? super V> weigher) {
    Objects.requireNonNull(weigher, "weigher");
    if (weight < 1) {
      throw new IllegalArgumentException("maximumWeight: " + weight + " is not 1 or more");
    }
    excludes("maximumWeight", "maximumSize");
    return set(
        "maximumWeight",
        settings -> {
          settings.maximumWeight = weight;
          settings.weigher = weigher;
        });
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
   * Lets each value say how long it is fresh. What a loader says by {@link
   * io.github.corral.spi.Load#freshFor} wins over it; jitter is applied to both, and how long
   * values are stale after it stays as in {@link #expiry}.
   *
   * @param byValue given the key and the value, or null if the source has none; gives 1 ms or more
   *     (more than 3,650 days count as that), or null for what {@link #expiry} says. Called once
   *     for each value loaded or put, under no lock, on the thread that brings it. If it throws or
   *     gives less, a loaded value goes to those who wait for it and is kept nowhere (see {@link
   *     io.github.corral.spi.Recorder#notKept}), and a put fails with the exception
   * @return this
   */
  public CacheBuilder<K, V> freshFor(
      BiFunction<? super K, ? super @Nullable V, ? extends @Nullable Duration> byValue) {
    Objects.requireNonNull(byValue, "freshFor");
    return set("freshFor", settings -> settings.freshFor = byValue);
  }

  /**
   * Sets what tells a value's tags, for {@link Corral#invalidateTags}. It reaches values that were
   * loaded and values that were written alike; what a loader says by {@link
   * io.github.corral.spi.Load#tags} adds to it for that load, and a write does not know of it.
   *
   * @param ofValue given the key and the value, or null if the source has none; gives at most 64
   *     tags of 1 to 255 characters each, none for none. Called once for each value loaded or
   *     written, under no lock, on the thread that brings it. If it throws, or gives what is not
   *     allowed, a loaded value goes to those who wait for it and is kept nowhere (see {@link
   *     io.github.corral.spi.Recorder#notKept}), a put fails with the exception, and what another
   *     write publishes is only that the value has changed. Default: only loads tell tags
   * @return this
   */
  public CacheBuilder<K, V> tags(
      BiFunction<? super K, ? super @Nullable V, ? extends Collection<String>> ofValue) {
    Objects.requireNonNull(ofValue, "tags");
    return set("tags", settings -> settings.tags = ofValue);
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
   * Sets which keys the background refresh of {@link Refresh#every} keeps loaded, instead of those
   * that were read: it refreshes them on schedule, and loads them while they are absent, at most
   * once per period each. There should not be more of them than this process may keep.
   *
   * @param keys asked once per period, on the loader executor and under no lock; when it throws, or
   *     gives a null key, no key is refreshed in that period
   * @return this
   */
  public CacheBuilder<K, V> refreshKeys(Supplier<? extends Collection<K>> keys) {
    Objects.requireNonNull(keys, "refreshKeys");
    return set("refreshKeys", settings -> settings.refreshKeys = keys);
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
   * Bounds what the remote tier keeps of a value. A value that is larger, encoded and compressed,
   * stays in the processes that load it: each has its own, for as long as it would have been kept
   * otherwise.
   *
   * @param bytes 1 to 268,435,456 (256 MiB); default 1,048,576 (1 MiB)
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public CacheBuilder<K, V> maximumPayload(int bytes) {
    if (bytes < 1 || bytes > MOST_PAYLOAD) {
      throw new IllegalArgumentException(
          "maximumPayload: " + bytes + " is not between 1 and " + MOST_PAYLOAD);
    }
    return set("maximumPayload", settings -> settings.maximumPayload = bytes);
  }

  /**
   * Sets the text form of keys. Needed for key types other than String, Character, Boolean, the
   * numbers, UUID, enums, the dates and times without a zone or offset, {@code Instant}, and
   * records of these.
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
   * Makes all loads run on an executor, also those that a caller waits for. A loader that reads
   * through a cache keeps its thread meanwhile, so the executor needs room for both.
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
   * Sets how far replicas of the source may lag behind its primary. For so long after an
   * invalidation or a write, what a load read is kept no longer than that, unless its loader asks
   * {@link io.github.corral.spi.Load#fromPrimary()} and so reads the primary, or its version shows
   * that it is new.
   *
   * @param duration 0 to 1 hour, rounded to milliseconds; default 0: loads read what was written
   * @return this
   * @throws IllegalArgumentException if the duration is out of range
   */
  public CacheBuilder<K, V> holdOff(Duration duration) {
    if (duration.isNegative() || duration.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("holdOff: " + duration + " is not between PT0S and PT1H");
    }
    return set("holdOff", settings -> settings.holdOff = duration);
  }

  /**
   * Sets what tells the source's version of a value, such as a row's version column, which grows
   * with each change. Within a hold-off, loads of a lower version than was written are refused; a
   * write of a lower one than is stored, too.
   *
   * @param value gives 0 or more; called for each load and write. What it throws keeps the value
   *     from being stored. Default: values have no versions
   * @return this
   */
  public CacheBuilder<K, V> version(ToLongFunction<? super V> value) {
    Objects.requireNonNull(value, "version");
    return set("version", settings -> settings.version = value);
  }

  /**
   * Sets what writes the source, and so makes {@code put}, {@code putAll} and {@code remove}
   * write-through.
   *
   * @param value the writer; default: the application writes its source itself
   * @return this
   */
  public CacheBuilder<K, V> writer(Writer<K, V> value) {
    Objects.requireNonNull(value, "writer");
    return set("writer", settings -> settings.writer = value);
  }

  /**
   * Sets what {@code getAll} loads by, beside the loader of single keys. A cache whose only loader
   * it is ends with {@link #buildBulk(BulkLoader)}.
   *
   * @param loader loads many keys at once
   * @return this
   */
  public CacheBuilder<K, V> bulkLoader(BulkLoader<K, V> loader) {
    Objects.requireNonNull(loader, "bulkLoader");
    return set("bulkLoader", settings -> settings.bulkLoader = loader);
  }

  /**
   * Sets what {@code getAll} loads by, for a source that gives values which know their keys: {@code
   * bulkLoader(repository::findAllById, Author::id)}.
   *
   * @param loader loads many values at once
   * @param keyOf tells a value's key
   * @return this
   */
  public CacheBuilder<K, V> bulkLoader(
      ListLoader<K, V> loader, Function<? super V, ? extends K> keyOf) {
    return bulkLoader(
        Loaders.listed(
            Objects.requireNonNull(loader, "bulkLoader"), Objects.requireNonNull(keyOf, "keyOf")));
  }

  /**
   * Makes one bulk load, of at most 1,000 keys, of all loads of single keys that begin within a
   * window: a page that reads a hundred keys one by one and at once costs one query. Every miss and
   * refresh waits for the window; a key that is alone in it is loaded by the loader of single keys.
   * Loads then run on the loader executor, also those that a caller waits for on its own thread.
   * What depends on the future of a read must not block, because it may run on the thread that
   * hands on the values of one bulk load after the other. Loaders that come with a call are not
   * gathered.
   *
   * @param window 0.1 to 100 ms, as a rule 1 or 2 ms; default: off
   * @return this
   * @throws IllegalArgumentException if the window is out of range
   */
  public CacheBuilder<K, V> coalesceLoads(Duration window) {
    if (window.compareTo(SHORTEST_WINDOW) < 0 || window.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "coalesceLoads: "
              + window
              + " is not between "
              + SHORTEST_WINDOW
              + " and "
              + LONGEST_WINDOW);
    }
    return set("coalesceLoads", settings -> settings.coalesceNanos = window.toNanos());
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
   * @throws IllegalArgumentException if keys or values of these types need a codec, or options
   *     contradict each other; the message says which
   * @throws IllegalStateException if the name is in use, an option is set that this cache cannot
   *     use or that needs what is not there (as {@link Refresh#every} needs a loader), or the
   *     {@link Corral} is closed
   */
  public TieredCache<K, V> build() {
    unusable("bulkLoader", "every call brings its own: end with build(loader) or leave it out");
    unusable("coalesceLoads", "no loader is known to gather for: end with buildBulk(loader)");
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

  /**
   * Builds a cache with a bulk loader only: a single key is loaded as a set of one.
   *
   * @param loader loads many keys at once
   * @return the cache
   * @throws IllegalArgumentException as {@link #build()}
   * @throws IllegalStateException as {@link #build()}
   */
  public ReadThroughCache<K, V> buildBulk(BulkLoader<K, V> loader) {
    bulkLoader(loader);
    return front(Loaders.alone(loader));
  }

  /**
   * Builds a cache with a bulk loader only, of values that know their keys.
   *
   * @param loader loads many values at once
   * @param keyOf tells a value's key
   * @return the cache
   * @throws IllegalArgumentException as {@link #build()}
   * @throws IllegalStateException as {@link #build()}
   */
  public ReadThroughCache<K, V> buildBulk(
      ListLoader<K, V> loader, Function<? super V, ? extends K> keyOf) {
    return buildBulk(
        Loaders.listed(
            Objects.requireNonNull(loader, "loader"), Objects.requireNonNull(keyOf, "keyOf")));
  }

  private void unusable(String option, String why) {
    if (set.contains(option)) {
      throw new IllegalStateException("cache '" + name + "': " + option + " is set, but " + why);
    }
  }

  private CacheFront<K, V> front(@Nullable AsyncLoader<K, V> loader) {
    if (!set.contains("bulkLoader")) {
      unusable("coalesceLoads", "no bulk loader is: set bulkLoader(..) or end with buildBulk(..)");
    }
    CacheSettings<K, V> settings =
        new CacheSettings<>(
            name,
            keyCodec != null ? keyCodec : KeyTexts.of(name, keyType),
            corral.codec(name, valueType, codec));
    settings.compression = corral.compression();
    options.forEach(option -> option.accept(settings));
    Schedule.check(settings, loader != null);
    Engine<K, V> engine = corral.register(settings);
    return new CacheFront<>(engine, loader);
  }

  private CacheBuilder<K, V> set(String option, Consumer<CacheSettings<K, V>> setting) {
    once(option);
    options.add(setting);
    return this;
  }

  private void excludes(String option, String other) {
    if (set.contains(other)) {
      throw new IllegalStateException(
          "cache '" + name + "': " + option + " and " + other + " are both set: choose one");
    }
  }

  private void once(String option) {
    if (!set.add(option)) {
      throw new IllegalStateException("cache '" + name + "': " + option + " is set twice");
    }
  }
}
