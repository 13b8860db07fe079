package io.github.corral.redis.histories;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Notes when its process was not scheduled for long: by a signal, a collection, or the machine. */
final class Heartbeat implements AutoCloseable {

  private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  private final HistoryFile history;
  private final Thread thread = new Thread(this::run, "heartbeat");
  private volatile boolean over;

  Heartbeat(HistoryFile history) {
    this.history = history;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    long last = history.now();
    while (!over) {
      LockSupport.parkNanos(BEAT_NANOS);
      long now = history.now();
      if (now - last > LONG_NANOS) {
        history.line("P", last, now);
      }
      last = now;
    }
  }

  @Override
  public void close() {
    over = true;
    Waits.ended(thread);
  }
}
