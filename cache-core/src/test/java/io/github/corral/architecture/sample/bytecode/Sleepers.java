package io.github.corral.architecture.sample.bytecode;

import static java.lang.Thread.sleep;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

/** Sleeps in each method. */
final class Sleepers {

  void thread() throws InterruptedException {
    sleep(1);
  }

  void timeUnit() throws InterruptedException {
    MILLISECONDS.sleep(1);
  }

  Sleep methodReference() {
    return Thread::sleep;
  }

  interface Sleep {
    void millis(long millis) throws InterruptedException;
  }
}
