package io.github.corral;

import io.github.corral.internal.Applied;
import io.github.corral.internal.CacheSettings;
import io.github.corral.internal.Engine;
import io.github.corral.internal.Fleet;
import io.github.corral.internal.Host;
import io.github.corral.internal.LocalTier;
import io.github.corral.internal.Tags;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Compression;
import io.github.corral.spi.Recorder;
import io.github.corral.spi.RemoteTier;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process's caches, which share one remote tier, its feed, and the threads for refreshes.
 *
 * <pre>{@code
 * Corral corral = Corral.builder().remote(LettuceTier.of(redisClient)).build();
 * ReadThroughCache<Long, Author> authors =
 *     corral.cache("authors", Long.class, Author.class).build(repository::findOrNull);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Corral implements AutoCloseable {

  /** For a tier that breaks its word to answer in its own time. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Fleet fleet;
  private final @Nullable RemoteTier remote;

  private Corral(Fleet fleet, @Nullable RemoteTier remote) {
    this.fleet = fleet;
    this.remote = remote;
  }

  /**
   * Starts to build.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts to build a cache.
   *
   * @param name its name, which is part of its keys in the remote tier; not empty, without "::",
   *     not ending in ":"
   * @param keyType the key type
   * @param valueType the value type
   * @param <K> the key type
   * @param <V> the value type
   * @return a builder
   * @throws IllegalArgumentException if the name or a type cannot be used
   */
  public <K, V> CacheBuilder<K, V> cache(String name, Class<K> keyType, Class<V> valueType) {
    return cache(name, keyType, TypeRef.of(valueType));
  }

  /**
   * Starts to build a cache whose value type has type arguments.
   *
   * @param name its name, as in {@link #cache(String, Class, Class)}
   * @param keyType the key type
   * @param valueType the value type
   * @param <K> the key type
   * @param <V> the value type
   * @return a builder
   * @throws IllegalArgumentException if the name or a type cannot be used
   */
  public <K, V> CacheBuilder<K, V> cache(String name, Class<K> keyType, TypeRef<V> valueType) {
    if (name.isEmpty() || name.contains("::") || name.endsWith(":")) {
      throw new IllegalArgumentException(
          "cache name '" + name + "' is empty, contains '::' or ends in ':'");
    }
    if (keyType.isPrimitive()) {
      throw new IllegalArgumentException(
          "cache '" + name + "': key type " + keyType + " is primitive: use its wrapper class");
    }
    return new CacheBuilder<>(this, name, keyType, valueType);
  }

  /**
   * Drops all values, of any cache, that carry one of some tags: from every process, and from every
   * load that has begun. Costs the same whatever their number.
   *
   * @param tags the tags; at least one
   * @throws IllegalArgumentException if there is none, or one is empty or too long
   * @throws RemoteTierException if the remote tier did not answer: other processes may still serve
   *     these values. The change is kept, and applied when the tier answers again, unless this
   *     process ends before
   * @throws IllegalStateException if this is closed
   */
  public void invalidateTags(String... tags) {
    Applied.await(invalidateTagsAsync(List.of(tags)), PATIENCE.toNanos(), "invalidateTags: ");
  }

  /**
   * Drops all values that carry one of some tags, like {@link #invalidateTags}.
   *
   * @param tags the tags; at least one
   * @return completes when the remote tier has applied it, or as {@link #invalidateTags} throws
   */
  public CompletableFuture<Void> invalidateTagsAsync(Collection<String> tags) {
    if (tags.isEmpty()) {
      throw new IllegalArgumentException("tags: there is none");
    }
    return fleet.invalidateTags(Tags.named(tags));
  }

  /**
   * Hands back the leases that are held, fails the callers that wait, and ends every thread and
   * timer. Tries for a second at most to apply the changes that the remote tier has not confirmed,
   * and then forgets them. Closes the remote tier, which closes what it opened itself. Doing it
   * twice does nothing.
   */
  @Override
  public void close() {
    fleet.close();
  }

  <K, V> Engine<K, V> register(CacheSettings<K, V> settings) {
    return fleet.register(settings);
  }

  @Nullable Compression compression() {
    return remote == null ? null : remote.compression();
  }

  @SuppressWarnings("unchecked") // the tier made the codec for this very type
  <V> @Nullable Codec<V> codec(String cache, TypeRef<V> type, @Nullable Codec<V> chosen) {
    if (remote == null || chosen != null) {
      return remote == null ? null : chosen;
    }
    try {
      return (Codec<V>) remote.codec(type.type());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("cache '" + cache + "': " + e.getMessage(), e);
    }
  }

  /** Builds a {@link Corral}. Each option is set at most once. Not thread-safe. */
  public static final class Builder {

    private @Nullable RemoteTier remote;
    private Function<String, Recorder> recorders = name -> Recorder.NONE;
    private Duration lease = Duration.ofSeconds(3);
    private boolean coarse;

    private final Set<String> set = new HashSet<>();

    private Builder() {}

    private void once(String option) {
      if (!set.add(option)) {
        throw new IllegalStateException(option + " is set twice");
      }
    }

    /**
     * Sets the tier between processes. Without one the caches live in this process alone.
     *
     * @param tier the tier; closed with the {@link Corral}
     * @return this
     */
    public Builder remote(RemoteTier tier) {
      once("remote");
      remote = Objects.requireNonNull(tier, "remote");
      return this;
    }

    /**
     * Sets who hears what happens in the caches.
     *
     * @param byName gives the recorder of the cache of that name; called once per cache. Default:
     *     nobody
     * @return this
     */
    public Builder recorders(Function<String, Recorder> byName) {
      once("recorders");
      recorders = Objects.requireNonNull(byName, "recorders");
      return this;
    }

    /**
     * Sets how long a lease lasts unless it is renewed, which happens three times as often. It is
     * how long other processes wait when the one that loads dies.
     *
     * @param duration 100 ms to 10 minutes; default 3 seconds
     * @return this
     * @throws IllegalArgumentException if the duration is out of range
     */
    public Builder lease(Duration duration) {
      once("lease");
      if (duration.compareTo(Duration.ofMillis(100)) < 0
          || duration.compareTo(Duration.ofMinutes(10)) > 0) {
        throw new IllegalArgumentException(
            "lease: " + duration + " is not between PT0.1S and PT10M");
      }
      lease = duration;
      return this;
    }

    /**
     * Makes hits in this process cheaper, by a clock that is less exact.
     *
     * <p>To read the time costs more than the rest of a hit. With this option hits read a field
     * instead, which a daemon thread sets to the time about every millisecond, for as long as the
     * {@link Corral} is open. Everything else, such as loads, leases and the times that are noted
     * in entries, keeps the exact clock.
     *
     * <p>What it gives up: the field lags by the time since that thread last ran. In a process that
     * runs that is about a millisecond, and longer while the machine does not give the thread a
     * core. In a process that was paused, by its garbage collector, by a signal or with its whole
     * machine, it is the length of the pause, until the thread has run again. By at most that lag,
     * and never more,
     *
     * <ul>
     *   <li>an entry is served past its deadlines, so that a refresh begins later, and a value is
     *       served after it has expired;
     *   <li>an entry is served beyond the three seconds within which an invalidation by another
     *       process takes effect when the feed is silent. Without this option a process that was
     *       paused serves nothing old when it goes on.
     * </ul>
     *
     * <p>An invalidation that this process makes itself, or hears of, takes effect as ever.
     *
     * @return this
     */
    public Builder coarseClock() {
      once("coarseClock");
      coarse = true;
      return this;
    }

    /**
     * Starts the caches' home.
     *
     * @return it, to be closed by the caller
     */
    public Corral build() {
      Host exact = Host.threads();
      Host host = coarse ? exact.withCoarseHitTime() : exact;
      RemoteTier tier = remote != null ? remote : new LocalTier(host.nanoTime());
      try {
        Fleet fleet = new Fleet(host, tier, remote != null, lease.toMillis(), recorders);
        return new Corral(fleet, remote);
      } catch (RuntimeException | Error e) { // the tier refused the subscription
        host.close().run();
        throw e;
      }
    }
  }
}
