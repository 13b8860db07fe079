package io.github.corral.redis.histories;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A history that is being written: one line for each event, given to the system at once, so that a
 * process that is killed leaves all but its last. Thread-safe.
 */
final class HistoryFile implements AutoCloseable {

  private final FileChannel channel;
  private final long beginning;

  /**
   * Begins a history.
   *
   * @param beginning the {@code System.nanoTime()} from which times count: on Linux it is the same
   *     clock in all processes of a machine
   */
  HistoryFile(Path file, long beginning) {
    this.beginning = beginning;
    try {
      Files.createDirectories(file.getParent());
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The time in nanoseconds. */
  long now() {
    return System.nanoTime() - beginning;
  }

  void line(Object... words) {
    StringBuilder line = new StringBuilder(64);
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word instanceof Kind it ? it.text() : word);
    }
    byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    try {
      channel.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
