package io.github.corral.redis.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Change;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.spi.RemoteTier.Stamp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A random sequence of what may happen to a few keys, the same for the same seed. Tokens and ids of
 * earlier commands come up again, and durations meet each other's ends, so that most commands find
 * something in force.
 */
final class CommandSequence {

  private static final List<String> KEYS = List.of("a", "b", "\u00e9{x}\n");
  private static final long[] LEASES = {100, 1_000, 3_000};
  private static final long[] FRESH = {0, 1, 500, 2_000, 60_000, Long.MAX_VALUE};
  private static final long[] STALE = {0, 500, 10_000};
  private static final long[] HOLDS = {0, 0, 500, 2_000, -1};
  private static final long[] WINDOWS = {300, 1_000, 5_000};
  private static final long[] PAUSES = {
    0, 1, 99, 100, 300, 499, 500, 501, 1_000, 1_999, 3_000, 9_000
  };
  private static final long[] VERSIONS = {-1, -1, 0, 1, 2, 255, 256, 1L << 40};
  private static final List<String> TAGS = List.of("x", "y", "", "\u00e9{x}\n", "\ud800");
  private static final Stamp[] STAMPS = {
    Stamp.NONE, new Stamp(1, 1_700_000_000_001L), new Stamp(0xFFFF, (1L << 48) - 1)
  };
  private static final String[] PAYLOADS = {null, "", "one", "two"};

  private final Random random;
  private final List<Long> tokens = new ArrayList<>();
  private final Queue<Function<List<Long>, Step>> planned = new ArrayDeque<>();
  private final Map<String, Long> leases = new HashMap<>();
  private final Map<String, Long> writes = new HashMap<>();

  /** What may happen. */
  sealed interface Step {}

  /** Time passes. */
  record Pause(long millis) implements Step {}

  /** An entry is evicted. */
  record Evict(String key) implements Step {}

  /** Everything is lost. */
  record Flush() implements Step {}

  /** The tags are lost. */
  record LoseTags() implements Step {}

  /** Another primary takes over, with the same data. */
  record ChangePrimary() implements Step {}

  /** The server forgets its scripts. */
  record ForgetScripts() implements Step {}

  /** A beat is published. */
  record Beat() implements Step {}

  /** A command is sent. */
  record Command(String text, Function<RemoteTier, CompletionStage<?>> call) implements Step {
    @Override
    public String toString() {
      return text;
    }
  }

  CommandSequence(long seed) {
    random = new Random(seed);
  }

  /** The next step; an id that a reply told may be held in a later refresh. */
  Step next(List<Long> ids) {
    if (planned.isEmpty() && random.nextInt(20) == 0) {
      plan();
    }
    return planned.isEmpty() ? random(ids) : planned.remove().apply(ids);
  }

  /** What is too rare by chance alone. */
  private void plan() {
    int dice = random.nextInt(5);
    if (dice == 0) {
      planFailures();
    } else if (dice == 1) {
      planLateCommit();
    } else if (dice == 2) {
      planBarriers();
    } else {
      planKeep();
    }
  }

  /** A load that began in a hold-off or a write window and is committed at any time. */
  private void planLateCommit() {
    planned.add(ids -> random.nextBoolean() ? invalidation() : begin(key()));
    planned.add(ids -> lookup(List.of()));
    planned.add(ids -> new Pause(one(PAUSES)));
    planned.add(ids -> commit(fill(leases, List.of())));
  }

  /** Failures in a row, as fast as their windows allow. */
  private void planFailures() {
    String key = key();
    for (int i = 0; i < 3; i++) {
      long token = random.nextLong() | 1;
      planned.add(ids -> command(new Lookup(key, Mode.READ, 0, token, 0, 100, 7)));
      planned.add(ids -> failure(key, token, 300));
      planned.add(ids -> new Pause(one(PAUSES)));
    }
  }

  /** Barriers of a tag that may still be held off. */
  private void planBarriers() {
    List<String> tags = tags(2);
    for (int i = 0; i < 3; i++) {
      planned.add(ids -> tagInvalidation(tags));
    }
    planned.add(ids -> new Pause(one(PAUSES)));
    planned.add(ids -> new Command("barriers", RemoteTier::barriers));
  }

  /** A value, and a load after which the source stands by it. */
  private void planKeep() {
    String key = key();
    long token = random.nextLong() | 1;
    planned.add(ids -> begin(key));
    planned.add(ids -> write(lasting(key, writes.get(key)), 0));
    planned.add(ids -> command(new Lookup(key, Mode.REFRESH, last(ids), token, 0, one(LEASES), 7)));
    planned.add(ids -> new Pause(one(PAUSES)));
    planned.add(ids -> commit(keeping(key, token, id(ids))));
    planned.add(ids -> inspection(key));
  }

  private Fill lasting(String key, long token) {
    byte[] payload = payload();
    return new Fill(key, token, payload, 60_000, 500, 1, -1, false, 6 + random.nextInt(3));
  }

  private static Command failure(String key, long token, long least) {
    return new Command(
        "fail " + key + " " + token + " " + least,
        tier -> tier.fail(key, token, "E" + least, least, 5_000));
  }

  private Step random(List<Long> ids) {
    int dice = random.nextInt(100);
    if (dice < 22) {
      return new Pause(one(PAUSES));
    }
    if (dice < 24) {
      return new Evict(key());
    }
    if (dice < 25) {
      return new Flush();
    }
    if (dice < 27) {
      return new ForgetScripts();
    }
    if (dice < 28) {
      return new Beat();
    }
    if (dice < 29) {
      return random.nextBoolean() ? new LoseTags() : new ChangePrimary();
    }
    if (dice < 37) {
      return tagCommand();
    }
    return command(dice, ids);
  }

  private Command command(int dice, List<Long> ids) {
    if (dice < 40) {
      return inspection(key());
    }
    if (dice < 57) {
      return lookup(ids);
    }
    if (dice < 70) {
      return commit(fill(leases, ids));
    }
    if (dice < 77) {
      return leaseCommand();
    }
    if (dice < 84) {
      return invalidation();
    }
    if (dice < 92) {
      return begin(key());
    }
    return write(fill(writes, ids), one(HOLDS));
  }

  private Command begin(String key) {
    long token = token();
    writes.put(key, token);
    long window = one(WINDOWS);
    long hold = one(HOLDS);
    return new Command(
        "begin " + key + " " + token + " " + window + " " + hold,
        tier -> tier.beginWrite(key, token, window, hold));
  }

  private static Command write(Fill write, long hold) {
    return new Command("write " + text(write) + " " + hold, tier -> tier.commitWrite(write, hold));
  }

  private static Command commit(Fill fill) {
    return new Command("commit " + text(fill), tier -> tier.commit(fill));
  }

  private Command lookup(List<Long> ids) {
    Mode mode = Mode.values()[random.nextInt(3)];
    long held = ids.isEmpty() || random.nextInt(4) == 0 ? 0 : id(ids);
    long previous = random.nextInt(3) == 0 ? token() : 0;
    Lookup lookup = new Lookup(key(), mode, held, token(), previous, one(LEASES), schema());
    leases.put(lookup.key(), lookup.token());
    return command(lookup);
  }

  private static Command command(Lookup lookup) {
    return new Command(lookup.toString(), tier -> tier.lookup(lookup));
  }

  private static Command inspection(String key) {
    return new Command("inspect " + key, tier -> tier.inspect(key));
  }

  private Command tagCommand() {
    if (random.nextInt(3) == 0) {
      return new Command("barriers", RemoteTier::barriers);
    }
    return tagInvalidation(tags(1 + random.nextInt(2)));
  }

  private Command tagInvalidation(List<String> tags) {
    long hold = one(HOLDS);
    return new Command(
        "invalidate tags " + tags + " " + hold, tier -> tier.invalidateTags(tags, hold));
  }

  private Command leaseCommand() {
    String key = key();
    long token = token(key, leases);
    long millis = one(LEASES);
    return switch (random.nextInt(5)) {
      case 0, 1, 2 -> failure(key, token, millis / 2);
      case 3 ->
          new Command(
              "renew " + key + " " + token + " " + millis, tier -> tier.renew(key, token, millis));
      default -> new Command("release " + key + " " + token, tier -> tier.release(key, token));
    };
  }

  private Command invalidation() {
    String key = key();
    Change mode = random.nextBoolean() ? Change.HARD : Change.SOFT;
    long hold = one(HOLDS);
    return new Command(
        "invalidate " + key + " " + mode + " " + hold, tier -> tier.invalidate(key, mode, hold));
  }

  private Fill fill(Map<String, Long> candidates, List<Long> ids) {
    String key = key();
    return keeping(key, token(key, candidates), random.nextInt(6) == 0 ? id(ids) : 0);
  }

  private Fill keeping(String key, long token, long keeps) {
    return new Fill(
        key,
        token,
        payload(),
        one(FRESH),
        one(STALE),
        random.nextInt(50),
        one(VERSIONS),
        random.nextInt(4) == 0,
        schema(),
        keeps,
        STAMPS[random.nextInt(STAMPS.length)],
        tags(random.nextInt(3)));
  }

  private List<String> tags(int count) {
    return Stream.generate(() -> TAGS.get(random.nextInt(TAGS.size()))).limit(count).toList();
  }

  private byte[] payload() {
    String payload = PAYLOADS[random.nextInt(PAYLOADS.length)];
    return payload == null ? null : payload.getBytes(UTF_8);
  }

  /** Mostly the last one. */
  private long id(List<Long> ids) {
    return random.nextInt(3) > 0 || ids.isEmpty() ? last(ids) : ids.get(random.nextInt(ids.size()));
  }

  private static long last(List<Long> ids) {
    return ids.isEmpty() ? 0 : ids.get(ids.size() - 1);
  }

  private String key() {
    int dice = random.nextInt(10);
    return KEYS.get(dice < 7 ? 0 : dice - 7);
  }

  /** Mostly the last one of its kind. */
  private long token(String key, Map<String, Long> candidates) {
    Long candidate = candidates.get(key);
    return candidate == null || random.nextInt(4) == 0 ? token() : candidate;
  }

  /** Mostly one of the last few. */
  private long token() {
    if (tokens.isEmpty() || random.nextInt(4) == 0) {
      tokens.add(random.nextLong() | 1);
      return tokens.get(tokens.size() - 1);
    }
    int back = Math.min(tokens.size(), 1 + random.nextInt(3));
    return tokens.get(tokens.size() - back);
  }

  private int schema() {
    return random.nextInt(4) == 0 ? 8 : 7;
  }

  private long one(long[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static String text(Fill fill) {
    byte[] payload = fill.payload();
    return "%s %d %s fresh %d stale %d version %d%s schema %d keeps %d %s %s"
        .formatted(
            fill.key(),
            fill.token(),
            payload == null ? "absent" : "'" + new String(payload, UTF_8) + "'",
            fill.freshMillis(),
            fill.staleMillis(),
            fill.version(),
            fill.fromPrimary() ? " primary" : "",
            fill.schema(),
            fill.keeps(),
            fill.stamp(),
            fill.tags());
  }
}
