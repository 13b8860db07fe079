package io.github.corral.spi;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The tier between processes: it keeps entries, grants the lease to fill one, and carries the feed
 * of invalidations.
 *
 * <p>A lease is a fenced write: a commit is accepted only while the token that the lease was
 * granted under is still the key's (Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013).
 * Every operation on one key is atomic. All deadlines are the tier's own: callers send durations,
 * never points in time. A negative duration counts as 0, and one longer than ten years as ten
 * years.
 *
 * <p>Every method returns at once; its stage completes within the tier's own finite timeout,
 * exceptionally with any exception if the tier did not answer, and then the operation may still
 * take effect later. A stage may complete on an I/O thread, so no user code runs in its callbacks.
 * Keys are the text made by {@code cache name + "::" + key text}.
 *
 * <p>Implementations are thread-safe. {@code RemoteTierContract} in the test fixtures is the
 * contract as tests.
 */
public interface RemoteTier extends AutoCloseable {

  /** How many partitions the keys fall into; fixed, because the key layout contains the number. */
  int PARTITIONS = 256;

  /**
   * Tells a key's partition: the low eight bits of the CRC-32 (ISO 3309) of its UTF-8 form.
   *
   * @param key the key's text
   * @return the partition, from 0 to {@link #PARTITIONS} - 1
   */
  static int partition(String key) {
    return (int) (hash(key) & (PARTITIONS - 1));
  }

  /**
   * The CRC-32 (ISO 3309) of a key's UTF-8 form, of which the partition is the low eight bits.
   *
   * @param key the key's text
   * @return the unsigned 32-bit hash
   */
  static long hash(String key) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  /**
   * Makes the codec of a cache that was built without one of its own.
   *
   * @param type the cache's value type
   * @return its codec
   * @throws IllegalArgumentException if this tier cannot encode the type; the message names it and
   *     the remedy
   */
  Codec<?> codec(Type type);

  /**
   * What the payloads of all caches go through, whatever their codecs.
   *
   * @return null, the default, if none is compressed
   */
  default @Nullable Compression compression() {
    return null;
  }

  /**
   * Reads an entry and, when it is not fresh, asks for the lease to fill it, in one atomic step.
   *
   * <p>In this order: a fresh entry (other than the one that a refresh wants replaced) is a {@link
   * Hit}; another caller's living lease is {@link Busy}; an open error window is {@link Failing};
   * otherwise the lease is {@link Granted}. With {@link Mode#PEEK} nothing is granted: without a
   * fresh entry the reply is {@link Busy} with whatever stale entry there is.
   *
   * @param request what is asked
   * @return the reply
   */
  CompletionStage<Reply> lookup(Lookup request);

  /**
   * Stores a loaded value if the token is still the key's, drops the lease and wakes those who wait
   * for it.
   *
   * @param fill the value, its token and its times
   * @return what became of it
   */
  CompletionStage<Committed> commit(Fill fill);

  /**
   * Ends a lease whose load failed: opens an error window, in which nobody is granted the lease,
   * and wakes the waiters. The window lasts {@code minMillis}, doubled for each failure in a row,
   * at most {@code maxMillis}. Does nothing if the token is no longer the key's.
   *
   * @param key the key
   * @param token the lease's token
   * @param error the class name of the failure; all that other processes learn of it
   * @param minMillis the first window's length, in milliseconds; 0 opens none
   * @param maxMillis the longest window, in milliseconds
   * @return completes when applied
   */
  CompletionStage<Void> fail(String key, long token, String error, long minMillis, long maxMillis);

  /**
   * Extends a lease from now on.
   *
   * @param key the key
   * @param token the lease's token
   * @param leaseMillis how long the lease lasts from now, in milliseconds
   * @return false if the lease has been overtaken
   */
  CompletionStage<Boolean> renew(String key, long token, long leaseMillis);

  /**
   * Hands a lease back unused and wakes the waiters. Does nothing if the token is no longer the
   * key's.
   *
   * @param key the key
   * @param token the lease's token
   * @return completes when applied
   */
  CompletionStage<Void> release(String key, long token);

  /**
   * Voids the key's lease, drops its value (hard) or its freshness (soft), spoils an open write
   * window, and tells every process by the feed.
   *
   * @param key the key
   * @param mode {@link Change#HARD} or {@link Change#SOFT}
   * @param holdOffMillis how long from now a load must prove that it did not read a lagging
   *     replica, in milliseconds
   * @return completes when applied
   */
  CompletionStage<Void> invalidate(String key, Change mode, long holdOffMillis);

  /**
   * Opens a write window: voids leases, bounds the stored value by the window's end, and tells
   * every process. A second writer within the window makes it contended: nobody stores in it, and
   * it is closed by time only. A window that is closed by time is followed by a hold-off, because
   * its writer may have reached the source just before that.
   *
   * @param key the key
   * @param token the write's token, unique per attempt
   * @param windowMillis how long the window stays open if its writer dies, in milliseconds
   * @param holdOffMillis how long the hold-off after it lasts, as in {@link #invalidate}; of
   *     overlapping writes the longest counts
   * @return completes when applied
   */
  CompletionStage<Void> beginWrite(String key, long token, long windowMillis, long holdOffMillis);

  /**
   * Stores what was written if the window is still this writer's own and uncontended; otherwise
   * acts as a hard invalidation. Tells every process either way.
   *
   * @param write the value, the write's token and its times
   * @param holdOffMillis as in {@link #invalidate}
   * @return {@link Verdict#STORED}, or {@link Verdict#OVERTAKEN} if it only invalidated
   */
  CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis);

  /**
   * Reads the barriers of all tags. Creates them, under a new epoch, if there are none.
   *
   * <p>Whatever operation meets barriers that another primary has made, a beat too, makes them anew
   * before it does anything else: in another epoch, at a clock beyond theirs, which is their floor,
   * and without a tag. Changes that the old primary acknowledged may be unknown to the new one, so
   * that no entry from before is trusted. A start counts as a change of primary.
   *
   * @return what is in force; where barriers are raised while they are read, the clock from before
   */
  CompletionStage<Barriers> barriers();

  /**
   * Raises the barrier of some tags: entries that carry one of them and were stamped before are
   * invalid from now on, whoever reads them. Advances the tags' clock to the greater of its value
   * plus 1 and the tier's time in milliseconds, and tells every process by the feed. Keeps the
   * barriers of at most 100,000 tags, and when there are more, drops those that were raised first,
   * with their hold-offs; what is dropped raises the floor.
   *
   * @param tags their names, at least one; each at most 65,535 bytes in UTF-8
   * @param holdOffMillis as in {@link #invalidate}, for the loads of entries with these tags
   * @return the clock after it, which is the new barrier of these tags
   */
  CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis);

  /**
   * Tells all that is known of a key, for people to read. Changes nothing, and grants nothing.
   *
   * @param key the key
   * @return what is known
   */
  CompletionStage<Inspection> inspect(String key);

  /**
   * Starts the delivery of the feed, and of wake-ups, to one listener until this tier is closed.
   * Called once.
   *
   * @param listener told by one thread at a time, in the order of arrival
   */
  void subscribe(FeedListener listener);

  /**
   * Publishes a beat for each primary that keeps one of the given partitions: the sequence counters
   * of all its partitions, and the tags' clock if it keeps that, read just before they are
   * published on the same connection.
   *
   * @param partitions those for which no beat was heard for a while
   */
  void beat(int[] partitions);

  /**
   * Tells whether calls reach the tier at present; for people and monitors, as it may change at any
   * moment.
   *
   * @return {@link Circuit#CLOSED} for a tier that does not watch itself
   */
  default Circuit circuit() {
    return Circuit.CLOSED;
  }

  /**
   * Ends the feed and closes what this tier opened itself, within a finite time. Never throws a
   * checked exception.
   */
  @Override
  void close();

  /** Whether calls reach the tier, in the words of circuit breakers. */
  enum Circuit {
    /** They do. */
    CLOSED,
    /** The tier is gone or too slow: calls fail at once. */
    OPEN,
    /** It was, and single calls probe whether it still is. */
    HALF_OPEN
  }

  /** What a lookup is for. */
  enum Mode {
    /** Read only: never grants a lease. */
    PEEK,
    /** Read, or fill what is not fresh. */
    READ,
    /** Replace the entry that the caller holds, even if it is fresh; a newer one is a hit. */
    REFRESH
  }

  /** What happened to an entry, as told by the feed. */
  enum Change {
    /** The value is gone. */
    HARD,
    /** The value may be served stale while one caller refreshes it. */
    SOFT,
    /** A write has begun: the value is bounded by its window. */
    WRITE
  }

  /** What became of a commit. */
  enum Verdict {
    /** The value is stored. */
    STORED,
    /** The lease or the write window is no longer the caller's own. */
    OVERTAKEN,
    /** The value may be older than what is known, or its time is over already. */
    OUTDATED,
    /**
     * The entry whose payload was to be kept is not there any longer. Nothing has happened: the
     * lease is still the caller's, who may commit again, with the payload.
     */
    MISSING
  }

  /**
   * A lookup.
   *
   * @param key the key's text
   * @param mode what it is for
   * @param held with {@link Mode#REFRESH}, the {@link Stored#id} of the entry to replace; else 0
   * @param token the token of a lease that may be granted; random, unique per attempt, never 0
   * @param previous the token of this caller's earlier attempt, whose lease it takes over; 0 if
   *     there was none
   * @param leaseMillis how long a granted lease lasts, in milliseconds
   * @param schema the schema number of the values that the caller can read, from 0 to 65,535; an
   *     entry of another one is no value
   */
  record Lookup(
      String key, Mode mode, long held, long token, long previous, long leaseMillis, int schema) {}

  /**
   * A value to store.
   *
   * @param key the key's text
   * @param token the lease's or the write's token
   * @param payload the encoded value, or null for a value that is known to be absent
   * @param freshMillis how long it is fresh, in milliseconds; a load's time counts from the grant
   *     of its lease
   * @param staleMillis how long it may be served stale after that, in milliseconds
   * @param costMillis what the load cost, in milliseconds
   * @param version the source's version of it, or {@link #NO_VERSION}
   * @param fromPrimary whether it was read where replication lag cannot be
   * @param schema the schema number of the payload, from 0 to 65,535
   * @param keeps the {@link Stored#id} of the entry whose payload the source still stands by: it is
   *     kept, with new times, and {@code payload} is not looked at; else 0. For loads only
   * @param stamp the tags' clock as it was known before the load or the write began
   * @param tags the tags that the value carries; unmodifiable; each at most 65,535 bytes in UTF-8
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares fills
  record Fill(
      String key,
      long token,
      byte @Nullable [] payload,
      long freshMillis,
      long staleMillis,
      long costMillis,
      long version,
      boolean fromPrimary,
      int schema,
      long keeps,
      Stamp stamp,
      List<String> tags) {

    /** The version of a value that has none. */
    public static final long NO_VERSION = -1;

    /** A value with its payload, without stamp and tags. */
    public Fill(
        String key,
        long token,
        byte @Nullable [] payload,
        long freshMillis,
        long staleMillis,
        long costMillis,
        long version,
        boolean fromPrimary,
        int schema) {
      this(
          key,
          token,
          payload,
          freshMillis,
          staleMillis,
          costMillis,
          version,
          fromPrimary,
          schema,
          0,
          Stamp.NONE,
          List.of());
    }
  }

  /**
   * A reading of the tags' clock, which never goes back within an epoch.
   *
   * @param epoch the identity of the clock, from 1 to 65,535; another one if the tags were lost; 0
   *     for no reading
   * @param clock the clock
   */
  record Stamp(long epoch, long clock) {

    /** No reading. */
    public static final Stamp NONE = new Stamp(0, 0);
  }

  /**
   * The barrier of a tag.
   *
   * @param clock the tags' clock when it was raised
   * @param holdOffMillis how much longer its hold-off lasts, in milliseconds; 0 if it is over
   */
  record Barrier(long clock, long holdOffMillis) {}

  /**
   * The barriers of all tags.
   *
   * @param now the tags' clock
   * @param floor the greatest barrier that was dropped: entries that were stamped before it count
   *     as invalid
   * @param byTag the barriers that are kept
   */
  record Barriers(Stamp now, long floor, Map<String, Barrier> byTag) {}

  /**
   * All that is known of a key, as times that remain, in milliseconds; 0 for what is not in force.
   *
   * @param stored the value, whatever its schema, or null if there is none
   * @param schema its schema number
   * @param version the source's version of it, or {@link Fill#NO_VERSION}
   * @param leaseMillis the lease
   * @param awaited whether anybody waits for the lease to end
   * @param holdOffMillis the hold-off
   * @param leastVersion the least version that a load within the hold-off may bring, or {@link
   *     Fill#NO_VERSION}
   * @param writeMillis the write window
   * @param contended whether writes overlap in it
   * @param failingMillis the error window
   * @param failures the failures in a row
   * @param error the class name of the last of them, empty without one
   */
  record Inspection(
      @Nullable Stored stored,
      int schema,
      long version,
      long leaseMillis,
      boolean awaited,
      long holdOffMillis,
      long leastVersion,
      long writeMillis,
      boolean contended,
      long failingMillis,
      int failures,
      String error) {}

  /**
   * An entry as it stood. Its remaining times are such that, added to the moment the request was
   * sent, they never reach past the tier's own deadlines.
   *
   * @param payload the encoded value, or null if the value is known to be absent
   * @param id what tells this entry from its predecessors
   * @param freshMillis how much longer it is fresh, in milliseconds; 0 or less once it is stale
   * @param hardMillis how much longer it may be served at all, in milliseconds
   * @param lifeMillis how long it is fresh in all, in milliseconds
   * @param costMillis what its load cost, in milliseconds
   * @param stamp the tags' clock as it was known before its load
   * @param tags the tags that it carries; unmodifiable
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way; entries are compared by id
  record Stored(
      byte @Nullable [] payload,
      long id,
      long freshMillis,
      long hardMillis,
      long lifeMillis,
      long costMillis,
      Stamp stamp,
      List<String> tags) {}

  /**
   * The reply to a commit. The times are as those of {@link Stored}: a hold-off or a write window
   * may have made them shorter than asked for. They are 0, as the id is, unless the verdict is
   * {@link Verdict#STORED}.
   *
   * @param verdict what became of the value
   * @param id the new entry's identity
   * @param freshMillis how much longer it is fresh, in milliseconds
   * @param hardMillis how much longer it may be served at all, in milliseconds
   */
  record Committed(Verdict verdict, long id, long freshMillis, long hardMillis) {}

  /** The reply to a lookup. */
  sealed interface Reply {}

  /**
   * A fresh entry.
   *
   * @param stored the entry
   */
  record Hit(Stored stored) implements Reply {}

  /**
   * The lease is the caller's.
   *
   * @param stale what may be served meanwhile, if anything
   * @param fromPrimary whether a load must read the primary to be kept for long
   */
  record Granted(@Nullable Stored stale, boolean fromPrimary) implements Reply {}

  /**
   * Somebody else fills the entry.
   *
   * @param stale what may be served meanwhile, if anything
   * @param leaseMillis how much longer the lease lasts at most, in milliseconds
   */
  record Busy(@Nullable Stored stale, long leaseMillis) implements Reply {}

  /**
   * The last load failed and the error window is open.
   *
   * @param stale what may be served meanwhile, if anything
   * @param error the class name of the failure
   * @param windowMillis how much longer the window is open, in milliseconds
   */
  record Failing(@Nullable Stored stale, String error, long windowMillis) implements Reply {}

  /** Hears the feed. All its methods return quickly and throw nothing. */
  interface FeedListener {

    /** A subscription was made, again or for the first time; what was published before is lost. */
    void subscribed();

    /**
     * An entry changed.
     *
     * @param partition the key's partition
     * @param epoch the identity of the partition's counter
     * @param sequence the counter's value; 1 more than that of the message before
     * @param change what happened
     * @param key the key's text
     */
    void changed(int partition, long epoch, long sequence, Change change, String key);

    /**
     * The barrier of some tags was raised.
     *
     * @param epoch the identity of the tags' clock
     * @param before the clock before
     * @param clock the clock now
     * @param holdOffMillis how long from now loads of these tags must prove that they did not read
     *     a lagging replica, in milliseconds
     * @param tags their names
     */
    void barrier(long epoch, long before, long clock, long holdOffMillis, List<String> tags);

    /**
     * A beat arrived from the primary that keeps the tags' clock; told before the beat itself.
     *
     * @param now the clock; {@link Stamp#NONE} if there is none
     * @param ageMillis how long ago it was read, as in {@link #beat}
     */
    void clock(Stamp now, long ageMillis);

    /**
     * A beat arrived.
     *
     * @param primary the identity of the primary: another one after each promotion and each start
     * @param partitions the partitions that it keeps
     * @param epochs the identity of each partition's counter, 0 where there is none
     * @param sequences each partition's counter
     * @param ageMillis how long ago it was published at least, in milliseconds; 0 if the tier
     *     cannot tell
     */
    void beat(String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis);

    /**
     * A lease has ended, by whatever way; a hint for those who wait for it.
     *
     * @param key the key's text
     */
    void ended(String key);
  }
}
