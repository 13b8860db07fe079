package io.github.corral.redis.histories;

import io.github.corral.redis.internal.FaultyProxy;
import io.lettuce.core.api.sync.RedisCommands;

/** The servers of a run, and what can be done to them. */
interface Topology extends AutoCloseable {

  /** What stands between the worker in a slot and the servers. */
  FaultyProxy proxy(int slot);

  /** Commands of the test's own, which go past the proxies. */
  RedisCommands<byte[], byte[]> commands();

  /** Lets the primary stand still. */
  void pause();

  void resume();

  /** Kills the primary, and starts it again without its data. */
  void restart();

  @Override
  void close();
}
