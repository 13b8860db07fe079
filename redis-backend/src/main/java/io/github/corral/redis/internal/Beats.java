package io.github.corral.redis.internal;

import io.github.corral.redis.internal.RedisLink.Found;
import io.github.corral.spi.RemoteTier;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The beats of this process: one to each primary that has fallen silent, of all the partitions that
 * it keeps, and of the tags if it keeps those. Thread-safe.
 */
final class Beats {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");
  private static final byte[] NOTHING = {};
  private static final byte[][] NO_KEYS = {};

  private final RedisPort port;
  private final Keyspace keyspace;
  private final Script script;
  private final Duration timeout;

  Beats(RedisPort port, Keyspace keyspace, Script script, Duration timeout) {
    this.port = port;
    this.keyspace = keyspace;
    this.script = script;
    this.timeout = timeout;
  }

  /**
   * Publishes a beat on each primary that keeps one of the given partitions.
   *
   * @param published told of the partitions in each, one byte each, once it is published
   */
  void publish(int[] silent, Consumer<byte[]> published) {
    if (silent.length == 0) {
      return;
    }
    Set<Integer> wanted = Arrays.stream(silent).boxed().collect(Collectors.toSet());
    Map<String, ByteArrayOutputStream> kept = new LinkedHashMap<>();
    Set<String> chosen = new LinkedHashSet<>();
    for (int i = 0; i < RemoteTier.PARTITIONS; i++) {
      String primary = port.primary(keyspace.counter(i));
      kept.computeIfAbsent(primary, it -> new ByteArrayOutputStream()).write(i);
      if (wanted.contains(i)) {
        chosen.add(primary);
      }
    }
    String ofTags = port.primary(keyspace.tags());
    if (!kept.containsKey(ofTags)) {
      chosen.add(ofTags); // nobody else's silence would ever ask for it
    }
    for (String primary : chosen) {
      ByteArrayOutputStream partitions = kept.get(primary);
      byte[] asked = partitions == null ? NOTHING : partitions.toByteArray();
      publish(asked, primary.equals(ofTags), published);
    }
  }

  private void publish(byte[] asked, boolean tags, Consumer<byte[]> published) {
    byte[] tagsKey = tags ? keyspace.tags() : NOTHING;
    byte[] kept = tags ? tagsKey : keyspace.counter(Byte.toUnsignedInt(asked[0]));
    byte[][] arguments = {keyspace.channel(), asked, keyspace.counters(), tagsKey};
    new Call<byte[]>(script.name(), timeout)
        .on(
            port.link(kept),
            (link, call) ->
                link.eval(script, NO_KEYS, arguments).thenApply(reply -> Answers.bytes(reply, 1)))
        .whenComplete(
            (told, failure) -> {
              if (failure == null) {
                published.accept(told);
                findMissing(asked, told);
              }
              log(told, failure);
            });
  }

  /**
   * A partition that was left out has moved. A read of it is sent on to where it is, and so the
   * port learns that.
   */
  private void findMissing(byte[] asked, byte[] told) {
    int at = Arrays.mismatch(asked, told);
    if (at >= 0) {
      byte[] counter = keyspace.counter(Byte.toUnsignedInt(asked[at]));
      new Call<Found>("get", timeout)
          .on(port.link(counter), (link, call) -> link.get(counter))
          .whenComplete(Beats::log);
    }
  }

  private static void log(@Nullable Object done, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.log(Level.DEBUG, "feed: no beat was published", failure);
    }
  }
}
