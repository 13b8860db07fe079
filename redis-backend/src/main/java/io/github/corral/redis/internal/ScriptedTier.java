package io.github.corral.redis.internal;

import io.github.corral.redis.JsonCodec;
import io.github.corral.spi.Codec;
import io.github.corral.spi.RemoteTier;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Type;
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

  private static final Logger LOG = System.getLogger("io.github.corral.redis");
  private static final int MOST_TAG_EPOCH = 65_535;

  private final RedisPort port;
  private final Keyspace keyspace;
  private final Scripts scripts;
  private final Duration timeout;
  private final LongSupplier nanos;
  private final LongSupplier random;
  private final byte[] allPartitions = new byte[PARTITIONS];
  private final AtomicReference<@Nullable FeedSubscription> feed = new AtomicReference<>();

  /** Makes a tier whose epochs are made of the given random bits. */
  ScriptedTier(
      RedisPort port,
      Keyspace keyspace,
      Scripts scripts,
      Duration timeout,
      LongSupplier nanos,
      LongSupplier random) {
    this.port = port;
    this.keyspace = keyspace;
    this.scripts = scripts;
    this.timeout = timeout;
    this.nanos = nanos;
    this.random = random;
    for (int i = 0; i < PARTITIONS; i++) {
      allPartitions[i] = (byte) i;
    }
  }

  /** Makes a tier, which closes the port when it is closed. */
  public static RemoteTier on(LettucePort port, Keyspace keyspace, Duration timeout) {
    LongSupplier random = () -> ThreadLocalRandom.current().nextLong();
    RemoteTier tier =
        new ScriptedTier(port, keyspace, Scripts.load(), timeout, System::nanoTime, random);
    return new CircuitTier(tier, timeout, System::nanoTime);
  }

  @Override
  public Codec<?> codec(Type type) {
    return JsonCodec.of(type);
  }

  @Override
  public CompletionStage<Reply> lookup(Lookup request) {
    return new Call<Reply>(scripts.lookup().name(), timeout)
        .on(
            port.link(),
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
    return run(
        scripts.invalidate(),
        key,
        with -> with.raw(newEpoch()).text(code(mode)).duration(holdOffMillis),
        ScriptedTier::nothing);
  }

  @Override
  public CompletionStage<Void> beginWrite(String key, long token, long windowMillis) {
    return run(
        scripts.beginWrite(),
        key,
        with -> with.raw(newEpoch()).raw(token).duration(windowMillis),
        ScriptedTier::nothing);
  }

  @Override
  public CompletionStage<Committed> commitWrite(Fill write, long holdOffMillis) {
    return run(
        scripts.commitWrite(),
        write.key(),
        with -> with.raw(newEpoch()).raw(write.token()).duration(holdOffMillis).value(write),
        Answers::committed);
  }

  @Override
  public CompletionStage<Barriers> barriers() {
    return runOnTags(
        scripts.barriers(), with -> with.tagEpoch(newTagEpoch()), TagAnswers::barriers);
  }

  @Override
  public CompletionStage<Stamp> invalidateTags(List<String> tags, long holdOffMillis) {
    return runOnTags(
        scripts.invalidateTags(),
        with -> with.tagEpoch(newTagEpoch()).duration(holdOffMillis).tags(tags),
        TagAnswers::stamp);
  }

  @Override
  public CompletionStage<Inspection> inspect(String key) {
    return run(scripts.inspect(), key, with -> with, Answers::inspection);
  }

  @Override
  public void subscribe(FeedListener listener) {
    FeedSubscription subscription = new FeedSubscription(listener, nanos);
    if (!feed.compareAndSet(null, subscription)) {
      throw new IllegalStateException("this tier has a listener already; make one tier for each");
    }
    port.subscribe(keyspace.channel(), subscription);
  }

  @Override
  public void beat(int[] partitions) {
    if (partitions.length == 0) {
      return;
    }
    byte[][] arguments = {keyspace.channel(), allPartitions};
    new Call<Boolean>(scripts.beat().name(), timeout)
        .on(port.link(), (link, call) -> beat(link, arguments))
        .whenComplete(
            (published, failure) -> {
              if (failure != null) {
                LOG.log(Level.DEBUG, "feed: no beat was published", failure);
              }
            });
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
            packed -> {
              Reply settled = settled(link.clock(), packed, request, sent);
              if (settled != null || call.isOver()) {
                return CompletableFuture.completedFuture(settled);
              }
              return lookup(link, request);
            });
  }

  private @Nullable Reply settled(
      ServerClock clock, byte @Nullable [] packed, Lookup request, long sent) {
    if (packed == null) {
      return request.mode() == Mode.PEEK ? new Busy(null, 0) : null;
    }
    EntryLayout entry = EntryLayout.read(packed);
    if (entry == null || entry.schema() != request.schema()) {
      return null;
    }
    long latest = clock.latestMillis(nanos.getAsLong());
    boolean fresh = entry.freshUntil() > latest && entry.hardUntil() > latest;
    return fresh ? new Hit(entry.stored(clock.latestMillis(sent))) : null;
  }

  private CompletionStage<Reply> lookup(RedisLink link, Lookup request) {
    Arguments arguments =
        new Arguments(keyspace.channel())
            .text(request.mode().name())
            .number(request.held())
            .raw(request.token())
            .raw(request.previous())
            .duration(request.leaseMillis())
            .schema(request.schema());
    byte[][] keys = {keyspace.entry(request.key())};
    return eval(link, scripts.lookup(), keys, arguments.toArray()).thenApply(Answers::lookup);
  }

  private CompletableFuture<Boolean> beat(RedisLink link, byte[][] arguments) {
    return eval(link, scripts.beat(), keyspace.beaten(), arguments)
        .thenApply(
            reply -> {
              FeedSubscription subscription = feed.get();
              if (subscription != null && subscription.isDeadAfterBeat()) {
                port.resubscribe();
              }
              return true;
            });
  }

  private <T> CompletionStage<T> run(
      Script script,
      String key,
      UnaryOperator<Arguments> arguments,
      Function<List<@Nullable Object>, T> answer) {
    return run(
        script,
        () -> new byte[][] {keyspace.entry(key), keyspace.counter(RemoteTier.partition(key))},
        arguments,
        answer);
  }

  private <T> CompletionStage<T> runOnTags(
      Script script,
      UnaryOperator<Arguments> arguments,
      Function<List<@Nullable Object>, T> answer) {
    return run(script, () -> new byte[][] {keyspace.tags()}, arguments, answer);
  }

  private <T> CompletionStage<T> run(
      Script script,
      Supplier<byte[][]> keys,
      UnaryOperator<Arguments> arguments,
      Function<List<@Nullable Object>, T> answer) {
    return new Call<T>(script.name(), timeout)
        .on(
            port.link(),
            (link, call) -> {
              byte[][] with = arguments.apply(new Arguments(keyspace.channel())).toArray();
              return eval(link, script, keys.get(), with).thenApply(answer);
            });
  }

  /** Runs a script, and learns the server's time from its reply. */
  private CompletableFuture<List<@Nullable Object>> eval(
      RedisLink link, Script script, byte[][] keys, byte[][] arguments) {
    long sent = nanos.getAsLong();
    return link.eval(script, keys, arguments)
        .thenApply(
            reply -> {
              link.clock().learn(sent, nanos.getAsLong(), Answers.micros(reply));
              return reply;
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

  private static @Nullable Void nothing(List<@Nullable Object> reply) {
    return null;
  }
}
