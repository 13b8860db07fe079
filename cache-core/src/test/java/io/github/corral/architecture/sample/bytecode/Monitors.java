package io.github.corral.architecture.sample.bytecode;

/** Enters a monitor in each method. */
final class Monitors {

  private final Object lock = new Object();
  private int count;

  synchronized int synchronizedMethod() {
    return count++;
  }

  static synchronized int synchronizedStaticMethod() {
    return 1;
  }

  int synchronizedBlock() {
    synchronized (lock) {
      return count++;
    }
  }
}
