package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The keys of a namespace. The part in braces puts an entry and its partition's counter into one
 * slot of a cluster.
 *
 * <ul>
 *   <li>{@code {namespace:partition}:e:key} is an entry
 *   <li>{@code {namespace:partition}:f} is the partition's counter: its identity and its last
 *       number, 8 bytes each
 *   <li>{@code {namespace}:t} is the hash of the tags' barriers, {@code {namespace}:o} their order
 *   <li>{@code {namespace}:feed} is the feed's channel
 * </ul>
 */
public final class Keyspace {

  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final byte[] channel;
  private final byte[] tags;
  private final byte[] tagOrder;
  private final byte[] countersBegin;
  private final byte[][] counters = new byte[RemoteTier.PARTITIONS][];
  private final byte[][] prefixes = new byte[RemoteTier.PARTITIONS][];

  /** Makes the keys of a namespace that was checked. */
  public Keyspace(String namespace) {
    channel = ascii("{" + checked(namespace) + "}:feed");
    tags = ascii("{" + namespace + "}:t");
    tagOrder = ascii("{" + namespace + "}:o");
    countersBegin = ascii("{" + namespace + ":");
    for (int i = 0; i < RemoteTier.PARTITIONS; i++) {
      counters[i] = ascii("{" + namespace + ":" + i + "}:f");
      prefixes[i] = ascii("{" + namespace + ":" + i + "}:e:");
    }
  }

  /**
   * Checks a namespace.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String checked(String namespace) {
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "': must be 1 to 64 letters, digits, dots, hyphens and underscores");
    }
    return namespace;
  }

  byte[] channel() {
    return channel;
  }

  byte[] tags() {
    return tags;
  }

  byte[] tagOrder() {
    return tagOrder;
  }

  byte[] counter(int partition) {
    return counters[partition];
  }

  /** What the names of all counters begin with, before the number of the partition. */
  byte[] counters() {
    return countersBegin;
  }

  byte[] entry(String key) {
    byte[] prefix = prefixes[RemoteTier.partition(key)];
    byte[] text = KeyText.encode(key);
    byte[] entry = new byte[prefix.length + text.length];
    System.arraycopy(prefix, 0, entry, 0, prefix.length);
    System.arraycopy(text, 0, entry, prefix.length, text.length);
    return entry;
  }

  /** The text of the key whose entry's name stands in a message from the given byte on. */
  static String text(byte[] message, int from) {
    int at = from;
    while (message[at] != '}') {
      at++;
    }
    return KeyText.decode(message, at + "}:e:".length());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
