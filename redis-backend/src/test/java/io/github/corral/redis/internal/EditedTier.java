package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The tier on Redis with a rule of its scripts broken. */
public final class EditedTier {

  private static final Duration CONNECT_WAIT = Duration.ofSeconds(2);

  private EditedTier() {}

  /**
   * Makes a tier whose scripts are edited.
   *
   * @param edits texts and their replacements, by turns; each text must stand in some script
   */
  public static RemoteTier of(
      RedisClient client, String namespace, Duration timeout, List<String> edits) {
    RedisPort port = LettucePort.open(client);
    port.awaitFirst(CONNECT_WAIT);
    return new ScriptedTier(
        port,
        new Keyspace(namespace),
        edited(edits),
        timeout,
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextLong(),
        VirtualRedis.VALUES);
  }

  private static Scripts edited(List<String> edits) {
    List<Edit> all = new ArrayList<>();
    for (int i = 0; i < edits.size(); i += 2) {
      all.add(new Edit(edits.get(i), edits.get(i + 1)));
    }
    Scripts scripts =
        Scripts.load(
            script -> {
              String text = script;
              for (Edit edit : all) {
                text = edit.apply(text);
              }
              return text;
            });
    if (!all.stream().allMatch(Edit::applied)) {
      throw new IllegalArgumentException("a text to be replaced stands in no script: " + edits);
    }
    return scripts;
  }
}
