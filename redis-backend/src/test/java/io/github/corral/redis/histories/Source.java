package io.github.corral.redis.histories;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * The versioned source of truth, and what parent and workers tell each other: a file in the memory
 * of all of them. A write raises the version of its key by one. Thread-safe, across processes.
 */
final class Source {

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int WORDS = 64 * 16;

  /** How many versions' times are remembered, for the replica. */
  private static final int REMEMBERED = 16;

  private final ByteBuffer memory;

  /** What parent and workers tell each other. */
  enum Word {
    /** For how many milliseconds loads are slow. */
    SLOW_MILLIS,
    /** Whether loads of PULSE fail. */
    FAILING,
    /** For each worker: which process is ready. */
    READY,
    /** For each worker: how many reads it has done. */
    READS,
    /** For each worker: how many loads it is in. */
    LOADING,
    /** For each worker: how many doomed writers have written the source. */
    DOOMED,
    /** For each worker: as many of its fleets as are to make a doomed write, one bit each. */
    TO_DOOM,
    /** For each worker: as many of its fleets as are to make a change that no other follows. */
    TO_CHANGE
  }

  Source(Path file, int fleets) {
    long bytes = 8L * (WORDS + (long) fleets * Kind.allKeys() * (1 + REMEMBERED));
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      memory = channel.map(MapMode.READ_WRITE, 0, bytes).order(ByteOrder.nativeOrder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long get(Word word, int slot) {
    return (long) LONGS.getVolatile(memory, at(word, slot));
  }

  void set(Word word, int slot, long value) {
    LONGS.setVolatile(memory, at(word, slot), value);
  }

  void add(Word word, int slot, long value) {
    LONGS.getAndAdd(memory, at(word, slot), value);
  }

  /** Takes a bit out of a word; true if it was set. */
  boolean takeBit(Word word, int slot, int bit) {
    if ((get(word, slot) & (1L << bit)) == 0) {
      return false;
    }
    long before = (long) LONGS.getAndBitwiseAnd(memory, at(word, slot), ~(1L << bit));
    return (before & (1L << bit)) != 0;
  }

  private static int at(Word word, int slot) {
    return 8 * (word.ordinal() * 16 + slot);
  }

  long version(int fleet, Kind kind, int key) {
    return (long) LONGS.getVolatile(memory, at(fleet, kind, key));
  }

  /** Raises the version. Of writes at the same time the replica may see one a moment early. */
  long write(int fleet, Kind kind, int key) {
    int at = at(fleet, kind, key);
    while (true) {
      long version = version(fleet, kind, key);
      LONGS.setVolatile(memory, timeAt(at, version + 1), System.nanoTime());
      if (LONGS.compareAndSet(memory, at, version, version + 1)) {
        return version + 1;
      }
    }
  }

  /** The version that a replica has which lags. */
  long replicated(int fleet, Kind kind, int key) {
    int at = at(fleet, kind, key);
    long newest = version(fleet, kind, key);
    long before = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(Kind.LAG_MILLIS);
    long version = newest;
    while (version > 0
        && newest - version < REMEMBERED - 2
        && (long) LONGS.getVolatile(memory, timeAt(at, version)) > before) {
      version--;
    }
    return version;
  }

  private static int at(int fleet, Kind kind, int key) {
    return 8 * (WORDS + (fleet * Kind.allKeys() + kind.index(key)) * (1 + REMEMBERED));
  }

  private static int timeAt(int at, long version) {
    return at + 8 * (1 + (int) (version % REMEMBERED));
  }
}
