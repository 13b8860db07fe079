package io.github.corral.demo.servers;

/**
 * A PostgreSQL and a Redis of one's own, on free ports of 127.0.0.1, empty at start and gone at
 * {@link #close()}.
 *
 * <p>They end with this process in every way it can end, SIGKILL included, as long as a POSIX shell
 * is there; see {@link DemoPostgres} and {@link DemoRedis}. Thread-safe.
 */
public final class DemoServers implements AutoCloseable {

  private final DemoPostgres postgres;
  private final DemoRedis redis;

  private DemoServers(DemoPostgres postgres, DemoRedis redis) {
    this.postgres = postgres;
    this.redis = redis;
  }

  /**
   * Starts both and returns when both answer: 1 to 4 seconds, a few more when the binaries must be
   * unpacked first.
   *
   * @throws IllegalStateException if one of them does not start; nothing is left behind then
   */
  public static DemoServers start() {
    DemoPostgres postgres = DemoPostgres.start();
    try {
      return new DemoServers(postgres, DemoRedis.start());
    } catch (RuntimeException e) {
      postgres.close();
      throw e;
    }
  }

  /**
   * The application's database, user included, no password: for {@code spring.datasource.url} as it
   * is.
   */
  public String jdbcUrl() {
    return postgres.jdbcUrl();
  }

  /** Where Redis listens on 127.0.0.1: for {@code spring.data.redis.port}. */
  public int redisPort() {
    return redis.port();
  }

  /** Stops both and removes their directories; a second call does nothing. */
  @Override
  public void close() {
    try {
      redis.close();
    } finally {
      postgres.close();
    }
  }
}
