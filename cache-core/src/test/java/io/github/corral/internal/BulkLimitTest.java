package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.policy.CacheExpiry;
import io.github.corral.policy.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bulk loads among the loads that a cache may run at once: each counts as one. */
class BulkLimitTest {

  private static final List<Integer> KEYS = IntStream.range(0, 50).boxed().toList();

  private static final Duration A_WHILE = Duration.ofMillis(20);

  private final Lab lab = new Lab();
  private final BulkCalls loader = new BulkCalls();
  private final Node node =
      lab.node(
          setup -> {
            setup.expiry =
                CacheExpiry.freshFor(Duration.ofSeconds(60))
                    .staleFor(Duration.ofSeconds(1))
                    .jitter(0);
            setup.failure = Failure.loadTimeout(Duration.ofSeconds(10)).maxLoads(1);
            setup.change =
                settings -> {
                  settings.bulkLoader = loader;
                  settings.coalesceNanos = Duration.ofMillis(2).toNanos();
                };
          });

  @Test
  void getAll_oneLoadAtOnce_isOneBulkLoad() {
    CompletableFuture<Map<Integer, String>> read = node.cache.getAllAsync(KEYS);
    lab.passMoment();

    assertThat(read).isCompleted();
    assertThat(read.join()).hasSize(50);
    assertThat(loader.calls()).hasSize(1);
    assertThat(node.engine.limit().size()).isZero();
  }

  @Test
  void getAll_aLoadIsRunning_waitsForItsPlace() {
    CompletableFuture<String> single =
        node.cache.getAsync(99, (key, load) -> new CompletableFuture<>());
    lab.passMoment();
    CompletableFuture<Map<Integer, String>> read = node.cache.getAllAsync(KEYS);
    lab.pass(Duration.ofSeconds(9));
    assertThat(loader.calls()).isEmpty();

    lab.pass(Duration.ofMillis(1_500));

    assertThat(single).isCompletedExceptionally();
    assertThat(read).isDone();
    assertThat(node.engine.limit().size()).as("the loads that hung gave up their places").isZero();
  }

  @Test
  void get_manyWithinAWindow_areOneBulkLoadAmongTheLimit() {
    List<CompletableFuture<String>> reads = KEYS.stream().map(node.cache::getAsync).toList();
    lab.pass(Duration.ofMillis(20));

    assertThat(reads).allMatch(CompletableFuture::isDone);
    assertThat(loader.calls()).hasSize(1);
    assertThat(node.engine.limit().size()).isZero();
  }

  @Test
  void getAll_joinsALoadThatStandsInLine_doesNotWaitForItsOwnPlace() {
    CompletableFuture<String> running = new CompletableFuture<>();
    CompletableFuture<String> single = node.cache.getAsync(99, (key, load) -> running);
    lab.passMoment();
    Node other = node;
    CompletableFuture<String> queued =
        other.cache.getAsync(1, (key, load) -> CompletableFuture.completedFuture("alone"));
    lab.passMoment();
    queued.cancel(false);
    CompletableFuture<Map<Integer, String>> read = node.cache.getAllAsync(List.of(1));
    lab.passMoment();

    running.complete("first");
    lab.pass(Duration.ofMillis(300));

    assertThat(single).isCompletedWithValue("first");
    assertThat(read).isCompletedWithValue(Map.of(1, "v1"));
    assertThat(node.engine.limit().size()).isZero();
  }

  /** Two stale values whose refresh stands in line, gathered, behind a load that is running. */
  private CompletableFuture<String> gatheredRefreshBehindALoad() {
    CompletableFuture<String> running = new CompletableFuture<>();
    read(1, 2);
    lab.pass(Duration.ofMillis(60_500));
    CompletableFuture<String> unused = node.cache.getAsync(99, (key, load) -> running);
    lab.passMoment();
    assertThat(read(1, 2)).as("stale").allMatch(CompletableFuture::isDone);
    assertThat(loader.calls()).containsExactly(List.of(1, 2));
    return running;
  }

  private List<CompletableFuture<String>> read(Integer... keys) {
    List<CompletableFuture<String>> reads = Stream.of(keys).map(node.cache::getAsync).toList();
    lab.pass(A_WHILE);
    return reads;
  }

  private void readAll(Integer... keys) {
    CompletableFuture<Map<Integer, String>> unused = node.cache.getAllAsync(List.of(keys));
    lab.pass(A_WHILE);
  }

  @Test
  void refresh_gathered_standsBehindCallersThatCameLater() {
    CompletableFuture<String> running = gatheredRefreshBehindALoad();
    readAll(3, 4);

    running.complete("first");
    lab.pass(A_WHILE);

    assertThat(loader.calls()).containsExactly(List.of(1, 2), List.of(3, 4), List.of(1, 2));
    assertThat(node.engine.limit().size()).isZero();
  }

  @Test
  void refresh_gatheredAndACallerComesToWaitForIt_yieldsNoLonger() {
    CompletableFuture<String> running = gatheredRefreshBehindALoad();
    lab.pass(Duration.ofMillis(900));
    assertThat(read(2)).as("expired").noneMatch(CompletableFuture::isDone);
    readAll(3, 4);

    running.complete("first");
    lab.pass(A_WHILE);

    assertThat(loader.calls()).containsExactly(List.of(1, 2), List.of(1, 2), List.of(3, 4));
  }
}
