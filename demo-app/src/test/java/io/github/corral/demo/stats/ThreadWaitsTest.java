package io.github.corral.demo.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadWaitsTest {

  @Test
  void ofCurrentThread_afterWaitingForAnother_hasGrown() throws Exception {
    Thread waiting = Thread.currentThread();
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread other = new Thread(() -> completeOnceWaiting(waiting, answer));
    other.start();
    long before = ThreadWaits.ofCurrentThread();
    answer.get(10, TimeUnit.SECONDS);

    assertThat(ThreadWaits.ofCurrentThread()).isGreaterThan(before);
  }

  @Test
  void ofCurrentThread_afterComputingAlone_isTheSame() {
    long before = ThreadWaits.ofCurrentThread();
    StringBuilder work = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      work.append(i);
    }

    assertThat(work).hasSize(2_890);
    assertThat(ThreadWaits.ofCurrentThread()).isEqualTo(before);
  }

  private static void completeOnceWaiting(Thread waiting, CompletableFuture<String> answer) {
    while (waiting.getState() != Thread.State.TIMED_WAITING && waiting.isAlive()) {
      Thread.onSpinWait();
    }
    answer.complete("done");
  }
}
