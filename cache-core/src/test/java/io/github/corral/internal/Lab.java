package io.github.corral.internal;

import io.github.corral.TypeRef;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.Codec;
import io.github.corral.spi.KeyCodec;
import io.github.corral.spi.Load;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A fleet in virtual time whose loads the test ends by hand: nothing happens but what the test does
 * and what is due. One thread.
 */
final class Lab {

  static final Duration MOMENT = Duration.ofMillis(3);

  final VirtualTime time = new VirtualTime(new SplittableRandom(5));
  final InMemoryServer server;
  private final Simulation.Parts parts;
  private long seed = 1;

  Lab() {
    this(Simulation.PRODUCTION);
  }

  /** A laboratory whose server, tiers and guards are these. */
  Lab(Simulation.Parts parts) {
    this.parts = parts;
    server = parts.server(time::millis);
    pass(Duration.ofSeconds(1));
  }

  /** A process of the fleet, whose feed is proven. */
  Node node() {
    return node(setup -> {});
  }

  Node node(Consumer<Setup> change) {
    Setup setup = new Setup();
    change.accept(setup);
    Node node = new Node(setup);
    pass(MOMENT);
    return node;
  }

  void pass(Duration duration) {
    time.runUntil(time.nanos() + duration.toNanos());
  }

  void passMoment() {
    pass(MOMENT);
  }

  /** What a process is made of. */
  final class Setup {
    CacheExpiry expiry =
        CacheExpiry.freshFor(Duration.ofSeconds(60)).staleFor(Duration.ofSeconds(60)).jitter(0);
    Refresh refresh = Refresh.none();
    Failure failure = Failure.loadTimeout(Duration.ofSeconds(10));
    long leaseMillis = 3_000;
    boolean alone;
    int schema = 1;
    RemoteTier network = parts.tier(new InMemoryTier(server));
    @Nullable Codec<String> codec;
    KeyCodec<Integer> keyCodec = String::valueOf;
    @Nullable Executor loaderExecutor;
    Guards guards = parts.guards();
    int mostKept = Outbox.MOST;
    RandomGenerator random = new SplitMix(seed++);

    /** Sets what has no field here. */
    Consumer<CacheSettings<Integer, String>> change = settings -> {};
  }

  /** A load under way. */
  static final class Pending {
    final int key;
    final Load<String> load;
    private final CompletableFuture<String> result = new CompletableFuture<>();

    Pending(int key, Load<String> load) {
      this.key = key;
      this.load = load;
    }

    void gives(@Nullable String value) {
      result.complete(value);
    }

    void fails(Throwable error) {
      result.completeExceptionally(error);
    }
  }

  /** A process with one cache. */
  final class Node {
    final ScriptedTier tier;
    final Fleet fleet;
    final Engine<Integer, String> engine;
    final CacheFront<Integer, String> cache;
    final Counts counts = new Counts();
    final List<Pending> loads = new ArrayList<>();

    @SuppressWarnings("unchecked")
    private Node(Setup setup) {
      tier = new ScriptedTier(setup.alone ? new LocalTier(time::nanos) : setup.network);
      Host host = time.host(setup.random);
      fleet =
          new Fleet(
              host,
              tier,
              !setup.alone,
              setup.leaseMillis,
              name -> counts,
              setup.guards,
              (most, caches) -> parts.outbox(setup.mostKept, caches));
      Codec<String> codec =
          setup.codec != null || setup.alone
              ? setup.codec
              : (Codec<String>) tier.codec(TypeRef.of(String.class).type());
      CacheSettings<Integer, String> settings = new CacheSettings<>("c", setup.keyCodec, codec);
      settings.maximumSize = 100;
      settings.expiry = setup.expiry;
      settings.refresh = setup.refresh;
      settings.failure = setup.failure;
      settings.schema = setup.schema;
      settings.loaderExecutor = setup.loaderExecutor;
      setup.change.accept(settings);
      engine = fleet.register(settings);
      cache = new CacheFront<>(engine, this::load);
    }

    private CompletionStage<String> load(int key, Load<String> load) {
      Pending pending = new Pending(key, load);
      loads.add(pending);
      return pending.result;
    }

    /** Starts a read, and lets happen what happens at once. */
    CompletableFuture<String> read(int key) {
      CompletableFuture<String> read = cache.getAsync(key);
      passMoment();
      return read;
    }

    /** A read that is expected to be answered at once. */
    @Nullable String now(int key) {
      CompletableFuture<String> read = read(key);
      if (!read.isDone()) {
        throw new AssertionError("the read of key " + key + " waits");
      }
      return read.join();
    }

    /** Reads a key whose load gives a value. */
    @Nullable String fill(int key, @Nullable String value) {
      int before = loads.size();
      CompletableFuture<String> read = read(key);
      if (loads.size() != before + 1) {
        throw new AssertionError("the read of key " + key + " started no load");
      }
      last().gives(value);
      passMoment();
      return read.join();
    }

    Pending last() {
      return loads.get(loads.size() - 1);
    }
  }

  /** What a future failed with. */
  static Throwable failureOf(CompletableFuture<?> future) {
    if (!future.isDone()) {
      throw new AssertionError("it waits");
    }
    return future
        .<Throwable>handle(
            (value, error) -> {
              if (error == null) {
                throw new AssertionError("it gave " + value);
              }
              return error instanceof CompletionException wrapped && wrapped.getCause() != null
                  ? wrapped.getCause()
                  : error;
            })
        .join();
  }
}
