package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier.FeedListener;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Passes the feed on to its listener, and notices a feed that is silently dead: when this process's
 * own beats are acknowledged but none is heard. Thread-safe.
 */
final class FeedSubscription implements RedisPort.ChannelListener {

  private static final int MOST_UNHEARD = 3;
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final FeedListener listener;
  private final LongSupplier nanos;
  private final LongUnaryOperator age;
  private final AtomicInteger unheard = new AtomicInteger();
  private volatile long lastHeard;

  /**
   * Makes a subscription.
   *
   * @param age how long ago the server's clock showed a time at least, in milliseconds
   */
  FeedSubscription(FeedListener listener, LongSupplier nanos, LongUnaryOperator age) {
    this.listener = listener;
    this.nanos = nanos;
    this.age = age;
    this.lastHeard = nanos.getAsLong();
  }

  @Override
  public void subscribed() {
    heard();
    listener.subscribed();
  }

  @Override
  public void message(byte[] message) {
    heard();
    FeedMessages.tell(message, listener, age);
  }

  private void heard() {
    lastHeard = nanos.getAsLong();
    unheard.set(0);
  }

  /**
   * Notes that a beat of this process was published.
   *
   * @return whether it is time to subscribe anew
   */
  boolean isDeadAfterBeat() {
    boolean dead =
        unheard.incrementAndGet() >= MOST_UNHEARD && nanos.getAsLong() - lastHeard > SILENCE_NANOS;
    if (dead) {
      heard();
    }
    return dead;
  }
}
