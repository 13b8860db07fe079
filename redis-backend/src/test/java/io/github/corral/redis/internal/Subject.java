package io.github.corral.redis.internal;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Barriers;
import io.github.corral.spi.RemoteTier.Busy;
import io.github.corral.spi.RemoteTier.Failing;
import io.github.corral.spi.RemoteTier.Granted;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.spi.RemoteTier.Inspection;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.testing.HeardFeed;
import io.github.corral.testing.HeardFeed.Beat;
import io.github.corral.testing.HeardFeed.Changed;
import io.github.corral.testing.HeardFeed.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;

/**
 * A tier that is compared with others: its replies and its feed as text, without what is random in
 * them.
 */
final class Subject implements AutoCloseable {

  private static final String FENCE = "fence";

  private final RemoteTier tier;
  private final HeardFeed feed = new HeardFeed();
  private int heard;

  Subject(RemoteTier tier) {
    this.tier = tier;
    tier.subscribe(feed);
    feed.await(HeardFeed.Subscribed.class::isInstance);
    heard = feed.messages().size();
  }

  Object call(Function<RemoteTier, CompletionStage<?>> command) {
    return command.apply(tier).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  void beat() {
    int before = feed.messages(Beat.class).size();
    tier.beat(new int[] {0});
    await(() -> feed.messages(Beat.class).size() > before);
  }

  /** What the feed has told since it was last asked, up to a change of this subject's own. */
  List<String> newlyHeard() {
    long fences = fences();
    call(it -> it.invalidate(FENCE, RemoteTier.Change.HARD, 0));
    await(() -> fences() > fences);
    List<Message> messages = feed.messages();
    List<Message> fresh = messages.subList(heard, messages.size());
    heard = messages.size();
    Map<Long, Integer> epochs = new HashMap<>();
    List<String> texts = new ArrayList<>();
    fresh.forEach(message -> texts.add(text(message, epochs)));
    return texts;
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().pollInterval(Duration.ofMillis(1)).until(condition);
  }

  private long fences() {
    return feed.messages(Changed.class).stream().filter(it -> it.key().equals(FENCE)).count();
  }

  private static String text(Message message, Map<Long, Integer> epochs) {
    if (message instanceof Changed it) {
      return "%s %s %d: %d/%d"
          .formatted(
              it.change(), it.key(), it.partition(), ordinal(it.epoch(), epochs), it.sequence());
    }
    if (message instanceof Beat it) {
      return "beat " + counters(it, epochs);
    }
    return message.toString();
  }

  private static List<String> counters(Beat beat, Map<Long, Integer> epochs) {
    List<String> counters = new ArrayList<>();
    for (int i = 0; i < beat.partitions().size(); i++) {
      if (beat.sequences().get(i) != 0) {
        counters.add(
            beat.partitions().get(i)
                + ":"
                + ordinal(beat.epochs().get(i), epochs)
                + "/"
                + beat.sequences().get(i));
      }
    }
    return counters;
  }

  /** Identities are random: what counts is where they are the same. */
  private static int ordinal(long epoch, Map<Long, Integer> epochs) {
    return epochs.computeIfAbsent(epoch, it -> epochs.size());
  }

  /** A reply as text, in which the remaining times of an entry are left out if wanted. */
  static String text(Object reply, boolean times) {
    if (reply instanceof Hit it) {
      return "hit " + text(it.stored(), times);
    }
    if (reply instanceof Granted it) {
      return "granted " + it.fromPrimary() + " " + text(it.stale(), times);
    }
    if (reply instanceof Busy it) {
      return "busy " + it.leaseMillis() + " " + text(it.stale(), times);
    }
    if (reply instanceof Failing it) {
      return "failing " + it.error() + " " + it.windowMillis() + " " + text(it.stale(), times);
    }
    if (reply instanceof Inspection it) {
      return text(it.stored(), times) + " " + withoutValue(it);
    }
    if (reply instanceof Barriers it) {
      return it.now() + " floor " + it.floor() + " " + new TreeMap<>(it.byTag());
    }
    return String.valueOf(reply);
  }

  private static Inspection withoutValue(Inspection it) {
    return new Inspection(
        null,
        it.schema(),
        it.version(),
        it.leaseMillis(),
        it.awaited(),
        it.holdOffMillis(),
        it.leastVersion(),
        it.writeMillis(),
        it.contended(),
        it.failingMillis(),
        it.failures(),
        it.error());
  }

  private static String text(Stored stored, boolean times) {
    if (stored == null) {
      return "nothing";
    }
    String value = stored.payload() == null ? "absent" : HexFormat.of().formatHex(stored.payload());
    return "%s id %d life %d cost %d %s %s"
            .formatted(
                value,
                stored.id(),
                stored.lifeMillis(),
                stored.costMillis(),
                stored.stamp(),
                stored.tags())
        + (times ? " fresh %d hard %d".formatted(stored.freshMillis(), stored.hardMillis()) : "");
  }

  @Override
  public void close() {
    tier.close();
  }
}
