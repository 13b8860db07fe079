package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.FeedListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads the messages of the feed, each of which begins with its kind.
 *
 * <pre>
 * C  a change: what (H, S, W), epoch (8), sequence (8), the entry's name
 * E  the end of a lease that somebody waits for: the entry's name
 * T  a barrier: the tags' epoch (2), clock before (6) and now (6), hold-off (6), and for each tag
 *    its length (2) and text
 * B  a beat: length of the primary's identity (1), that identity, the tags' epoch (2; 0: none) and
 *    clock (6; epoch 0 and clock 1: the tags are kept elsewhere), the server's time in milliseconds
 *    (6), and for each partition its number (1), epoch (8; 0: none) and sequence (8)
 * </pre>
 */
final class FeedMessages {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");

  private static final int COUNTER_BYTES = 17;
  private static final long ELSEWHERE = 1;
  private static final int[] NONE = {};

  /** Tells how old a beat is. */
  @FunctionalInterface
  interface Age {
    /**
     * How long ago a server's clock showed a time at least, in milliseconds.
     *
     * @param serverMillis the time
     * @param partitions those that the server keeps; none if it keeps the tags alone
     */
    long millis(long serverMillis, int[] partitions);
  }

  private FeedMessages() {}

  /**
   * Tells a listener a message. One that nobody of this version has sent is logged and passed over.
   *
   * @param age tells how old a beat is at least
   * @return the partitions that a beat told of; none for other messages
   */
  static int[] tell(byte[] message, FeedListener listener, Age age) {
    try {
      return read(message, listener, age);
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "feed: a message of " + message.length + " bytes is not readable", e);
      return NONE;
    }
  }

  private static int[] read(byte[] message, FeedListener listener, Age age) {
    ByteBuffer in = ByteBuffer.wrap(message);
    char kind = (char) in.get();
    if (kind == 'C') {
      change(message, in, listener);
    } else if (kind == 'E') {
      listener.ended(Keyspace.text(message, 1));
    } else if (kind == 'T') {
      barrier(message, in, listener);
    } else if (kind == 'B') {
      return beat(in, listener, age);
    } else {
      throw new IllegalArgumentException("kind '" + kind + "' is unknown");
    }
    return NONE;
  }

  private static void change(byte[] message, ByteBuffer in, FeedListener listener) {
    Change change = change((char) in.get());
    long epoch = in.getLong();
    long sequence = in.getLong();
    String key = Keyspace.text(message, in.position());
    int partition = RemoteTier.partition(key);
    listener.changed(partition, epoch, sequence, change, key);
  }

  private static Change change(char code) {
    return switch (code) {
      case 'H' -> Change.HARD;
      case 'S' -> Change.SOFT;
      case 'W' -> Change.WRITE;
      default -> throw new IllegalArgumentException("change '" + code + "' is unknown");
    };
  }

  private static void barrier(byte[] message, ByteBuffer in, FeedListener listener) {
    long epoch = EntryLayout.number(in, 2);
    long before = EntryLayout.number(in, 6);
    long clock = EntryLayout.number(in, 6);
    long holdOffMillis = EntryLayout.number(in, 6);
    List<String> tags = TagBytes.decode(message, in.position(), message.length);
    listener.barrier(epoch, before, clock, holdOffMillis, tags);
  }

  private static int[] beat(ByteBuffer in, FeedListener listener, Age age) {
    byte[] primary = new byte[in.get()];
    in.get(primary);
    long tags = in.getLong();
    long serverMillis = EntryLayout.number(in, 6);
    int count = in.remaining() / COUNTER_BYTES;
    int[] partitions = new int[count];
    long[] epochs = new long[count];
    long[] sequences = new long[count];
    for (int i = 0; i < count; i++) {
      partitions[i] = Byte.toUnsignedInt(in.get());
      epochs[i] = in.getLong();
      sequences[i] = in.getLong();
    }
    long ageMillis = age.millis(serverMillis, partitions);
    if (tags != ELSEWHERE) {
      listener.clock(TagBytes.stamp(tags), ageMillis);
    }
    listener.beat(
        new String(primary, StandardCharsets.US_ASCII), partitions, epochs, sequences, ageMillis);
    return partitions;
  }
}
