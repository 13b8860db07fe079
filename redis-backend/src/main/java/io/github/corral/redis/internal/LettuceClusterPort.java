package io.github.corral.redis.internal;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A Redis Cluster by way of Lettuce.
 *
 * <p>Lettuce's own cluster connection sends again what had no reply when a connection was lost, so
 * there is none. The connections are to single servers, with the resources, the options and the
 * credentials of the client that this port is given. Thread-safe.
 */
public final class LettuceClusterPort implements ClusterClient {

  private final RedisClusterClient client;
  private final RedisClient single;

  private LettuceClusterPort(RedisClusterClient client) {
    this.client = client;
    this.single = RedisClient.create(client.getResources());
    this.single.setOptions(client.getOptions());
  }

  /** Makes a port and begins to connect. */
  public static RedisPort open(RedisClusterClient client) {
    return open(client, System::nanoTime);
  }

  static RedisPort open(RedisClusterClient client, LongSupplier nanos) {
    return ClusterPort.open(new LettuceClusterPort(client), nanos);
  }

  @Override
  public CompletionStage<Topology> find() {
    return client.refreshPartitionsAsync().thenApply(done -> found(client.getPartitions()));
  }

  private static Topology found(Iterable<RedisClusterNode> nodes) {
    Topology found = new Topology();
    for (RedisClusterNode node : nodes) {
      if (!node.is(NodeFlag.FAIL) && !node.is(NodeFlag.NOADDR) && !node.is(NodeFlag.HANDSHAKE)) {
        BitSet slots = new BitSet(ClusterSlot.COUNT);
        node.forEachSlot(slots::set);
        found.add(node.getUri().getHost() + ':' + node.getUri().getPort(), slots);
      }
    }
    return found;
  }

  @Override
  public CompletionStage<CommandConnection> connect(String address) {
    return single
        .connectAsync(ByteArrayCodec.INSTANCE, uri(address))
        .thenApply(LettuceCommands::new);
  }

  @Override
  public CompletionStage<FeedConnection> connectFeed(String address) {
    return single
        .connectPubSubAsync(ByteArrayCodec.INSTANCE, uri(address))
        .thenApply(LettuceFeed::new);
  }

  @Override
  public CompletableFuture<Void> close() {
    return single.shutdownAsync(0, Connector.CLOSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** As the client connects to its own servers. */
  private RedisURI uri(String address) {
    RedisURI own = client.getPartitions().getPartition(0).getUri();
    return RedisURI.builder(own)
        .withHost(Redirection.host(address))
        .withPort(Redirection.port(address))
        .build();
  }
}
