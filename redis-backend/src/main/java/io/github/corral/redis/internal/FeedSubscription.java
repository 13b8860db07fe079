package io.github.corral.redis.internal;

import io.github.corral.redis.internal.FeedMessages.Age;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.FeedListener;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Passes the feed on to its listener, and notices a feed that is silently dead: when this process's
 * own beats are acknowledged but none is heard. Of each partition for itself, as the server that is
 * subscribed to may be cut off from some of a cluster's primaries only. Thread-safe.
 */
final class FeedSubscription implements RedisPort.ChannelListener {

  private static final int MOST_UNHEARD = 3;
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final FeedListener listener;
  private final LongSupplier nanos;
  private final Age age;
  private final AtomicIntegerArray unheard = new AtomicIntegerArray(RemoteTier.PARTITIONS);
  private final AtomicLongArray lastHeard = new AtomicLongArray(RemoteTier.PARTITIONS);

  FeedSubscription(FeedListener listener, LongSupplier nanos, Age age) {
    this.listener = listener;
    this.nanos = nanos;
    this.age = age;
    heardAll();
  }

  @Override
  public void subscribed() {
    heardAll();
    listener.subscribed();
  }

  @Override
  public void message(byte[] message) {
    long now = nanos.getAsLong();
    for (int partition : FeedMessages.tell(message, listener, age)) {
      heard(partition, now);
    }
  }

  private void heardAll() {
    long now = nanos.getAsLong();
    for (int i = 0; i < RemoteTier.PARTITIONS; i++) {
      heard(i, now);
    }
  }

  private void heard(int partition, long now) {
    lastHeard.set(partition, now);
    unheard.set(partition, 0);
  }

  /**
   * Notes that a beat of this process was published.
   *
   * @param partitions those that it tells of, one byte each
   * @return whether it is time to subscribe anew
   */
  boolean isDeadAfterBeat(byte[] partitions) {
    long now = nanos.getAsLong();
    boolean dead = false;
    for (byte each : partitions) {
      int partition = Byte.toUnsignedInt(each);
      boolean many = unheard.incrementAndGet(partition) >= MOST_UNHEARD;
      dead |= many && now - lastHeard.get(partition) > SILENCE_NANOS;
    }
    if (dead) {
      heardAll();
    }
    return dead;
  }
}
