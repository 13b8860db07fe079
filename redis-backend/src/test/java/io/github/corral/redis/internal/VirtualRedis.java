package io.github.corral.redis.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.corral.redis.JsonCodec;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.InMemoryTags;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * A real Redis server whose scripts read a clock that a test sets: it stands in a key, in the place
 * of TIME; in the place of INFO stands what it is to say of the server as a primary. Tiers on it
 * have the same clock.
 */
final class VirtualRedis implements AutoCloseable {

  /** How many tags its tiers keep, so that tests need not write as many as are kept otherwise. */
  static final int MOST_TAGS = 1_000;

  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** JSON, as it is. */
  static final ValueForms VALUES = new ValueForms(JsonCodec::of, null);

  private static final long BEGINNING = 1_700_000_000_000L;
  private static final byte[] CLOCK = "test:clock".getBytes(UTF_8);
  private static final String TIME = "redis.call('TIME')";
  private static final String TEST_TIME = "redis.call('HMGET', 'test:clock', 'seconds', 'micros')";
  private static final byte[] PRIMARY = "test:primary".getBytes(UTF_8);
  private static final String INFO = "redis.call('INFO', 'replication')";
  private static final String TEST_INFO = "redis.call('GET', 'test:primary')";
  private static final String LIFE = "'PX', last - now + GRACE";
  private static final String TEST_LIFE = "'PX', last - now + GRACE + 3600000";

  private final RealRedis redis = RealRedis.start();
  private final AtomicLong millis = new AtomicLong();
  private final AtomicLong identities = new AtomicLong();

  VirtualRedis() {
    reset();
  }

  /** Empties the server and sets the clock to its beginning. */
  void reset() {
    redis.commands().flushall();
    millis.set(BEGINNING);
    restore();
  }

  /** Sets what scripts read, because it was flushed with all the rest. */
  void restore() {
    advance(0);
    primary(1);
  }

  /** Gives the server the identity of another primary. */
  void primary(int number) {
    redis.commands().set(PRIMARY, bytes("role:master\r\nmaster_replid:" + number + "\r\n"));
  }

  void advance(long by) {
    long now = millis.addAndGet(by);
    redis
        .commands()
        .hset(
            CLOCK,
            Map.of(bytes("seconds"), bytes(now / 1000), bytes("micros"), bytes(now % 1000 * 1000)));
  }

  long millis() {
    return millis.get();
  }

  long elapsed() {
    return millis.get() - BEGINNING;
  }

  long nanos() {
    return millis.get() * 1_000_000;
  }

  RealRedis redis() {
    return redis;
  }

  RedisPort port() {
    return LettucePort.open(redis.client(), this::nanos);
  }

  RemoteTier tier() {
    UnaryOperator<String> few = text -> keepingTags(MOST_TAGS, text);
    return tier(port(), new Keyspace("corral"), few, identities::incrementAndGet);
  }

  RemoteTier tier(
      RedisPort port, Keyspace keyspace, UnaryOperator<String> edit, LongSupplier random) {
    Scripts scripts = Scripts.load(text -> edit.apply(timed(text)));
    return new ScriptedTier(port, keyspace, scripts, PATIENCE, this::nanos, random, VALUES);
  }

  /** A script that keeps fewer tags. */
  static String keepingTags(int most, String script) {
    return script.replace("MOST = " + InMemoryTags.MOST, "MOST = " + most);
  }

  private static String timed(String script) {
    if (!script.contains(TIME)) {
      throw new IllegalStateException("a script that does not read the time with " + TIME);
    }
    return script.replace(TIME, TEST_TIME).replace(INFO, TEST_INFO).replace(LIFE, TEST_LIFE);
  }

  private static byte[] bytes(Object value) {
    return value.toString().getBytes(UTF_8);
  }

  @Override
  public void close() {
    redis.close();
  }
}
