package io.github.corral.redis.internal;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Which primary of a cluster keeps which slot, as one of its servers sees it. Thread-safe. */
final class LettuceTopology {

  private final AtomicReferenceArray<@Nullable String> primaries =
      new AtomicReferenceArray<>(SlotHash.SLOT_COUNT);
  private final Set<String> ofSlots = new LinkedHashSet<>();
  private final List<String> servers = new ArrayList<>();

  private LettuceTopology(Iterable<RedisClusterNode> nodes, String asked) {
    for (RedisClusterNode node : nodes) {
      if (!node.is(NodeFlag.FAIL) && !node.is(NodeFlag.NOADDR) && !node.is(NodeFlag.HANDSHAKE)) {
        RedisURI uri = node.getUri();
        // A server that has not met another one yet does not know its own address.
        String address = uri == null ? asked : uri.getHost() + ':' + uri.getPort();
        servers.add(address);
        node.forEachSlot(slot -> primaries.set(slot, address));
        if (!node.hasNoSlots()) {
          ofSlots.add(address);
        }
      }
    }
  }

  /** What a client knows. */
  static LettuceTopology of(Iterable<RedisClusterNode> nodes) {
    return new LettuceTopology(nodes, "");
  }

  /**
   * Reads what {@code CLUSTER NODES} tells.
   *
   * @param asked the address of the server that was asked
   */
  static LettuceTopology read(String text, String asked) {
    return new LettuceTopology(ClusterPartitionParser.parse(text), asked);
  }

  /** The address of the primary that keeps a slot; null if nobody does. */
  @Nullable String primary(int slot) {
    return primaries.get(slot);
  }

  /** Notes that a slot is elsewhere. */
  void moved(int slot, String address) {
    primaries.set(slot, address);
  }

  /** The primaries that kept slots when it was read. */
  Set<String> primaries() {
    return Collections.unmodifiableSet(ofSlots);
  }

  /** All servers that are not known to have failed. */
  List<String> servers() {
    return Collections.unmodifiableList(servers);
  }
}
