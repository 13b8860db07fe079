package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.Explanation;
import io.github.corral.Explanation.Answer;
import io.github.corral.Explanation.Doing;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.policy.Failure;
import io.github.corral.policy.Refresh;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Inspection;
import io.github.corral.spi.RemoteTier.Stamp;
import io.github.corral.spi.RemoteTier.Stored;
import io.github.corral.testing.InMemoryTier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an explanation tells of a key, and that it leaves no trace. */
class ExplainTest {

  private static final Inspection NOTHING =
      new Inspection(null, 0, Fill.NO_VERSION, 0, false, 0, Fill.NO_VERSION, 0, false, 0, 0, "");

  private final Lab lab = new Lab();
  private Inspection told = NOTHING;

  /** A process whose remote tier tells what the test says. */
  private Node node() {
    return lab.node(
        setup ->
            setup.network =
                new ScriptedTier(new InMemoryTier(lab.server)) {
                  @Override
                  public CompletionStage<Inspection> inspect(String key) {
                    assertThat(key).isEqualTo("c::1");
                    return CompletableFuture.completedFuture(told);
                  }
                });
  }

  private Node alone() {
    return lab.node(
        setup -> {
          setup.alone = true;
          setup.failure =
              Failure.loadTimeout(Duration.ofSeconds(10))
                  .backoff(Duration.ofSeconds(5), Duration.ofSeconds(5));
        });
  }

  private Explanation explain(Node node) {
    CompletableFuture<Explanation> explained = node.cache.explainAsync(1);
    lab.passMoment();
    assertThat(explained).isDone();
    return explained.join();
  }

  private static Inspection of(@Nullable Stored stored, int schema, long version) {
    return new Inspection(
        stored, schema, version, 0, false, 0, Fill.NO_VERSION, 0, false, 0, 0, "");
  }

  private static Stored stored(byte @Nullable [] payload, long fresh, long hard, String... tags) {
    return new Stored(payload, 7, fresh, hard, 600_000, 40, Stamp.NONE, List.of(tags));
  }

  // ---------------------------------------------------------------- where it is

  @Test
  void explain_nothingAnywhere_saysSo() {
    Explanation explained = explain(node());

    assertThat(explained)
        .isEqualTo(
            new Explanation(
                "c",
                "1",
                null,
                null,
                new Explanation.Remote(Answer.GIVEN, null, null, null, null, null)));
    assertThat(explained)
        .hasToString(
            "cache 'c', key 1: nowhere.\n"
                + "No lookup or load of it is in progress in this process.\n"
                + "Nobody has the lease to fill it.");
  }

  @Test
  void explain_heldByThisProcess_tellsItsTimes() {
    Node node = node();
    node.read(1);
    lab.pass(Duration.ofSeconds(2));
    node.last().gives("secret");
    lab.pass(Duration.ofSeconds(8));

    Explanation explained = explain(node);

    Explanation.Copy copy = explained.inProcess();
    assertThat(copy.absent()).isFalse();
    assertThat(copy.times().age()).isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_010));
    assertThat(copy.times().fresh()).isBetween(Duration.ofMillis(49_990), Duration.ofSeconds(50));
    assertThat(copy.times().servable())
        .isBetween(Duration.ofMillis(109_990), Duration.ofSeconds(110));
    assertThat(copy.times().cost()).isBetween(Duration.ofMillis(1_990), Duration.ofMillis(2_010));
    assertThat(copy.refreshIn()).isEqualTo(copy.times().fresh());
    assertThat(explained.toString())
        .startsWith("cache 'c', key 1: in this process only.\nIn this process: loaded at most 10 s")
        .contains("fresh for another 49.9 s and then stale for 1 min; a refresh is due in 49.9 s.")
        .doesNotContain("secret");
  }

  @Test
  void explain_staleInThisProcess_tellsForHowLong() {
    Node node = node();
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(65));

    Explanation explained = explain(node);

    assertThat(explained.inProcess().times().fresh()).isNegative();
    assertThat(explained.toString())
        .contains("stale for 5 s and servable for another 54.9 s; the next read starts a refresh.");
  }

  @Test
  void explain_absenceIsKnown_saysSo() {
    Node node = node();
    node.fill(1, null);

    assertThat(explain(node).inProcess().absent()).isTrue();
    assertThat(explain(node).toString()).contains("In this process: known to be absent, loaded");
  }

  @Test
  void explain_invalidatedOrExpired_isNotHeld() {
    Node node = node();
    node.fill(1, "a");
    node.cache.invalidateAsync(1);
    lab.passMoment();
    assertThat(explain(node).inProcess()).isNull();
    assertThat(node.engine.held()).as("what is dead is left to the next read").isEqualTo(1);

    node.fill(1, "b");
    lab.pass(Duration.ofSeconds(121));
    assertThat(explain(node).inProcess()).isNull();
  }

  @Test
  void explain_heldByTheRemoteTier_tellsItsTimesVersionAndTags() {
    told = of(stored(new byte[212], 350_000, 950_000, "blog", "people"), 1, 7);

    Explanation explained = explain(node());

    assertThat(explained.remote().stored())
        .isEqualTo(
            new Explanation.Stored(
                false,
                new Explanation.Times(
                    Duration.ofSeconds(250),
                    Duration.ofSeconds(350),
                    Duration.ofSeconds(950),
                    Duration.ofMillis(40)),
                212,
                1,
                true,
                7L,
                List.of("blog", "people")));
    assertThat(explained.toString())
        .startsWith("cache 'c', key 1: in the remote tier only.\n")
        .contains(
            "\nIn the remote tier: 212 bytes, loaded at most 4 min 10 s ago in 40 ms, fresh for"
                + " another 5 min 50 s and then stale for 10 min; schema 1, version 7, tags blog,"
                + " people.\n");
  }

  @Test
  void explain_otherSchemaAndAbsent_saysSo() {
    told = of(stored(null, -5_000, 95_000), 2, Fill.NO_VERSION);

    Explanation explained = explain(node());

    assertThat(explained.remote().stored().readable()).isFalse();
    assertThat(explained.remote().stored().version()).isNull();
    assertThat(explained.toString())
        .contains("In the remote tier: known to be absent, ")
        .contains("stale for 5 s and servable for another 1 min 35 s")
        .contains("schema 2, which this cache does not read, no tags.");
  }

  // ---------------------------------------------------------------- what is in force

  @Test
  void explain_everythingIsInForce_tellsAllOfIt() {
    told =
        new Inspection(null, 0, Fill.NO_VERSION, 2_900, true, 5_000, 9, 20_000, true, 180, 2, "E");

    Explanation explained = explain(node());

    assertThat(explained.remote())
        .isEqualTo(
            new Explanation.Remote(
                Answer.GIVEN,
                null,
                new Explanation.Lease(Duration.ofMillis(2_900), true),
                new Explanation.HoldOff(Duration.ofSeconds(5), 9L),
                new Explanation.Write(Duration.ofSeconds(20), true),
                new Explanation.Failures(2, "E", Duration.ofMillis(180))));
    assertThat(explained.toString().lines())
        .contains(
            "Somebody has the lease to fill it, for another 2.9 s, and other processes wait for"
                + " that.",
            "Its last load failed with E; failures in a row: 2; not tried again for another"
                + " 180 ms.",
            "A hold-off is in force for another 5 s: until then a load counts only if it reads the"
                + " primary or brings version 9 or later.",
            "A write is in progress, its window open for another 20 s; writes overlap, so none of"
                + " them is stored.");
  }

  @Test
  void explain_singleProcess_tellsItsOwnLeaseAndFailures() {
    Node alone = alone();
    alone.read(1);
    assertThat(explain(alone).toString())
        .isEqualTo(
            "cache 'c', key 1: nowhere.\n"
                + "This process loads it; callers that wait for that: 1.\n"
                + "Somebody has the lease to fill it, until that load ends.");
    alone.last().fails(new IllegalStateException("down"));
    lab.passMoment();

    Explanation explained = explain(alone);

    assertThat(explained.remote().answer()).isEqualTo(Answer.NO_TIER);
    assertThat(explained.remote().failures().inARow()).isEqualTo(1);
    assertThat(explained.toString())
        .contains("Its last load failed with java.lang.IllegalStateException;")
        .contains("not tried again for another 4.9 s.");
    lab.pass(Duration.ofSeconds(5));
    alone.fill(1, "a");
    assertThat(explain(alone).remote().failures()).isNull();
    assertThat(explain(alone).toString()).contains("in this process, which has no remote tier.");
  }

  @Test
  void explain_failedAndTheWindowIsOver_saysThatItMayBeTried() {
    told =
        new Inspection(null, 0, Fill.NO_VERSION, 0, false, 0, Fill.NO_VERSION, 0, false, 0, 3, "E");

    assertThat(explain(node()).toString()).contains("row: 3; the next read may try again.");
  }

  // ---------------------------------------------------------------- the flight

  @Test
  void explain_flightInProgress_tellsWhatItIsAtAndWhoWaits() {
    Node node = node();
    node.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    node.read(1);
    assertThat(explain(node).inFlight()).isEqualTo(inFlight(Doing.LOOKING_UP, 1, true));
    node.tier.letGo();
    lab.passMoment();
    node.read(1);
    node.read(1).cancel(false);
    assertThat(explain(node).inFlight()).isEqualTo(inFlight(Doing.LOADING, 2, true));

    Node other = node();
    other.read(1);
    assertThat(explain(other).inFlight()).isEqualTo(inFlight(Doing.WAITING, 1, true));

    node.tier.only(Op.COMMIT, Fate.HOLD_REQUEST);
    node.last().gives("a");
    lab.passMoment();
    assertThat(explain(node).inFlight()).isEqualTo(inFlight(Doing.STORING, 0, true));
    node.tier.letGo();
    lab.passMoment();
    assertThat(explain(node).inFlight()).isNull();
  }

  @Test
  void explain_flightWasOvertaken_saysThatNobodyJoinsAndTellsNoEvent() {
    Node node = node();
    node.read(1);
    node.cache.invalidateAsync(1);
    lab.passMoment();

    Explanation explained = explain(node);

    assertThat(explained.inFlight()).isEqualTo(inFlight(Doing.LOADING, 1, false));
    assertThat(explained.toString()).contains("that: 1. Later callers do not join");
    assertThat(node.counts.of("detached")).isZero();
  }

  private static Explanation.InFlight inFlight(Doing doing, int callers, boolean open) {
    return new Explanation.InFlight(doing, callers, open);
  }

  // ---------------------------------------------------------------- no answer, and no trace

  @ParameterizedTest
  @EnumSource(
      value = Fate.class,
      names = {"FAIL", "LOSE_REPLY", "THROW", "THROW_ERROR", "NO_STAGE"})
  void explain_remoteTierFails_saysSoInsteadOfThrowing(Fate fate) {
    Node node = node();
    node.fill(1, "a");
    node.tier.only(Op.INSPECT, fate);

    Explanation explained = explain(node);

    assertThat(explained.remote().answer()).isEqualTo(Answer.MISSING);
    assertThat(explained.inProcess()).isNotNull();
    assertThat(explained.toString())
        .startsWith("cache 'c', key 1: in this process, at least.")
        .endsWith("The remote tier did not answer: what it holds, and the lease, are not known.");
    assertThat(node.cache.explain(1).remote().answer()).isEqualTo(Answer.MISSING);
  }

  @Test
  void explain_remoteTierNeverAnswers_saysSoAfterTheLoadTimeout() {
    Node node = node();
    node.tier.only(Op.INSPECT, Fate.HOLD_REPLY);
    CompletableFuture<Explanation> explained = node.cache.explainAsync(1);
    lab.pass(Duration.ofSeconds(9));
    assertThat(explained).isNotDone();
    lab.pass(Duration.ofSeconds(2));

    assertThat(explained).isDone();
    assertThat(explained.join().toString()).startsWith("cache 'c', key 1: not in this process.");
  }

  @Test
  void explain_blockingAndInterrupted_saysSoAndStaysInterrupted() {
    Node node = node();
    node.tier.only(Op.INSPECT, Fate.HOLD_REPLY);
    Thread.currentThread().interrupt();

    Explanation explained = node.cache.explain(1);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(explained.remote().answer()).isEqualTo(Answer.MISSING);
  }

  @Test
  void explain_anything_isNoReadAndStartsNothing() {
    Node node = lab.node(setup -> setup.refresh = Refresh.early(1000));
    node.fill(1, "a");
    lab.pass(Duration.ofSeconds(65));
    String before = node.counts.toString();
    long lookups = node.tier.calls(Op.LOOKUP);

    node.cache.explain(1);
    node.cache.explain(2);
    lab.pass(Duration.ofMillis(100));

    assertThat(node.counts).hasToString(before);
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(lookups);
    assertThat(node.fleet.flights()).isZero();
    assertThat(node.loads).hasSize(1);
  }

  @Test
  void explain_hostileKey_isEscapedAndCut() {
    Node node =
        lab.node(
            setup -> {
              setup.alone = true;
              setup.keyCodec = key -> "\n" + "x".repeat(100);
            });

    assertThat(node.cache.explain(1).key()).isEqualTo("\\u000a" + "x".repeat(63) + "...");
  }
}
