package io.github.corral.redis.histories;

import org.jspecify.annotations.Nullable;

/** Something that must not be. */
record Violation(String invariant, long at, @Nullable Kind kind, int key, String text) {

  static Violation ofRun(String invariant, long at, String text) {
    return new Violation(invariant, at, null, -1, text);
  }

  @Override
  public String toString() {
    return invariant + " at " + Nanos.text(at) + ": " + text;
  }
}
