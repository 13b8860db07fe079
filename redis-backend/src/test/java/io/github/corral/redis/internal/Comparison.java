package io.github.corral.redis.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.corral.redis.internal.CommandSequence.Beat;
import io.github.corral.redis.internal.CommandSequence.ChangePrimary;
import io.github.corral.redis.internal.CommandSequence.Command;
import io.github.corral.redis.internal.CommandSequence.Evict;
import io.github.corral.redis.internal.CommandSequence.Flush;
import io.github.corral.redis.internal.CommandSequence.ForgetScripts;
import io.github.corral.redis.internal.CommandSequence.LoseTags;
import io.github.corral.redis.internal.CommandSequence.Pause;
import io.github.corral.redis.internal.CommandSequence.Step;
import io.github.corral.spi.RemoteTier.Committed;
import io.github.corral.spi.RemoteTier.Hit;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTags;
import io.github.corral.testing.InMemoryTier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Runs the same commands on the model and on real Redis, twice: by scripts only, where every reply
 * must be the model's to the millisecond, and as processes do it, by a GET first, where a hit's
 * remaining times may be told a little shorter. All keep three tags at most.
 */
final class Comparison implements AutoCloseable {

  private static final int STEPS = 60;
  private static final int MOST_TAGS = 3;

  private final VirtualRedis redis;
  private final Subject scripts;
  private final Subject reads;
  private final Keyspace scriptsSpace;
  private final Keyspace readsSpace;

  /**
   * How often the tags were lost, or the primary changed: what epochs are made of, which are so the
   * same for all.
   */
  private final AtomicLong losses = new AtomicLong();

  private final AtomicLong drawn = new AtomicLong();

  /** Compares in namespaces of its own. */
  Comparison(VirtualRedis redis, String name, UnaryOperator<String> edit) {
    this.scriptsSpace = new Keyspace("scripts-" + name);
    this.readsSpace = new Keyspace("reads-" + name);
    this.redis = redis;
    redis.reset();
    this.scripts = subject(new ScriptsOnly(redis.port()), scriptsSpace, edit);
    this.reads = subject(redis.port(), readsSpace, edit);
  }

  private Subject subject(RedisPort port, Keyspace keyspace, UnaryOperator<String> edit) {
    UnaryOperator<String> few = text -> VirtualRedis.keepingTags(MOST_TAGS, text);
    return new Subject(redis.tier(port, keyspace, text -> few.apply(edit.apply(text)), this::bits));
  }

  /** Bits of which the tags' epoch is {@code 1 + losses}, and of which no two are the same. */
  private long bits() {
    return losses.get() + 65_535 * drawn.incrementAndGet();
  }

  private InMemoryServer model(long seed) {
    InMemoryTags tags =
        new InMemoryTags(seed, MOST_TAGS) {
          @Override
          protected long newEpoch() {
            return 1 + losses.get();
          }
        };
    return new InMemoryServer(redis::millis, seed, tags);
  }

  /** Runs a sequence; gives the first difference, with all that led to it, or an empty text. */
  String differenceIn(long seed) {
    redis.reset();
    losses.set(0);
    InMemoryServer server = model(seed);
    CommandSequence sequence = new CommandSequence(seed);
    List<Long> ids = new ArrayList<>();
    List<String> trace = new ArrayList<>();
    try (Subject model = new Subject(new InMemoryTier(server))) {
      for (int i = 0; i < STEPS; i++) {
        Step step = sequence.next(ids);
        trace.add(step.toString());
        if (step instanceof Command command && differs(command, model, ids, trace)) {
          feedsDiffer(model, trace);
          return report(seed, trace);
        }
        apply(step, server, model);
      }
      return feedsDiffer(model, trace) ? report(seed, trace) : "";
    }
  }

  private boolean differs(Command command, Subject model, List<Long> ids, List<String> trace) {
    Object expected = model.call(command.call());
    Object byScript = scripts.call(command.call());
    Object byRead = reads.call(command.call());
    learn(expected, ids);
    trace.add("  model:   " + Subject.text(expected, true));
    trace.add("  scripts: " + Subject.text(byScript, true));
    trace.add("  reads:   " + Subject.text(byRead, true));
    return !Subject.text(expected, true).equals(Subject.text(byScript, true))
        || !agree(expected, byRead);
  }

  /**
   * A hit by GET may tell less of its remaining times, by what the clocks may drift apart, but
   * never more.
   */
  private boolean agree(Object expected, Object byRead) {
    if (expected instanceof Hit exact && byRead instanceof Hit hit) {
      long slack = redis.elapsed() / 1_000 + 1;
      long less = exact.stored().freshMillis() - hit.stored().freshMillis();
      long lessHard = exact.stored().hardMillis() - hit.stored().hardMillis();
      return Subject.text(expected, false).equals(Subject.text(byRead, false))
          && less >= 0
          && less <= slack
          && lessHard >= 0
          && lessHard <= slack;
    }
    return Subject.text(expected, true).equals(Subject.text(byRead, true));
  }

  private static void learn(Object reply, List<Long> ids) {
    if (reply instanceof Committed committed && committed.id() != 0) {
      ids.add(committed.id());
    }
  }

  private void apply(Step step, InMemoryServer server, Subject model) {
    if (step instanceof Pause pause) {
      redis.advance(pause.millis());
    } else if (step instanceof Evict evict) {
      server.evict(evict.key());
      redis.redis().commands().del(scriptsSpace.entry(evict.key()), readsSpace.entry(evict.key()));
    } else if (step instanceof Flush) {
      losses.incrementAndGet();
      server.flushAll();
      redis.redis().commands().flushall();
    } else if (step instanceof LoseTags) {
      losses.incrementAndGet();
      server.loseTags();
      redis.redis().commands().del(scriptsSpace.tags(), readsSpace.tags());
    } else if (step instanceof ChangePrimary) {
      int number = (int) losses.incrementAndGet() + 1;
      server.restart(String.valueOf(number));
      redis.primary(number);
    } else if (step instanceof ForgetScripts) {
      redis.redis().commands().scriptFlush();
    } else if (step instanceof Beat) {
      List.of(model, scripts, reads).forEach(Subject::beat);
    }
  }

  private boolean feedsDiffer(Subject model, List<String> trace) {
    List<String> expected = model.newlyHeard();
    List<String> byScript = scripts.newlyHeard();
    List<String> byRead = reads.newlyHeard();
    trace.add("feed of the model:   " + expected);
    trace.add("feed of the scripts: " + byScript);
    trace.add("feed of the reads:   " + byRead);
    return !expected.equals(byScript) || !expected.equals(byRead);
  }

  /** The names of the entries that would live for ever. */
  List<String> immortalEntries() {
    return redis.redis().commands().keys("{*}:e:*").stream()
        .filter(key -> redis.redis().commands().pttl(key) < 0)
        .map(key -> new String(key, UTF_8))
        .toList();
  }

  private static String report(long seed, List<String> trace) {
    return "seed " + seed + "\n" + String.join("\n", trace);
  }

  @Override
  public void close() {
    scripts.close();
    reads.close();
  }
}
