package io.github.corral.load.bench;

import java.util.List;

/** Two things that are measured in pairs, in a JVM of its own; see {@link PairsInJvm}. */
interface Contest extends AutoCloseable {

  /** Measures ours once. */
  double ours();

  /** Measures the peer's once. */
  double peer();

  /** How often each is measured for nothing, until it is as fast as it gets. */
  int warmUps();

  /**
   * Checks what must be exact, and ends all threads.
   *
   * @throws IllegalStateException if something was not as it must be
   */
  @Override
  void close();

  /** Makes one of its kind and arguments, as they come on a command line. */
  static Contest of(List<String> words) {
    List<String> arguments = words.subList(1, words.size());
    return switch (words.get(0)) {
      case HitContest.NAME -> HitContest.of(arguments);
      case BurstContest.NAME -> BurstContest.of(arguments);
      default -> throw new IllegalArgumentException("no contest is called " + words.get(0));
    };
  }
}
