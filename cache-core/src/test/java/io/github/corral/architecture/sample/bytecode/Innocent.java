package io.github.corral.architecture.sample.bytecode;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Date;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Looks like what is forbidden, and is not. */
final class Innocent {

  private final Lock lock = new ReentrantLock();

  long monotonic() {
    return System.nanoTime();
  }

  Instant given(Clock clock) {
    return Instant.now(clock);
  }

  LocalDateTime givenLocal(Clock clock) {
    return LocalDateTime.now(clock);
  }

  Clock fixed() {
    return Clock.fixed(Instant.EPOCH, java.time.ZoneOffset.UTC);
  }

  Date stored(long millis) {
    return new Date(millis);
  }

  long locked() {
    lock.lock();
    try {
      return monotonic();
    } finally {
      lock.unlock();
    }
  }

  void sleep() {}

  void namesake() {
    sleep();
  }
}
