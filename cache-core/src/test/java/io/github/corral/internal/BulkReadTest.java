package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.corral.BulkLoadException;
import io.github.corral.LoadFailedException;
import io.github.corral.LoadTimeoutException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Flight;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.testing.InMemoryTier;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of many keys: how often what is asked for, what is loaded by whom, and what fails. */
class BulkReadTest {

  private final Lab lab = new Lab();
  private final Node node = lab.node();
  private final BulkCalls loader = new BulkCalls();

  private CompletableFuture<Map<Integer, String>> readAll(
      Node by, BulkLoader<Integer, String> with, Integer... keys) {
    CompletableFuture<Map<Integer, String>> read = by.cache.getAllAsync(List.of(keys), with);
    lab.passMoment();
    return read;
  }

  private CompletableFuture<Map<Integer, String>> readAll(Integer... keys) {
    return readAll(node, loader, keys);
  }

  private BulkLoadException bulkFailureOf(CompletableFuture<?> read) {
    return (BulkLoadException) failureOf(read);
  }

  /** A process that was granted the lease of a key and is never heard of again. */
  private void leaseElsewhere(int key, long leaseMillis) {
    lab.server.lookup(new Lookup("c::" + key, Mode.READ, 0, 77, 0, leaseMillis, 1));
  }

  @Test
  void getAll_nothingIsThere_oneBulkLoadOfEachKeyOnceInOrder() {
    Map<Integer, String> values = readAll(3, 1, 2, 1, 3).join();

    assertThat(values).containsExactly(entry(3, "v3"), entry(1, "v1"), entry(2, "v2"));
    assertThat(loader.calls()).containsExactly(List.of(3, 1, 2));
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(3);
    assertThat(node.tier.calls(Op.COMMIT)).isEqualTo(3);
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void getAll_allIsInThisProcess_noLookupAndNoLoad() {
    readAll(1, 2).join();

    Map<Integer, String> values = node.cache.getAll(List.of(2, 1, 2), loader);

    assertThat(values).containsExactly(entry(2, "v2"), entry(1, "v1"));
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(2);
    assertThat(node.counts.of("hit L1")).isEqualTo(2);
    assertThatThrownBy(() -> values.put(9, "x")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void getAll_someInEitherTier_loadsTheRestAndKeepsTheOrder() {
    lab.node().fill(2, "b");
    node.fill(1, "a");

    Map<Integer, String> values = readAll(3, 2, 1, 4).join();

    assertThat(values)
        .containsExactly(entry(3, "v3"), entry(2, "b"), entry(1, "a"), entry(4, "v4"));
    assertThat(loader.calls()).containsExactly(List.of(3, 4));
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(1 + 3);
    assertThatThrownBy(() -> values.put(9, "x")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void getAll_slowTier_allLookupsAreSentBeforeTheFirstReply() {
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    Integer[] keys = IntStream.range(0, 50).boxed().toArray(Integer[]::new);

    CompletableFuture<Map<Integer, String>> read = readAll(keys);

    assertThat(node.tier.waiting()).isEqualTo(50);
    assertThat(loader.calls()).isEmpty();
    node.tier.letGo();
    lab.passMoment();
    assertThat(read.join()).hasSize(50);
    assertThat(loader.calls()).hasSize(1);
    assertThat(loader.calls().get(0)).containsExactlyInAnyOrder(keys);
  }

  @Test
  void getAll_tierIsGone_oneBulkLoadAllTheSame() {
    node.tier.all(Fate.FAIL);

    assertThat(readAll(1, 2, 3).join()).hasSize(3);

    assertThat(loader.calls()).hasSize(1);
  }

  @Test
  void getAll_noRemoteTier_oneBulkLoad() {
    Node alone = lab.node(setup -> setup.alone = true);

    assertThat(readAll(alone, loader, 1, 2, 3).join()).hasSize(3);

    assertThat(loader.calls()).containsExactly(List.of(1, 2, 3));
  }

  @Test
  void getAll_noKeys_emptyAndNothingIsAsked() {
    assertThat(node.cache.getAll(List.of(), loader)).isEmpty();
    assertThat(readAll().join()).isEmpty();

    assertThat(node.tier.calls(Op.LOOKUP)).isZero();
    assertThat(loader.calls()).isEmpty();
  }

  @Test
  void getAll_aNullKey_isRefusedBeforeAnythingIsAsked() {
    List<Integer> keys = Arrays.asList(1, null);

    assertThatThrownBy(() -> node.cache.getAll(keys, loader)).hasMessage("key");
    assertThatThrownBy(() -> node.cache.getAllAsync(keys, loader)).hasMessage("key");

    assertThat(node.tier.calls(Op.LOOKUP)).isZero();
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void getAll_missingNullAndSurplus_absentAbsentIgnored() {
    BulkLoader<Integer, String> odd =
        (keys, load) -> {
          Map<Integer, String> values = new HashMap<>();
          values.put(1, "a");
          values.put(2, null);
          values.put(9, "surplus");
          return values;
        };

    assertThat(readAll(node, odd, 1, 2, 3).join()).containsExactly(entry(1, "a"));

    assertThat(readAll(1, 2, 3).join()).as("absence is remembered").containsOnlyKeys(1);
    assertThat(loader.calls()).isEmpty();
    assertThat(readAll(9).join()).containsExactly(entry(9, "v9"));
  }

  @Test
  void getAll_loaderGivesNoMap_everyKeyFails() {
    @SuppressWarnings("NullAway") // a loader that breaks its contract
    BulkLoader<Integer, String> broken = (keys, load) -> null;

    BulkLoadException failure = bulkFailureOf(readAll(node, broken, 1, 2));

    assertThat(failure.failures()).containsOnlyKeys(1, 2);
    assertThat(failure).hasRootCauseMessage("the bulk loader gave no map");
  }

  @Test
  void getAll_mapThrows_everyKeyFails() {
    BulkLoader<Integer, String> broken =
        (keys, load) ->
            new HashMap<>(Map.of(1, "a")) {
              private static final long serialVersionUID = 1L;

              @Override
              public String get(Object key) {
                if (key.equals(2)) {
                  throw new IllegalStateException("broken map");
                }
                return super.get(key);
              }
            };

    BulkLoadException failure = bulkFailureOf(readAll(node, broken, 1, 2));

    assertThat(failure.<Integer>failures()).containsOnlyKeys(1, 2);
    assertThat(failure).hasRootCauseMessage("broken map");
  }

  @Test
  void getAll_loaderThrows_everyKeyFailsWithItsWindowAndItsCause() {
    IOException down = new IOException("down");
    loader.once(
        () -> {
          throw down;
        });

    BulkLoadException failure = bulkFailureOf(readAll(1, 2));

    assertThat(failure)
        .hasMessage(
            "cache 'c': 2 of 2 keys were not loaded, the first: cache 'c', key 1: its load"
                + " failed")
        .hasCause(down);
    assertThat(failure.loaded()).isEmpty();
    Map<Integer, LoadFailedException> failures = failure.failures();
    assertThat(failures).containsOnlyKeys(1, 2);
    assertThat(failures.get(2)).hasMessage("cache 'c', key 2: its load failed").hasCause(down);
    assertThat(bulkFailureOf(readAll(1, 2))).hasMessageContaining("java.io.IOException");
    assertThat(loader.calls()).as("within the window").hasSize(1);
  }

  @Test
  void getAll_oneKeyFails_theOthersAreLoadedStoredAndTold() {
    CompletableFuture<String> failing = node.read(2);
    node.last().fails(new IllegalStateException("down"));
    lab.passMoment();
    assertThat(failing).isCompletedExceptionally();

    BulkLoadException failure = bulkFailureOf(readAll(3, 2, 1));

    assertThat(failure).hasMessageStartingWith("cache 'c': 1 of 3 keys were not loaded, ");
    assertThat(failure.<Integer, String>loaded()).containsExactly(entry(3, "v3"), entry(1, "v1"));
    assertThat(failure.<Integer>failures()).containsOnlyKeys(2);
    assertThatThrownBy(() -> failure.loaded().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(node.now(3)).isEqualTo("v3");
  }

  @Test
  void getAll_aSingleReadLeadsOneKey_loadsTheRestAndThenWaits() {
    CompletableFuture<String> single = node.read(1);

    CompletableFuture<Map<Integer, String>> read = readAll(1, 2);

    assertThat(loader.calls()).containsExactly(List.of(2));
    assertThat(read).isNotDone();
    node.last().gives("a");
    lab.passMoment();
    assertThat(single).isCompletedWithValue("a");
    assertThat(read.join()).containsExactly(entry(1, "a"), entry(2, "v2"));
  }

  @Test
  void get_duringABulkLoadOfItsKey_waitsForIt() {
    List<CompletableFuture<String>> single = new ArrayList<>();
    loader.once(() -> single.add(node.read(2)));

    readAll(1, 2).join();
    lab.passMoment();

    assertThat(single.get(0)).isCompletedWithValue("v2");
    assertThat(node.loads).isEmpty();
  }

  @Test
  void getAll_whileACommitIsOnItsWay_loadsTheRestMeanwhile() {
    node.read(1);
    node.tier.only(Op.COMMIT, Fate.HOLD_REPLY);
    node.last().gives("a");
    lab.passMoment();

    CompletableFuture<Map<Integer, String>> read = readAll(1, 2);

    assertThat(loader.calls()).containsExactly(List.of(2));
    assertThat(read).isNotDone();
    node.tier.letGo();
    lab.passMoment();
    assertThat(read.join()).containsExactly(entry(1, "a"), entry(2, "v2"));
  }

  @Test
  void getAll_twoProcessesOverlap_eachKeyIsLoadedOnce() {
    Node other = lab.node();
    BulkCalls elsewhere = new BulkCalls();
    List<CompletableFuture<Map<Integer, String>>> second = new ArrayList<>();
    loader.once(() -> second.add(readAll(other, elsewhere, 4, 3, 2)));

    assertThat(readAll(1, 2, 3).join()).hasSize(3);
    lab.pass(Duration.ofMillis(300));

    assertThat(second.get(0).join())
        .containsExactly(entry(4, "v4"), entry(3, "v3"), entry(2, "v2"));
    assertThat(elsewhere.calls()).containsExactly(List.of(4));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void getAll_twoAtOnceInOppositeOrder_eachKeyIsLoadedOnce(boolean twoProcesses) {
    Node other = twoProcesses ? lab.node() : node;
    BulkCalls elsewhere = new BulkCalls();
    for (int round = 0; round < 50; round++) {
      int base = 10 * round;
      CompletableFuture<Map<Integer, String>> one =
          node.cache.getAllAsync(List.of(base, base + 1, base + 2), loader);
      lab.pass(Duration.ofNanos(10_000L * round));
      CompletableFuture<Map<Integer, String>> two =
          other.cache.getAllAsync(List.of(base + 2, base + 1, base), elsewhere);
      lab.pass(Duration.ofMillis(300));
      assertThat(one.join()).hasSize(3);
      assertThat(two.join()).hasSize(3);
    }

    List<Integer> loaded = new ArrayList<>();
    loader.calls().forEach(loaded::addAll);
    elsewhere.calls().forEach(loaded::addAll);
    assertThat(loaded).hasSize(150).doesNotHaveDuplicates();
  }

  @Test
  void invalidate_duringABulkLoad_laterReadersDoNotGetItsValue() {
    List<CompletableFuture<String>> later = new ArrayList<>();
    loader.once(
        () -> {
          node.cache.invalidateAsync(1).join();
          return later.add(node.read(1));
        });

    assertThat(readAll(1, 2).join()).as("a read from before").containsEntry(1, "v1");

    assertThat(later.get(0)).isNotDone();
    node.last().gives("new");
    lab.passMoment();
    assertThat(later.get(0)).isCompletedWithValue("new");
    assertThat(node.now(1)).isEqualTo("new");
    assertThat(node.now(2)).isEqualTo("v2");
    assertThat(lab.node().now(1)).isEqualTo("new");
  }

  @Test
  void getAll_aLeadIsHandedOver_aFurtherBulkLoadAtOnce() {
    List<Flight<String>> leaders = new ArrayList<>();
    for (int key = 1; key <= 2; key++) {
      leaders.add(node.cache.openAsync(key, (k, load) -> new CompletableFuture<>()).join());
    }
    lab.passMoment();
    CompletableFuture<Map<Integer, String>> read = readAll(1, 2, 3);
    assertThat(loader.calls()).containsExactly(List.of(3));

    leaders.forEach(Flight::close);
    lab.passMoment();

    assertThat(read.join()).hasSize(3);
    assertThat(loader.calls()).containsExactly(List.of(3), List.of(1, 2));
  }

  @Test
  void getAll_anotherProcessDied_itsKeyIsLoadedAfterItsLease() {
    leaseElsewhere(1, 3_000);

    CompletableFuture<Map<Integer, String>> read = readAll(1, 2);
    assertThat(loader.calls()).containsExactly(List.of(2));
    lab.pass(Duration.ofMillis(3_100));

    assertThat(read.join()).hasSize(2);
    assertThat(loader.calls()).containsExactly(List.of(2), List.of(1));
  }

  @Test
  void getAll_keysAreNotThereAtTheLoadTimeout_theyFailAndTheRestIsTold() {
    leaseElsewhere(1, 60_000);

    CompletableFuture<Map<Integer, String>> read = readAll(1, 2);
    lab.pass(Duration.ofSeconds(9));
    assertThat(read).isNotDone();
    lab.pass(Duration.ofSeconds(2));

    BulkLoadException failure = bulkFailureOf(read);
    assertThat(failure.<Integer, String>loaded()).containsExactly(entry(2, "v2"));
    assertThat(failure.<Integer>failures().get(1)).isInstanceOf(LoadTimeoutException.class);
  }

  @Test
  void getAll_tierNeverAnswers_theReadEndsAtTheLoadTimeout() {
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<Map<Integer, String>> read = readAll(1, 2);

    lab.pass(Duration.ofSeconds(11));

    assertThat(bulkFailureOf(read).<Integer>failures()).containsOnlyKeys(1, 2);
    node.tier.letGo();
    lab.passMoment();
    assertThat(loader.calls()).isEmpty();
    assertThat(node.fleet.flights()).isZero();
  }

  @Test
  void getAll_loadOutlastsTheTimeout_everyKeyFailsAndNothingIsStored() {
    loader.once(
        () -> {
          lab.pass(Duration.ofSeconds(11));
          return true;
        });

    BulkLoadException failure = bulkFailureOf(readAll(1, 2));

    assertThat(failure.<Integer>failures()).containsOnlyKeys(1, 2);
    assertThat(failure.<Integer>failures().get(2)).isInstanceOf(LoadTimeoutException.class);
    assertThat(node.fleet.flights()).isZero();
    assertThat(lab.node().fill(1, "b")).isEqualTo("b");
  }

  @Test
  void getAll_staleValues_servedAtOnceAndRefreshedInBulk() {
    node.fill(1, "a");
    node.fill(2, "b");
    lab.pass(Duration.ofSeconds(61));

    CompletableFuture<Map<Integer, String>> read = node.cache.getAllAsync(List.of(1, 2, 3), loader);
    lab.passMoment();

    assertThat(read.join()).containsExactly(entry(1, "a"), entry(2, "b"), entry(3, "v3"));
    lab.pass(Duration.ofMillis(20));
    assertThat(loader.calls()).hasSize(2);
    assertThat(loader.calls().get(0)).containsExactly(3);
    assertThat(loader.calls().get(1)).containsExactlyInAnyOrder(1, 2);
    assertThat(node.now(1)).isEqualTo("v1");
    assertThat(node.loads).hasSize(2);
  }

  @Test
  void getAll_staleInTheRemoteTierOnly_servedAndRefreshedBehind() {
    lab.node().fill(1, "a");
    lab.node().fill(2, "b");
    lab.pass(Duration.ofSeconds(61));

    assertThat(readAll(1, 2).join()).containsExactly(entry(1, "a"), entry(2, "b"));

    lab.pass(Duration.ofMillis(20));
    assertThat(loader.calls()).hasSize(1);
    assertThat(node.now(2)).isEqualTo("v2");
  }

  @Test
  void cancel_beforeTheLeases_nothingIsLoadedAndTheKeysAreFree() {
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<Map<Integer, String>> read = readAll(1, 2);

    read.cancel(true);
    node.tier.letGo();
    lab.passMoment();

    assertThat(loader.calls()).isEmpty();
    assertThat(node.fleet.flights()).isZero();
    assertThat(lab.node().fill(1, "a")).isEqualTo("a");
  }

  /** A tier whose lookups of key 2 wait for {@code letGo}. */
  private final class SlowForTwo extends ScriptedTier {
    SlowForTwo() {
      super(new InMemoryTier(lab.server));
    }

    @Override
    public CompletionStage<Reply> lookup(Lookup request) {
      only(Op.LOOKUP, request.key().equals("c::2") ? Fate.HOLD_REPLY : Fate.PASS);
      return super.lookup(request);
    }
  }

  @Test
  void getAll_oneReplyIsSlow_oneLoadOnceItIsThere() {
    SlowForTwo tier = new SlowForTwo();
    Node slow = lab.node(setup -> setup.network = tier);
    CompletableFuture<Map<Integer, String>> read = readAll(slow, loader, 1, 2, 3);
    assertThat(loader.calls()).isEmpty();

    tier.letGo();
    lab.passMoment();

    assertThat(read.join()).hasSize(3);
    assertThat(loader.calls()).hasSize(1);
  }

  @Test
  void cancel_someKeysLeadAndOneIsSlow_theLeadsAreHandedOver() {
    SlowForTwo tier = new SlowForTwo();
    Node slow = lab.node(setup -> setup.network = tier);
    CompletableFuture<Map<Integer, String>> read = readAll(slow, loader, 1, 2, 3);
    CompletableFuture<String> joined = slow.read(1);
    assertThat(slow.loads).isEmpty();

    read.cancel(true);
    lab.passMoment();

    slow.last().gives("a");
    lab.passMoment();
    assertThat(joined).isCompletedWithValue("a");
    assertThat(lab.node().fill(3, "c")).isEqualTo("c");
    assertThat(loader.calls()).isEmpty();
    tier.letGo();
    lab.passMoment();
    assertThat(slow.fleet.flights()).isZero();
  }

  @Test
  void cancel_atTheVeryMomentOfALead_itIsHandedOver() {
    List<Runnable> next = new ArrayList<>();
    Host virtual = lab.time.host(new SplitMix(9));
    Host host =
        new Host(
            virtual.nanoTime(),
            virtual.random(),
            virtual.executor(),
            (nanos, task) -> {
              // The lead has been given to a caller that was there, which has not heard of it yet.
              next.forEach(Runnable::run);
              return virtual.timer().after(nanos, task);
            },
            () -> {});
    SlowForTwo tier = new SlowForTwo();
    Fleet fleet = new Fleet(host, tier, true, 3_000, name -> node.counts);
    CacheFront<Integer, String> cache = new CacheFront<>(fleet.register(Settings.coded("c")), null);
    CompletableFuture<Map<Integer, String>> read = cache.getAllAsync(List.of(1, 2), loader);
    next.add(() -> read.cancel(true));

    tier.letGo();
    lab.passMoment();

    assertThat(loader.calls()).isEmpty();
    assertThat(fleet.flights()).isZero();
    assertThat(lab.node().fill(2, "b")).isEqualTo("b");
  }

  @Test
  void close_keysAreWaitedFor_theReadEndsAndTheLeasesAreFree() {
    SlowForTwo tier = new SlowForTwo();
    Node slow = lab.node(setup -> setup.network = tier);
    CompletableFuture<Map<Integer, String>> read = readAll(slow, loader, 1, 2);

    slow.fleet.close();

    assertThat(bulkFailureOf(read).<Integer>failures()).containsOnlyKeys(1, 2);
    assertThat(lab.node().fill(1, "a")).isEqualTo("a");
  }

  @Test
  void getAll_executorRefuses_failsAndOpensNoErrorWindow() {
    RejectedExecutionException full = new RejectedExecutionException("full");
    Node refusing =
        lab.node(
            setup ->
                setup.loaderExecutor =
                    task -> {
                      throw full;
                    });

    assertThat(bulkFailureOf(readAll(refusing, loader, 1, 2))).hasCause(full);

    assertThat(refusing.tier.calls(Op.FAIL)).isZero();
    assertThat(readAll(1, 2).join()).hasSize(2);
  }

  @Test
  void getAll_keyCodecThrows_isThrownAndNothingIsLeft() {
    Node picky =
        lab.node(
            setup ->
                setup.keyCodec =
                    key -> {
                      if (key == 3) {
                        throw new IllegalArgumentException("no text");
                      }
                      return String.valueOf(key);
                    });

    assertThatThrownBy(() -> picky.cache.getAllAsync(List.of(1, 2, 3), loader))
        .hasMessage("no text");
    assertThatThrownBy(() -> picky.cache.getAll(List.of(4, 5, 3), loader)).hasMessage("no text");
    lab.passMoment();

    assertThat(loader.calls()).isEmpty();
    assertThat(picky.fleet.flights()).isZero();
    assertThat(readAll(1, 2, 4, 5).join()).as("the leases are free").hasSize(4);
  }

  @Test
  void load_circumstances_areThoseOfEachKey() {
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(61));
    lab.server.invalidate("c::2", Change.HARD, 5_000);
    lab.passMoment();
    List<Object> seen = new ArrayList<>();
    Consumer<Object> see = seen::add;
    loader.during(
        (keys, load) -> {
          see.accept(load.fromPrimary());
          for (int key : keys) {
            see.accept(key + " " + load.of(key).previous() + " " + load.of(key).fromPrimary());
          }
          assertThatThrownBy(() -> load.of(99))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("key 99 is not one of this load's");
        });

    readAll(1, 2, 3).join();
    lab.pass(Duration.ofMillis(20));

    assertThat(seen).containsExactly(true, "2 null true", "3 null false", false, "1 a false");
  }

  @Test
  void load_freshForAndDoNotStore_holdForTheKeyAlone() {
    loader.during(
        (keys, load) -> {
          if (keys.contains(3)) {
            load.of(1).freshFor(Duration.ofSeconds(5));
            load.of(2).doNotStore();
          }
        });
    assertThat(readAll(1, 2, 3).join()).hasSize(3);
    lab.pass(Duration.ofSeconds(6));

    readAll(1, 2, 3).join();
    lab.pass(Duration.ofMillis(20));

    assertThat(loader.calls()).containsExactly(List.of(1, 2, 3), List.of(2), List.of(1));
  }

  @Test
  void getAll_ownLoaderOfSingleKeys_oneLoadPerKeyAtOnce() {
    CompletableFuture<Map<Integer, String>> read = node.cache.getAllAsync(List.of(1, 2, 1));
    lab.passMoment();

    assertThat(node.loads).hasSize(2);
    node.loads.forEach(load -> load.gives("of " + load.key));
    lab.passMoment();
    assertThat(read.join()).containsExactly(entry(1, "of 1"), entry(2, "of 2"));
  }

  @Test
  void getAll_ownBulkLoader_isUsed() {
    Node own = lab.node(setup -> setup.change = settings -> settings.bulkLoader = loader);

    CompletableFuture<Map<Integer, String>> read = own.cache.getAllAsync(List.of(1, 2));
    lab.passMoment();

    assertThat(read.join()).hasSize(2);
    assertThat(loader.calls()).containsExactly(List.of(1, 2));
    assertThat(own.loads).isEmpty();
  }

  @Test
  void getAll_manyKeys_leaveNothingBehind() {
    Integer[] keys = IntStream.range(0, 5_000).boxed().toArray(Integer[]::new);

    assertThat(readAll(keys).join()).hasSize(5_000);

    assertThat(node.fleet.flights()).isZero();
    assertThat(node.engine.held()).isLessThanOrEqualTo(100);
  }
}
