package io.github.corral.internal;

import static io.github.corral.internal.Lab.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.LoadFailedException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Loads of single keys that become one bulk load: how many, of which keys, and when. */
class CoalescerTest {

  private static final Duration WINDOW = Duration.ofMillis(2);

  private final Lab lab = new Lab();
  private final BulkCalls loader = new BulkCalls();
  private final Node node = lab.node(this::coalescing);

  private void coalescing(Lab.Setup setup) {
    setup.change =
        settings -> {
          settings.bulkLoader = loader;
          settings.coalesceNanos = WINDOW.toNanos();
        };
  }

  private List<CompletableFuture<String>> reads(int from, int to) {
    return IntStream.range(from, to).mapToObj(node.cache::getAsync).toList();
  }

  private static Iterable<Integer> keys(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void get_aHundredKeysOneByOne_oneBulkLoad() {
    List<CompletableFuture<String>> reads = reads(0, 100);
    lab.pass(Duration.ofMillis(5));

    assertThat(loader.calls()).hasSize(1);
    assertThat(loader.calls().get(0)).containsExactlyInAnyOrderElementsOf(keys(0, 100));
    for (int key = 0; key < 100; key++) {
      assertThat(reads.get(key)).isCompletedWithValue("v" + key);
    }
    assertThat(node.loads).isEmpty();
  }

  @Test
  void get_coalescingIsOff_oneLoadEach() {
    Node off = lab.node(setup -> setup.change = settings -> settings.bulkLoader = loader);

    for (int key = 0; key < 10; key++) {
      CompletableFuture<String> unused = off.cache.getAsync(key);
    }
    lab.pass(Duration.ofMillis(5));

    assertThat(off.loads).hasSize(10);
    assertThat(loader.calls()).isEmpty();
  }

  @Test
  void get_withinTheWindow_nothingIsLoadedYet() {
    reads(0, 10);
    lab.pass(Duration.ofMillis(1));

    assertThat(loader.calls()).isEmpty();
  }

  @Test
  void get_inTwoWindows_twoBulkLoads() {
    reads(0, 10);
    lab.pass(Duration.ofMillis(5));
    reads(10, 20);
    lab.pass(Duration.ofMillis(5));

    assertThat(loader.calls()).hasSize(2);
    assertThat(loader.calls().get(1)).containsExactlyInAnyOrderElementsOf(keys(10, 20));
  }

  @Test
  void get_duringABulkLoad_isInTheNext() {
    List<CompletableFuture<String>> later = new ArrayList<>();
    loader.once(() -> later.addAll(reads(2, 4)));
    reads(0, 2);
    lab.pass(Duration.ofMillis(10));

    assertThat(later).allMatch(CompletableFuture::isDone);
    assertThat(loader.calls()).hasSize(2);
    assertThat(loader.calls().get(1)).containsExactlyInAnyOrder(2, 3);
  }

  @Test
  void get_aloneInItsWindow_loadedByTheLoaderOfSingleKeys() {
    CompletableFuture<String> read = node.cache.getAsync(1);
    lab.pass(Duration.ofMillis(5));

    assertThat(loader.calls()).isEmpty();
    node.last().gives("alone");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("alone");
    assertThat(node.now(1)).isEqualTo("alone");
  }

  @Test
  void get_aloneAndItsLoadFails_fails() {
    CompletableFuture<String> read = node.cache.getAsync(1);
    lab.pass(Duration.ofMillis(5));
    IllegalStateException down = new IllegalStateException("down");

    node.last().fails(down);
    lab.passMoment();

    assertThat(failureOf(read)).isInstanceOf(LoadFailedException.class).hasCause(down);
  }

  @Test
  void get_moreKeysThanABulkLoadTakes_theFullOneBeginsAtOnce() {
    List<CompletableFuture<String>> reads = reads(0, 2_500);
    lab.pass(Duration.ofMillis(10));

    assertThat(reads).allMatch(CompletableFuture::isDone);
    assertThat(loader.calls().stream().map(List::size)).containsExactly(1_000, 1_000, 500);
  }

  @Test
  void get_invalidatedWithinTheWindow_theLaterReadHasALoadOfItsOwn() {
    CompletableFuture<String> before = node.cache.getAsync(1);
    CompletableFuture<String> beside = node.cache.getAsync(2);
    lab.pass(Duration.ofMillis(1));
    node.cache.invalidateAsync(1).join();
    CompletableFuture<String> after = node.cache.getAsync(1);
    lab.pass(Duration.ofMillis(10));

    assertThat(loader.calls()).hasSize(1);
    assertThat(loader.calls().get(0)).containsExactlyInAnyOrder(1, 2);
    assertThat(before).isCompletedWithValue("v1");
    assertThat(beside).isCompletedWithValue("v2");
    assertThat(after).isNotDone();
    node.last().gives("new");
    lab.passMoment();
    assertThat(after).isCompletedWithValue("new");
    assertThat(node.now(1)).isEqualTo("new");
  }

  @Test
  void get_invalidatedDuringTheBulkLoad_theLaterReadDoesNotGetItsValue() {
    List<CompletableFuture<String>> later = new ArrayList<>();
    loader.once(
        () -> {
          node.cache.invalidateAsync(1).join();
          return later.addAll(List.of(node.cache.getAsync(1), node.cache.getAsync(3)));
        });
    reads(1, 3);
    lab.pass(Duration.ofMillis(10));

    assertThat(loader.calls()).hasSize(2);
    assertThat(loader.calls().get(1)).containsExactlyInAnyOrder(1, 3);
    assertThat(later.get(0)).isCompletedWithValue("v1");
    assertThat(node.counts.of("overtaken")).isEqualTo(1);
  }

  @Test
  void get_bulkLoadFails_eachFails() {
    IllegalStateException down = new IllegalStateException("down");
    loader.once(
        () -> {
          throw down;
        });

    List<CompletableFuture<String>> reads = reads(0, 3);
    lab.pass(Duration.ofMillis(5));

    assertThat(reads)
        .allSatisfy(
            read ->
                assertThat(failureOf(read)).isInstanceOf(LoadFailedException.class).hasCause(down));
    assertThat(node.counts.of("load FAILURE")).isEqualTo(3);
  }

  @Test
  void get_executorRefusesTheBulkLoad_eachFailsAndThereIsNoErrorWindow() {
    RejectedExecutionException full = new RejectedExecutionException("full");
    AtomicInteger taken = new AtomicInteger();
    Executor fullAfterTwo =
        task -> {
          if (taken.incrementAndGet() > 2) {
            throw full;
          }
          task.run();
        };
    Node node = lab.node(setup -> setup.loaderExecutor = fullAfterTwo);
    Coalescer<Integer, String> coalescer =
        node.engine.coalescer(WINDOW.toNanos(), loader, Loaders.alone(loader));
    List<CompletableFuture<String>> reads =
        List.of(node.cache.getAsync(1, coalescer), node.cache.getAsync(2, coalescer));
    lab.pass(Duration.ofMillis(10));

    assertThat(reads).allSatisfy(read -> assertThat(failureOf(read)).hasCause(full));
    assertThat(node.tier.calls(Op.FAIL)).isZero();
    assertThat(node.tier.calls(Op.RELEASE)).isEqualTo(2);
  }

  @Test
  void refresh_staleKeysReadOneByOne_oneBulkLoad() {
    reads(0, 20);
    lab.pass(Duration.ofSeconds(61));
    assertThat(loader.calls()).hasSize(1);

    assertThat(reads(0, 20)).allMatch(CompletableFuture::isDone);
    lab.pass(Duration.ofMillis(10));

    assertThat(loader.calls()).hasSize(2);
    assertThat(loader.calls().get(1)).containsExactlyInAnyOrderElementsOf(keys(0, 20));
  }

  @Test
  void getAll_besideCoalescedReads_eachKeyIsLoadedOnce() {
    List<CompletableFuture<String>> reads = reads(0, 10);
    CompletableFuture<Map<Integer, String>> all = node.cache.getAllAsync(List.of(8, 9, 10, 11));
    lab.pass(Duration.ofMillis(10));

    assertThat(all.join()).hasSize(4);
    assertThat(reads).allMatch(CompletableFuture::isDone);
    assertThat(loader.calls().get(0)).as("does not wait for the window").containsExactly(10, 11);
    assertThat(loader.calls().get(1)).containsExactlyInAnyOrderElementsOf(keys(0, 10));
    assertThat(loader.calls()).hasSize(2);
  }

  @Test
  void close_keysAreGathered_theReadsEnd() {
    List<CompletableFuture<String>> reads = reads(0, 3);
    lab.pass(Duration.ofMillis(1));

    node.fleet.close();
    lab.pass(Duration.ofMillis(10));

    assertThat(reads).allMatch(CompletableFuture::isCompletedExceptionally);
  }
}
