package io.github.corral.redis.internal;

import static org.awaitility.Awaitility.await;

import io.github.corral.redis.LettuceTier;
import io.github.corral.redis.RedisTierBuilder;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.redisson.config.Config;

/**
 * A Redis Cluster on 127.0.0.1, wired by hand: primaries that share the slots evenly, and for each
 * as many replicas as wanted.
 */
final class RealCluster implements RealServers {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<RealRedis> servers = new ArrayList<>();
  private final List<RealRedis> primaries;
  private final RedisClusterClient client;

  private RealCluster(int primaries, int replicas, String... settings) {
    for (int i = 0; i < primaries * (1 + replicas); i++) {
      servers.add(RealRedis.start(settings(settings)));
    }
    this.primaries = List.copyOf(servers.subList(0, primaries));
    wire();
    this.client = RedisClusterClient.create(RealRedis.uri(servers.get(0).port()));
  }

  static RealCluster start(int primaries, int replicas, String... settings) {
    return new RealCluster(primaries, replicas, settings);
  }

  private static String[] settings(String... more) {
    return Stream.concat(
            Stream.of(
                "cluster-enabled yes",
                "cluster-port " + RealRedis.freePort(),
                "cluster-node-timeout 5000",
                "repl-diskless-sync-delay 0"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private void wire() {
    int count = primaries.size();
    for (int i = 0; i < servers.size(); i++) {
      servers.get(i).status("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
      if (i > 0) {
        meet(servers.get(i), servers.get(0));
      }
    }
    for (int i = 0; i < count; i++) {
      int from = i * SlotHash.SLOT_COUNT / count;
      int to = (i + 1) * SlotHash.SLOT_COUNT / count - 1;
      primaries.get(i).status("CLUSTER", "ADDSLOTSRANGE", String.valueOf(from), String.valueOf(to));
    }
    servers.forEach(server -> awaitInfo(server, "cluster_known_nodes:" + servers.size() + "\r"));
    for (int i = count; i < servers.size(); i++) {
      servers.get(i).status("CLUSTER", "REPLICATE", id(servers.get(i % count)));
    }
    servers.forEach(server -> awaitInfo(server, "cluster_state:ok"));
    for (RealRedis replica : servers.subList(count, servers.size())) {
      await()
          .atMost(PATIENCE)
          .until(() -> replica.commands().info("replication").contains("master_link_status:up"));
    }
  }

  private static void meet(RealRedis one, RealRedis other) {
    String bus = other.commands().configGet("cluster-port").get("cluster-port");
    one.status("CLUSTER", "MEET", RealRedis.HOST, String.valueOf(other.port()), bus);
  }

  private static void awaitInfo(RealRedis server, String wanted) {
    await().atMost(PATIENCE).until(() -> server.commands().clusterInfo().contains(wanted));
  }

  static String id(RealRedis server) {
    return server.commands().clusterMyId();
  }

  @Override
  public List<RealRedis> primaries() {
    return primaries;
  }

  /** Lets the replica of a primary take its place, of clusters that have one for each. */
  @Override
  public void failOver(RealRedis primary) {
    servers
        .get(primaries.size() + primaries.indexOf(primary))
        .status("CLUSTER", "FAILOVER", "TAKEOVER");
  }

  /** The primary that a slot was first given to. */
  RealRedis firstOwner(int slot) {
    return primaries.get((slot * primaries.size() + primaries.size() - 1) / SlotHash.SLOT_COUNT);
  }

  /** A client of this test's own; closed with the servers. */
  RedisClusterClient client() {
    return client;
  }

  @Override
  public RedisPort port(LongSupplier nanos) {
    RedisPort port = LettuceClusterPort.open(client, nanos);
    port.awaitFirst(PATIENCE);
    return port;
  }

  @Override
  public RedisTierBuilder tier() {
    return LettuceTier.builder(client);
  }

  @Override
  public TestClient redisson() {
    Config config = new Config();
    config
        .useClusterServers()
        .addNodeAddress("redis://" + RealRedis.HOST + ":" + servers.get(0).port())
        .setMasterConnectionMinimumIdleSize(1)
        .setSlaveConnectionMinimumIdleSize(1);
    return new TestClient.OfRedisson(config);
  }

  /** Begins to move a slot: from now on keys may be on either server. */
  static void beginMove(int slot, RealRedis from, RealRedis to) {
    to.status("CLUSTER", "SETSLOT", String.valueOf(slot), "IMPORTING", id(from));
    from.status("CLUSTER", "SETSLOT", String.valueOf(slot), "MIGRATING", id(to));
  }

  /** Moves the keys of a slot that are there now. */
  static void moveKeys(int slot, RealRedis from, RealRedis to) {
    for (byte[] key : from.commands().clusterGetKeysInSlot(slot, 1_000)) {
      moveKey(key, from, to);
    }
  }

  static void moveKey(byte[] key, RealRedis from, RealRedis to) {
    from.commands().migrate(RealRedis.HOST, to.port(), 0, 5_000, MigrateArgs.Builder.key(key));
  }

  /** Ends a move, once all keys are moved; the new owner is the first to know. */
  static void endMove(int slot, RealRedis from, RealRedis to) {
    String owner = id(to);
    to.status("CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", owner);
    from.status("CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", owner);
    // Who moves it on before that takes it with an epoch that the other does not believe.
    await().atMost(PATIENCE).until(() -> epochs(from).equals(epochs(to)));
  }

  private static Set<String> epochs(RealRedis server) {
    return server
        .commands()
        .clusterNodes()
        .lines()
        .map(line -> line.split(" "))
        .map(words -> words[0] + " " + words[6])
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    servers.forEach(RealRedis::close);
  }
}
