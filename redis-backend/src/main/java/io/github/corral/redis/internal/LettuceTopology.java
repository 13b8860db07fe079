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

  private LettuceTopology(Iterable<RedisClusterNode> nodes, String host) {
    for (RedisClusterNode node : nodes) {
      if (!node.is(NodeFlag.FAIL) && !node.is(NodeFlag.NOADDR) && !node.is(NodeFlag.HANDSHAKE)) {
        String address = address(node.getUri(), host);
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
   * @param host where it was asked, which may not know its own name
   */
  static LettuceTopology read(String text, String host) {
    return new LettuceTopology(ClusterPartitionParser.parse(text), host);
  }

  private static String address(RedisURI uri, String host) {
    String own = uri.getHost();
    return (own == null || own.isEmpty() ? host : own) + ':' + uri.getPort();
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
