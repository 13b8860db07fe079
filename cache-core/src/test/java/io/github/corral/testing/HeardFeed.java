package io.github.corral.testing;

import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.FeedListener;
import io.github.corral.spi.RemoteTier.Stamp;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * Keeps all that a feed tells, in order, and notices when two threads tell at once. Thread-safe.
 */
public final class HeardFeed implements FeedListener {

  /** Something that was heard. */
  public sealed interface Message {}

  /** A subscription. */
  public record Subscribed() implements Message {}

  /** A change. */
  public record Changed(int partition, long epoch, long sequence, Change change, String key)
      implements Message {}

  /** The end of a lease. */
  public record Ended(String key) implements Message {}

  /** A barrier of tags. */
  public record Raised(long epoch, long before, long clock, long holdOffMillis, List<String> tags)
      implements Message {}

  /** The tags' clock. */
  public record Clock(Stamp now) implements Message {}

  /** A beat. */
  public record Beat(
      String primary, List<Integer> partitions, List<Long> epochs, List<Long> sequences)
      implements Message {}

  private final List<Message> messages = new CopyOnWriteArrayList<>();
  private final AtomicBoolean telling = new AtomicBoolean();
  private volatile boolean overlapped;
  private volatile long ageMillis;

  /** All that was heard, in order. */
  public List<Message> messages() {
    return List.copyOf(messages);
  }

  /** What was heard of one kind, in order. */
  public <M extends Message> List<M> messages(Class<M> kind) {
    return messages.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** How old the last beat was at least, in milliseconds. */
  public long ageMillis() {
    return ageMillis;
  }

  /** Whether two threads have told something at the same time. */
  public boolean overlapped() {
    return overlapped;
  }

  /** Waits, within bounds, until something is heard. */
  public void await(Predicate<? super Message> wanted) {
    awaitAll(all -> all.stream().anyMatch(wanted));
  }

  /** Waits, within bounds, until all that was heard is what is wanted. */
  public void awaitAll(Predicate<List<Message>> wanted) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> wanted.test(messages()));
  }

  @Override
  public void subscribed() {
    hear(new Subscribed());
  }

  @Override
  public void changed(int partition, long epoch, long sequence, Change change, String key) {
    hear(new Changed(partition, epoch, sequence, change, key));
  }

  @Override
  public void beat(String primary, int[] partitions, long[] epochs, long[] sequences, long age) {
    ageMillis = age;
    hear(
        new Beat(
            primary,
            Arrays.stream(partitions).boxed().toList(),
            Arrays.stream(epochs).boxed().toList(),
            Arrays.stream(sequences).boxed().toList()));
  }

  @Override
  public void barrier(long epoch, long before, long clock, long holdOffMillis, List<String> tags) {
    hear(new Raised(epoch, before, clock, holdOffMillis, tags));
  }

  @Override
  public void clock(Stamp now, long ageMillis) {
    hear(new Clock(now));
  }

  @Override
  public void ended(String key) {
    hear(new Ended(key));
  }

  private void hear(Message message) {
    if (!telling.compareAndSet(false, true)) {
      overlapped = true;
    }
    messages.add(message);
    telling.set(false);
  }
}
