package io.github.corral.redis.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.corral.redis.JsonCodec;
import io.github.corral.spi.RemoteTier;
import io.github.corral.testing.InMemoryTags;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Real Redis servers whose scripts read a clock that a test sets, in the place of TIME, and what
 * they are to say of themselves as primaries, in the place of INFO: both stand where a bound of the
 * server's memory does, which belongs to no slot of a cluster and is not flushed. Tiers on them
 * have the same clock.
 */
final class VirtualRedis implements AutoCloseable {

  /** How many tags its tiers keep, so that tests need not write as many as are kept otherwise. */
  static final int MOST_TAGS = 1_000;

  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** JSON, as it is. */
  static final ValueForms VALUES = new ValueForms(JsonCodec::of, null);

  private static final long BEGINNING = 1_700_000_000_000L;
  private static final String TIME = "redis.call('TIME')";
  private static final String INFO = "redis.call('INFO', 'replication')";

  /** The number of the primary stands above the time. */
  private static final long PRIMARY = 10_000_000_000_000L;

  private static final String TEST_TIME =
      """
      (function()
        local millis = string.match(redis.call('INFO', 'memory'), 'maxmemory:(%d+)') % 1e13
        return { math.floor(millis / 1000), millis % 1000 * 1000 }
      end)()\
      """;
  private static final String TEST_INFO =
      """
      (function()
        local number = string.match(redis.call('INFO', 'memory'), 'maxmemory:(%d+)') / 1e13
        return 'role:master\\r\\nmaster_replid:' .. math.floor(number) .. '\\r\\n'
      end)()\
      """;
  private static final String LIFE = "'PX', last - now + GRACE";
  private static final String TEST_LIFE = "'PX', last - now + GRACE + 3600000";

  private final RealServers servers;
  private final AtomicLong millis = new AtomicLong();
  private final AtomicLong identities = new AtomicLong();
  private int primary;

  VirtualRedis() {
    this(RealRedis.start());
  }

  VirtualRedis(RealServers servers) {
    this.servers = servers;
    reset();
  }

  /** Empties the servers and sets the clock to its beginning. */
  void reset() {
    servers.primaries().forEach(server -> server.commands().flushall());
    millis.set(BEGINNING);
    primary(1);
  }

  /** Gives the servers the identity of another primary. */
  void primary(int number) {
    primary = number;
    configure();
  }

  void advance(long by) {
    millis.addAndGet(by);
    configure();
  }

  private void configure() {
    String bound = String.valueOf(primary * PRIMARY + millis.get());
    servers.primaries().forEach(server -> server.commands().configSet("maxmemory", bound));
  }

  /** Loses the barriers of all tags. */
  void loseTags(Keyspace keyspace) {
    for (RealRedis server : servers.primaries()) {
      List<byte[]> kept = server.commands().keys(new String(keyspace.tags(), US_ASCII));
      if (!kept.isEmpty()) {
        server.commands().del(keyspace.tags());
      }
    }
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

  /** The one server, of those that have one. */
  RealRedis redis() {
    return servers.primaries().get(0);
  }

  RedisPort port() {
    return servers.port(this::nanos);
  }

  RemoteTier tier() {
    return tier(new Keyspace("corral"));
  }

  RemoteTier tier(Keyspace keyspace) {
    UnaryOperator<String> few = text -> keepingTags(MOST_TAGS, text);
    return tier(port(), keyspace, few, identities::incrementAndGet);
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

  @Override
  public void close() {
    servers.close();
  }
}
