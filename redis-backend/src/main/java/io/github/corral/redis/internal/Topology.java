package io.github.corral.redis.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Which primary of a cluster keeps which slot, as one of its servers sees it. Thread-safe. */
final class Topology {

  private static final Set<String> UNUSABLE = Set.of("fail", "noaddr", "handshake");
  private static final int ADDRESS = 1;
  private static final int FLAGS = 2;
  private static final int SLOTS = 8;

  private final AtomicReferenceArray<@Nullable String> primaries =
      new AtomicReferenceArray<>(ClusterSlot.COUNT);
  private final Set<String> ofSlots = new LinkedHashSet<>();
  private final List<String> servers = new ArrayList<>();

  Topology() {}

  /**
   * Reads what {@code CLUSTER NODES} tells.
   *
   * @param asked the address of the server that was asked
   */
  static Topology read(String text, String asked) {
    Topology read = new Topology();
    text.lines().map(line -> line.split(" ", -1)).forEach(words -> read.add(words, asked));
    return read;
  }

  private void add(String[] words, String asked) {
    if (UNUSABLE.stream().anyMatch(List.of(words[FLAGS].split(",", -1))::contains)) {
      return;
    }
    // A server that has not met another one yet does not know its own address.
    String known = words[ADDRESS].replaceFirst("[@,].*", "");
    String address = known.startsWith(":") ? asked : known;
    BitSet slots = new BitSet(ClusterSlot.COUNT);
    for (int i = SLOTS; i < words.length; i++) {
      if (!words[i].startsWith("[")) { // else it is one on its way
        String[] range = words[i].split("-", -1);
        slots.set(Integer.parseInt(range[0]), Integer.parseInt(range[range.length - 1]) + 1);
      }
    }
    add(address, slots);
  }

  /** Adds a server with its slots; of use to who makes a topology, before anyone reads it. */
  void add(String address, BitSet slots) {
    servers.add(address);
    slots.stream().forEach(slot -> primaries.set(slot, address));
    if (!slots.isEmpty()) {
      ofSlots.add(address);
    }
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
