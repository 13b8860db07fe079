package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RedisLink.Found;
import io.github.corral.redis.internal.RefusedException.Reason;
import io.github.corral.spi.Codec;
import io.github.corral.spi.Compression;
import io.github.corral.spi.RemoteTier;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The remote tier's protocol over a Redis client of any make: each operation is one script, and a
 * read of a fresh entry is a plain GET, where what is known of the server's clock settles that it
 * is fresh. Thread-safe.
 */
public final class ScriptedTier implements RemoteTier {

  private static final int MOST_TAG_EPOCH = 65_535;

  private final RedisPort port;
  private final Keyspace keyspace;
  private final Scripts scripts;
  private final Duration timeout;
  private final LongSupplier nanos;
  private final LongSupplier random;
  private final ValueForms values;
  private final Beats beats;
  private final AtomicReference<@Nullable FeedSubscription> feed = new AtomicReference<>();

  /** Makes a tier whose epochs are made of the given random bits. */
  ScriptedTier(
      RedisPort port,
      Keyspace keyspace,
      Scripts scripts,
      Duration timeout,
      LongSupplier nanos,
      LongSupplier random,
      ValueForms values) {
    this.values = values;
    this.port = port;
    this.keyspace = keyspace;
    this.scripts = scripts;
    this.timeout = timeout;
    this.nanos = nanos;
    this.random = random;
    this.beats = new Beats(port, keyspace, scripts.beat(), timeout, this::newTagEpoch);
  }

  /** Makes a tier, which closes the port when it is closed. */
  public static RemoteTier on(
      RedisPort port, Keyspace keyspace, Duration timeout, ValueForms values) {
    LongSupplier random = () -> ThreadLocalRandom.current().nextLong();
    RemoteTier tier =
        new ScriptedTier(port, keyspace, Scripts.load(), timeout, System::nanoTime, random, values);
    return new CircuitTier(tier, timeout, System::nanoTime);
  }

  @Override
  public Codec<?> codec(Type type) {
    return values.codecs().apply(type);
  }

  @Override
  public @Nullable Compression compression() {
    return values.compression();
  }

  @Override
  public CompletionStage<Reply> lookup(Lookup request) {
    return new Call<Reply>(scripts.lookup().name(), timeout)
        .on(
            port.link(keyspace.entry(request.key())),
            (link, call) ->
                request.mode() != Mode.REFRESH && link.clock().isKnown()
                    ? read(link, call, request)
                    : lookup(link, request));
  }

  @Override
  public CompletionStage<Committed> commit(Fill fill) {
    return run(
        scripts.commit(),
        fill.key(),
        with -> with.raw(fill.token()).flag(fill.fromPrimary()).number(fill.keeps()).value(fill),
        Answers::committed);
  }

  @Override
  public CompletionStage<Void> fail(
      String key, long token, String error, long minMillis, long maxMillis) {
    return run(
        scripts.fail(),
        key,
        with -> with.raw(token).className(error).duration(minMillis).duration(maxMillis),
        ScriptedTier::nothing);
  }

  @Override
  public CompletionStage<Boolean> renew(String key, long token, long leaseMillis) {
    return run(
        scripts.renew(), key, with -> with.raw(token).duration(leaseMillis), Answers::isTrue);
  }

  @Override
  public CompletionStage<Void> release(String key, long token) {
    return run(scripts.release(), key, with -> with.raw(token), ScriptedTier::nothing);
  }

  @Override
  public CompletionStage<Void> invalidate(String key, Change mode, long holdOffMillis) {
    return change(
        scripts.invalidate(),
        key,
        code(mode),
        with -> with.text(code(mode)).duration(holdOffMillis),
        ScriptedTier::nothing);
  }

  @Override
  public CompletionStage<Void> beginWrite(
      String key, long token, long windowMillis, long holdOffMillis) {
    return change(
        scripts.beginWrite(),
        key,
        "W",
        with -> with.raw(token).duration(windowMillis).duration(holdOffMillis),
        ScriptedTier::nothing);
  }

  @Override
  public CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis) {
    return change(
        scripts.commitWrite(),
        write.key(),
        "H",
        with -> with.raw(write.token()).duration(holdOffMillis).value(write),
        Answers::committed);
  }

  @Override
  public CompletionStage<Barriers> barriers() {
    return barriers(new TagPages());
  }

  private CompletionStage<Barriers> barriers(TagPages pages) {
    return runOnTags(
            scripts.barriers(),
            with -> with.tagEpoch(newTagEpoch()).text(pages.cursor()),
            pages::add)
        .thenCompose(
            last -> last ? CompletableFuture.completedFuture(pages.barriers()) : barriers(pages));
  }

  @Override
  public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
    return runOnTags(
        scripts.invalidateTags(),
        with -> with.tagEpoch(newTagEpoch()).duration(holdOffMillis).tags(tags),
        ScriptedTier::stamp);
  }

  @Override
  public CompletionStage<Inspection> inspect(String key) {
    return run(scripts.inspect(), key, with -> with, Answers::inspection);
  }

  @Override
  public void subscribe(FeedListener listener) {
    FeedSubscription subscription = new FeedSubscription(listener, nanos, this::ageMillis);
    if (!feed.compareAndSet(null, subscription)) {
      throw new IllegalStateException("this tier has a listener already; make one tier for each");
    }
    port.subscribe(keyspace.channel(), subscription);
  }

  /** 0 while there is no connection, or nothing is known of the server's clock. */
  private long ageMillis(long serverMillis, int[] partitions) {
    byte[] kept = partitions.length == 0 ? keyspace.tags() : keyspace.counter(partitions[0]);
    CompletableFuture<? extends RedisLink> link = port.link(kept);
    return link.isDone() && !link.isCompletedExceptionally()
        ? link.join().clock().ageMillis(nanos.getAsLong(), serverMillis)
        : 0;
  }

  @Override
  public void beat(int[] partitions) {
    beats.publish(partitions, this::published);
  }

  @Override
  public void close() {
    port.close();
  }

  /** A GET first; the script only where that does not settle it. */
  private CompletionStage<Reply> read(RedisLink link, Call<Reply> call, Lookup request) {
    long sent = nanos.getAsLong();
    return link.get(keyspace.entry(request.key()))
        .thenCompose(
            found -> {
              Reply settled = settled(found, request, sent);
              if (settled != null || call.isOver()) {
                return CompletableFuture.completedFuture(settled);
              }
              return lookup(link, request);
            });
  }

  private @Nullable Reply settled(Found found, Lookup request, long sent) {
    byte[] packed = found.value();
    if (packed == null) {
      return request.mode() == Mode.PEEK ? new Busy(null, 0) : null;
    }
    EntryLayout entry = EntryLayout.read(packed);
    if (entry == null || entry.schema() != request.schema()) {
      return null;
    }
    ServerClock clock = found.clock();
    long latest = clock.latestMillis(nanos.getAsLong());
    boolean fresh = entry.freshUntil() > latest && entry.hardUntil() > latest;
    return fresh ? new Hit(entry.stored(clock.latestMillis(sent))) : null;
  }

  private CompletionStage<Reply> lookup(RedisLink link, Lookup request) {
    Arguments arguments =
        arguments()
            .text(request.mode().name())
            .number(request.held())
            .raw(request.token())
            .raw(request.previous())
            .duration(request.leaseMillis())
            .schema(request.schema());
    byte[][] keys = {keyspace.entry(request.key())};
    return link.eval(scripts.lookup(), keys, arguments.toArray()).thenApply(Answers::lookup);
  }

  private void published(byte[] partitions) {
    FeedSubscription subscription = feed.get();
    if (subscription != null && subscription.isDeadAfterBeat(partitions)) {
      port.resubscribe();
    }
  }

  private <T> CompletionStage<T> run(
      Script script,
      String key,
      UnaryOperator<Arguments> arguments,
      Function<List<@Nullable Object>, T> answer) {
    return run(script, () -> new byte[][] {keyspace.entry(key)}, arguments, answer);
  }

  /**
   * Runs a script that counts a change in the key's partition.
   *
   * <p>While the slot moves to another server of a cluster, entry and counter may be on different
   * ones, and the script has not run. Then the entry's part is done alone, and the change is
   * counted and told after it.
   */
  private <T> CompletionStage<T> change(
      Script script,
      String key,
      String code,
      UnaryOperator<Arguments> arguments,
      Function<List<@Nullable Object>, T> answer) {
    byte[] entry = keyspace.entry(key);
    byte[] counter = keyspace.counter(RemoteTier.partition(key));
    long epoch = newEpoch();
    return new Call<T>(script.name(), timeout)
        .on(
            port.link(entry),
            (link, call) -> {
              byte[][] with = arguments.apply(arguments().raw(epoch)).toArray();
              return link.eval(script, new byte[][] {entry, counter}, with)
                  .exceptionallyCompose(
                      failure ->
                          RefusedException.is(Reason.TRYAGAIN, failure)
                              ? link.eval(script, new byte[][] {entry}, with)
                                  .thenCompose(
                                      reply -> count(link, counter, epoch, code, entry, reply))
                              : CompletableFuture.failedFuture(failure))
                  .thenApply(answer);
            });
  }

  private CompletableFuture<List<@Nullable Object>> count(
      RedisLink link,
      byte[] counter,
      long epoch,
      String code,
      byte[] entry,
      List<@Nullable Object> reply) {
    byte[][] with = arguments().raw(epoch).text(code).bytes(entry).toArray();
    return link.eval(scripts.count(), new byte[][] {counter}, with).thenApply(done -> reply);
  }

  private Arguments arguments() {
    return new Arguments(keyspace.channel());
  }

  private <T> CompletionStage<T> runOnTags(
      Script script,
      UnaryOperator<Arguments> arguments,
      Function<List<@Nullable Object>, T> answer) {
    return run(
        script, () -> new byte[][] {keyspace.tags(), keyspace.tagOrder()}, arguments, answer);
  }

  private <T> CompletionStage<T> run(
      Script script,
      Supplier<byte[][]> named,
      UnaryOperator<Arguments> arguments,
      Function<List<@Nullable Object>, T> answer) {
    byte[][] keys = named.get();
    return new Call<T>(script.name(), timeout)
        .on(
            port.link(keys[0]),
            (link, call) -> {
              byte[][] with = arguments.apply(arguments()).toArray();
              return link.eval(script, keys, with).thenApply(answer);
            });
  }

  private static String code(Change mode) {
    return switch (mode) {
      case HARD -> "H";
      case SOFT -> "S";
      case WRITE ->
          throw new IllegalArgumentException("mode: WRITE is told by beginWrite; use HARD or SOFT");
    };
  }

  /** What a partition's counter is called if this is the first change that it counts. */
  private long newEpoch() {
    return 1 + (random.getAsLong() & (Long.MAX_VALUE >> 1));
  }

  /** What the tags' clock is called if there was none. */
  private int newTagEpoch() {
    return 1 + (int) Long.remainderUnsigned(random.getAsLong(), MOST_TAG_EPOCH);
  }

  /** The time, the epoch and the clock of the tags. */
  private static Stamp stamp(List<@Nullable Object> reply) {
    int epoch = Short.toUnsignedInt(ByteBuffer.wrap(Answers.bytes(reply, 1)).getShort());
    return new Stamp(epoch, Answers.number(reply, 2));
  }

  private static @Nullable Void nothing(List<@Nullable Object> reply) {
    return null;
  }
}
