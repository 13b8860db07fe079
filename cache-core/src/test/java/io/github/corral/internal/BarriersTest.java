package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Barrier;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a process knows of the tags' barriers, whatever befalls the feed and the readings. */
class BarriersTest {

  private static final String CACHE = "c:cache";
  private static final List<String> NONE = List.of();
  private static final List<String> A = List.of("t:a");
  private static final List<String> B = List.of("t:b");

  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicInteger drops = new AtomicInteger();
  private final Queue<CompletableFuture<RemoteTier.Barriers>> readings = new ArrayDeque<>();
  private final Map<Runnable, Long> deadlines = new HashMap<>();
  private final Barriers barriers =
      new Barriers(
          () -> {
            CompletableFuture<RemoteTier.Barriers> reading = new CompletableFuture<>();
            readings.add(reading);
            return reading;
          },
          nanos::get,
          Feed.SILENCE_NANOS,
          drops::incrementAndGet,
          (delay, task) -> {
            deadlines.put(task, delay);
            return () -> deadlines.remove(task);
          });

  private static RemoteTier.Barriers told(long clock, Map<String, Barrier> byTag) {
    return new RemoteTier.Barriers(new Stamp(7, clock), 10, byTag);
  }

  private static Stamp at(long clock) {
    return new Stamp(7, clock);
  }

  private void known(long clock) {
    CompletableFuture<?> ready = barriers.ready();
    readings.remove().complete(told(clock, Map.of()));
    assertThat(ready).isCompleted();
  }

  @Test
  void ready_nothingIsKnown_readsOnceForAll() {
    CompletableFuture<?> one = barriers.ready();
    CompletableFuture<?> two = barriers.ready();

    assertThat(readings).hasSize(1);
    assertThat(one).isNotDone();
    readings.remove().complete(told(20, Map.of()));

    assertThat(one).isCompleted();
    assertThat(two).isCompleted();
    assertThat(barriers.ready()).isCompleted();
    assertThat(readings).isEmpty();
    assertThat(barriers.now()).isEqualTo(at(20));
  }

  private void passTheDeadline() {
    assertThat(deadlines).containsValue(Feed.SILENCE_NANOS).hasSize(1);
    deadlines.keySet().iterator().next().run();
  }

  @Test
  void ready_readingIsNeverAnswered_failsAtItsDeadlineAndIsReadAgainByTheNext() {
    CompletableFuture<?> ready = barriers.ready();
    assertThat(ready).isNotDone();

    passTheDeadline();

    assertThat(ready).isCompletedExceptionally();
    readings.remove();
    known(20);
    assertThat(barriers.now()).isEqualTo(at(20));
    assertThat(deadlines).as("an answer in time ends the deadline").isEmpty();
  }

  @Test
  void ready_anAnswerComesAfterItsDeadline_isNotBelieved() {
    CompletableFuture<?> late = barriers.ready();
    passTheDeadline();
    CompletableFuture<RemoteTier.Barriers> lateReply = readings.remove();
    CompletableFuture<?> next = barriers.ready();
    barriers.barrier(7, 20, 30, 0, A);

    lateReply.complete(told(20, Map.of()));

    assertThat(late).isCompletedExceptionally();
    assertThat(barriers.now()).isEqualTo(Stamp.NONE);
    readings.remove().complete(told(20, Map.of()));
    assertThat(next).isCompleted();
    assertThat(readings).as("the late one is not repeated").isEmpty();
    assertThat(barriers.admit(at(25), CACHE, A)).as("what was told meanwhile counts").isFalse();
    assertThat(barriers.admit(at(25), CACHE, NONE)).isTrue();
  }

  @Test
  void ready_theDeadlineComesJustAfterTheAnswer_isNoFailure() {
    CompletableFuture<?> ready = barriers.ready();
    Runnable deadline = deadlines.keySet().iterator().next();
    readings.remove().complete(told(20, Map.of()));

    deadline.run();

    assertThat(ready).isCompleted();
    assertThat(barriers.ready()).isCompleted();
    assertThat(readings).isEmpty();
  }

  @Test
  void ready_readingFails_failsAndIsReadAgainByTheNext() {
    CompletableFuture<?> ready = barriers.ready();
    readings.remove().completeExceptionally(new TimeoutException());

    assertThat(ready).isCompletedExceptionally();
    assertThat(barriers.ready()).isNotDone();
    assertThat(readings).hasSize(1);
  }

  @Test
  void ready_nothingWasHeardForAWhile_readsAgain() {
    known(20);
    nanos.addAndGet(Feed.SILENCE_NANOS - 1);
    assertThat(barriers.ready()).isCompleted();
    barriers.clock(at(20), 0);
    nanos.addAndGet(Feed.SILENCE_NANOS - 1);
    assertThat(barriers.ready()).isCompleted();
    nanos.addAndGet(1);

    CompletableFuture<?> one = barriers.ready();
    CompletableFuture<?> two = barriers.ready();

    assertThat(readings).hasSize(1);
    readings.remove().complete(told(25, Map.of("t:a", new Barrier(25, 0))));
    assertThat(one).isCompleted();
    assertThat(two).isCompleted();
    assertThat(barriers.admit(at(20), CACHE, A)).isFalse();
    assertThat(drops).as("the feed drops what is held").hasValue(0);
  }

  @Test
  void clock_lateAsAWhole_isKnownAsOfItsReading() {
    known(20);
    nanos.addAndGet(Feed.SILENCE_NANOS - 1);
    barriers.clock(at(20), 2_000);
    assertThat(barriers.heardAt()).isEqualTo(nanos.get() - TimeUnit.MILLISECONDS.toNanos(2_000));
    barriers.clock(at(20), 2_500);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_000));

    assertThat(barriers.ready()).as("silent since then").isNotDone();
  }

  @Test
  void heardAt_readingTakesAWhile_isItsBeginning() {
    CompletableFuture<?> ready = barriers.ready();
    long sentAt = nanos.getAndAdd(500);
    readings.remove().complete(told(20, Map.of()));

    assertThat(ready).isCompleted();
    assertThat(barriers.heardAt()).isEqualTo(sentAt);
  }

  @Test
  void holdOffEnd_readAgainWhenItIsOver_isStillThatOfLoadsThatBeganWithinIt() {
    known(20);
    long began = nanos.get();
    barriers.raised(at(25), 100, A);
    long end = barriers.holdOffEnd(began, CACHE, A);
    assertThat(end).isGreaterThan(began);
    nanos.set(end + 1);

    barriers.subscribed();
    barriers.ready();
    readings
        .remove()
        .complete(told(25, Map.of("t:a", new Barrier(25, 0), CACHE, new Barrier(15, 0))));

    assertThat(barriers.holdOffEnd(began, CACHE, A)).isEqualTo(end);
    assertThat(barriers.holdOffEnd(end, CACHE, A)).isZero();
  }

  @Test
  void admit_nothingIsKnown_admitsNothing() {
    assertThat(barriers.admit(at(20), CACHE, NONE)).isFalse();
    assertThat(barriers.admit(Stamp.NONE, CACHE, NONE)).isFalse();
  }

  @Test
  void admit_barriersAreRead_judgesByEpochFloorCacheAndTags() {
    barriers.ready();
    readings
        .remove()
        .complete(told(30, Map.of("t:a", new Barrier(20, 0), CACHE, new Barrier(15, 0))));

    assertThat(barriers.admit(at(20), CACHE, A)).isTrue();
    assertThat(barriers.admit(at(19), CACHE, A)).isFalse();
    assertThat(barriers.admit(at(19), CACHE, B)).isTrue();
    assertThat(barriers.admit(at(14), CACHE, NONE)).isFalse();
    assertThat(barriers.admit(at(14), "c:other", NONE)).isTrue();
    assertThat(barriers.admit(at(9), "c:other", NONE)).as("before the floor").isFalse();
    assertThat(barriers.admit(new Stamp(8, 30), CACHE, NONE)).as("another epoch").isFalse();
    assertThat(barriers.admit(Stamp.NONE, CACHE, NONE)).isFalse();
  }

  @Test
  void barrier_next_isInForceAndDropsNothing() {
    known(20);
    long before = barriers.count();

    barriers.barrier(7, 20, 25, 0, A);

    assertThat(barriers.count()).isGreaterThan(before);
    assertThat(barriers.admit(at(20), CACHE, A)).isFalse();
    assertThat(barriers.admit(at(25), CACHE, A)).isTrue();
    assertThat(barriers.now()).isEqualTo(at(25));
    assertThat(drops).hasValue(0);
  }

  @Test
  void barrier_oneWasLost_dropsAllAndReadsAgain() {
    known(20);

    barriers.barrier(7, 22, 25, 0, A);

    assertThat(drops).hasValue(1);
    assertThat(barriers.ready()).isNotDone();
    readings.remove().complete(told(25, Map.of("t:b", new Barrier(22, 0))));
    assertThat(barriers.admit(at(21), CACHE, B)).isFalse();
  }

  @Test
  void barrier_doubledOrReadAlready_dropsNothing() {
    known(20);
    barriers.barrier(7, 20, 25, 0, A);

    barriers.barrier(7, 20, 25, 0, A);
    barriers.barrier(7, 12, 15, 0, B);

    assertThat(drops).hasValue(0);
    assertThat(barriers.ready()).isCompleted();
    assertThat(barriers.now()).isEqualTo(at(25));
  }

  @Test
  void barrier_otherEpoch_dropsAllAndReadsAgain() {
    known(20);

    barriers.barrier(8, 20, 25, 0, A);

    assertThat(drops).hasValue(1);
    assertThat(barriers.ready()).isNotDone();
  }

  @Test
  void clock_asHeard_dropsNothing() {
    known(20);
    barriers.clock(at(20), 0);
    barriers.clock(at(18), 0);

    assertThat(drops).as("a beat from before the reading is no gap").hasValue(0);
  }

  @Test
  void clock_aheadOfWhatWasHeard_dropsAllAndReadsAgain() {
    known(20);

    barriers.clock(at(21), 0);

    assertThat(drops).hasValue(1);
    assertThat(barriers.ready()).isNotDone();
  }

  @Test
  void clock_tagsAreLost_dropsAllAndReadsAgain() {
    known(20);

    barriers.clock(Stamp.NONE, 0);

    assertThat(drops).hasValue(1);
    assertThat(barriers.ready()).isNotDone();
  }

  @Test
  void clock_ownBarrierIsNotHeardYet_noticesThatAnotherBeforeItIsLost() {
    known(20);
    barriers.raised(at(25), 0, A);
    assertThat(barriers.now()).isEqualTo(at(25));
    assertThat(drops).hasValue(0);

    barriers.barrier(7, 22, 25, 0, A);

    assertThat(drops).as("22 was never heard").hasValue(1);
  }

  @Test
  void raised_byThisProcess_isInForceAtOnce() {
    known(20);

    barriers.raised(at(25), 0, A);

    assertThat(barriers.admit(at(24), CACHE, A)).isFalse();
    assertThat(barriers.admit(at(25), CACHE, A)).isTrue();
  }

  @Test
  void barrier_whileTheyAreRead_isInForceAfterwards() {
    CompletableFuture<?> ready = barriers.ready();
    barriers.barrier(7, 20, 25, 0, A);

    readings.remove().complete(told(20, Map.of()));

    assertThat(ready).isCompleted();
    assertThat(barriers.admit(at(24), CACHE, A)).isFalse();
    assertThat(barriers.now()).isEqualTo(at(25));
  }

  @Test
  void raised_whileTheyAreRead_dropsWhatIsHeldAndIsInForceAfterwards() {
    barriers.ready();
    barriers.raised(at(25), 0, A);

    assertThat(drops).hasValue(1);
    readings.remove().complete(told(20, Map.of()));
    assertThat(barriers.admit(at(24), CACHE, A)).isFalse();
  }

  @Test
  void barrier_whileTheyAreReadAndOneBeforeItWasLost_readsAgain() {
    CompletableFuture<?> ready = barriers.ready();
    barriers.barrier(7, 22, 25, 0, A);

    readings.remove().complete(told(20, Map.of()));
    assertThat(ready).isNotDone();
    readings.remove().complete(told(25, Map.of("t:a", new Barrier(25, 0))));

    assertThat(ready).isCompleted();
    assertThat(barriers.admit(at(24), CACHE, A)).isFalse();
  }

  @Test
  void subscribed_whileTheyAreRead_readsAgain() {
    CompletableFuture<?> ready = barriers.ready();
    barriers.subscribed();

    readings.remove().complete(told(20, Map.of()));

    assertThat(ready).isNotDone();
    readings.remove().complete(told(21, Map.of()));
    assertThat(ready).isCompleted();
    assertThat(barriers.now()).isEqualTo(at(21));
  }

  @Test
  void ready_somethingChangesAtEachReading_givesUp() {
    CompletableFuture<?> ready = barriers.ready();
    for (int i = 0; i < 5; i++) {
      assertThat(ready).isNotDone();
      barriers.subscribed();
      readings.remove().complete(told(20, Map.of()));
    }

    assertThat(ready).isCompletedExceptionally();
    assertThat(readings).isEmpty();
  }

  @Test
  void subscribed_afterwards_readsAgain() {
    known(20);
    barriers.subscribed();

    assertThat(barriers.ready()).isNotDone();
  }

  @Test
  void holdOffEnd_ofTheTagsOnly_andOfThoseOpenAtTheMoment() {
    nanos.set(TimeUnit.MILLISECONDS.toNanos(1_000));
    barriers.ready();
    readings.remove().complete(told(20, Map.of("t:a", new Barrier(15, 500))));
    barriers.barrier(7, 20, 25, 800, B);

    long endOfA = TimeUnit.MILLISECONDS.toNanos(1_500);
    long endOfB = TimeUnit.MILLISECONDS.toNanos(1_800);
    assertThat(barriers.holdOffEnd(nanos.get(), CACHE, A)).isEqualTo(endOfA);
    assertThat(barriers.holdOffEnd(nanos.get(), CACHE, List.of("t:a", "t:b"))).isEqualTo(endOfB);
    assertThat(barriers.holdOffEnd(nanos.get(), CACHE, NONE)).isZero();
    assertThat(barriers.holdOffEnd(endOfA, CACHE, A)).isZero();
    assertThat(barriers.holdsOff(endOfB - 1)).isTrue();
    assertThat(barriers.holdsOff(endOfB)).isFalse();
  }

  @Test
  void barrier_manyTags_areReadAnewRatherThanKeptWithoutBound() {
    known(20);
    long clock = 20;
    for (int i = 0; i <= 200_000; i++) {
      barriers.barrier(7, clock, clock + 1, 0, List.of("t:" + i));
      clock++;
    }

    assertThat(drops).hasValue(1);
    assertThat(barriers.ready()).isNotDone();
  }

  @Test
  void admit_barriersAreDoubted_admitsNothingUntilTheyAreReadAgain() {
    known(20);
    assertThat(barriers.admit(at(20), CACHE, A)).isTrue();

    barriers.clock(at(25), 0);

    assertThat(barriers.admit(at(20), CACHE, A)).isFalse();
    assertThat(barriers.now()).as("nor is anything stamped").isEqualTo(Stamp.NONE);
    known(25);
    assertThat(barriers.admit(at(20), CACHE, A)).isTrue();
  }

  @Test
  void raised_manyTags_areForgottenRatherThanKeptWithoutBound() {
    known(20);
    for (int i = 0; i <= 200_000; i++) {
      barriers.raised(at(21 + i), 0, List.of("t:" + i));
    }

    assertThat(drops).hasValue(1);
  }
}
