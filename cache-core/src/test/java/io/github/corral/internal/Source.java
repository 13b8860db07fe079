package io.github.corral.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * The source of truth of a simulation: each key has a version that grows with each write. Its
 * replica is some time behind.
 */
final class Source {

  private final List<List<Write>> writes = new ArrayList<>();
  private final long lagNanos;

  private record Write(long at, long version) {}

  Source(int keys, long lagNanos) {
    this.lagNanos = lagNanos;
    for (int key = 0; key < keys; key++) {
      writes.add(new ArrayList<>(List.of(new Write(Long.MIN_VALUE, 0))));
    }
  }

  /** Writes a key, and gives its new version. */
  long write(int key, long now) {
    List<Write> ofKey = writes.get(key);
    long version = ofKey.get(ofKey.size() - 1).version + 1;
    ofKey.add(new Write(now, version));
    return version;
  }

  /** Reads a key's version. */
  long read(int key, long now, boolean fromPrimary) {
    long seen = fromPrimary ? now : now - lagNanos;
    List<Write> ofKey = writes.get(key);
    int last = ofKey.size() - 1;
    while (ofKey.get(last).at > seen) {
      last--;
    }
    return ofKey.get(last).version;
  }
}
