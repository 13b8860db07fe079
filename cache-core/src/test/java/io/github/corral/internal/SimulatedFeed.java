package io.github.corral.internal;

import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.FeedListener;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One process's subscription. It keeps its order, as TCP does, but a test may want less: messages
 * are lost, come twice, are swapped with their successors or are held back.
 */
final class SimulatedFeed implements FeedListener {

  /** By how much a late feed is late at most. */
  static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** By how much the age of a beat is told too short at most. */
  static final long UNCERTAINTY_NANOS = 2 * Delays.MOST + TimeUnit.MILLISECONDS.toNanos(1);

  /** How long a message waits for its successor at most. */
  static final long SWAP_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

  private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final FeedListener to;
  private final Machine machine;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Set<Fault> faults;
  private final Delays delays;
  private final long late;
  private int connection;
  private long busyUntil;
  private long deafUntil;
  private @Nullable Consumer<FeedListener> swapped;
  private Stamp clockOfBeat = Stamp.NONE;

  SimulatedFeed(
      FeedListener to,
      Machine machine,
      VirtualTime time,
      RandomGenerator random,
      Set<Fault> faults,
      Delays delays) {
    this.to = to;
    this.machine = machine;
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.delays = delays;
    this.late = faults.contains(Fault.LATE_FEED) ? random.nextLong(LATE_NANOS) : 0;
  }

  /** Nothing more comes by the connection as it was. */
  void disconnect() {
    connection++;
    swapped = null;
  }

  /** Nothing comes for a while, and nobody is told. */
  void deafen(long until) {
    deafUntil = until;
  }

  @Override
  public void subscribed() {
    time.after(machine, 0, to::subscribed);
  }

  @Override
  public void changed(int partition, long epoch, long sequence, Change change, String key) {
    Consumer<FeedListener> message =
        listener -> listener.changed(partition, epoch, sequence, change, key);
    if (chance(Fault.HELD_MESSAGES, 0.1)) {
      deliver(message, random.nextLong(HELD_NANOS));
    } else {
      pass(message);
    }
  }

  @Override
  public void beat(
      String primary, int[] partitions, long[] epochs, long[] sequences, long ageMillis) {
    Stamp clock = clockOfBeat;
    long publishedAt = time.nanos();
    pass(
        listener -> {
          long known = time.nanos() - publishedAt - delays.next() - delays.next();
          long age = Math.max(0, TimeUnit.NANOSECONDS.toMillis(known));
          listener.clock(clock, age);
          listener.beat(primary, partitions, epochs, sequences, age);
        });
  }

  @Override
  public void barrier(long epoch, long before, long clock, long holdOffMillis, List<String> tags) {
    pass(listener -> listener.barrier(epoch, before, clock, holdOffMillis, tags));
  }

  /** Comes in one message with the beat that follows. */
  @Override
  public void clock(Stamp now, long ageMillis) {
    clockOfBeat = now;
  }

  @Override
  public void ended(String key) {
    pass(listener -> listener.ended(key));
  }

  private void pass(Consumer<FeedListener> message) {
    if (time.nanos() < deafUntil || chance(Fault.LOST_MESSAGES, 0.15)) {
      return;
    }
    if (swapped == null && chance(Fault.SWAPPED_MESSAGES, 0.15)) {
      swapped = message;
      time.after(SWAP_NANOS, () -> sendSwapped(message));
      return;
    }
    send(message);
    if (swapped != null) {
      sendSwapped(swapped);
    }
  }

  private void sendSwapped(Consumer<FeedListener> message) {
    if (swapped == message) {
      swapped = null;
      send(message);
    }
  }

  private void send(Consumer<FeedListener> message) {
    int copies = chance(Fault.DOUBLED_MESSAGES, 0.15) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      busyUntil = Math.max(busyUntil + 1, time.nanos() + late + delays.next());
      deliver(message, busyUntil - time.nanos());
    }
  }

  private void deliver(Consumer<FeedListener> message, long nanos) {
    int sentBy = connection;
    time.after(
        machine,
        nanos,
        () -> {
          if (sentBy == connection) {
            message.accept(to);
          }
        });
  }

  private boolean chance(Fault fault, double probability) {
    return faults.contains(fault) && random.nextDouble() < probability;
  }
}
