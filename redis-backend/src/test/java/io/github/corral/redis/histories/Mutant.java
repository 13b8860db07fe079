package io.github.corral.redis.histories;

import io.github.corral.redis.LettuceTier;
import io.github.corral.redis.internal.EditedTier;
import io.github.corral.spi.RemoteTier;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The tier of a fleet: the library's, or one in which a rule is broken. */
enum Mutant {
  NONE(Set.of()),
  NO_TOKEN_COMPARE(
      Texts.OLD_VALUES,
      "local function holdsLease(e, token) return token ~= NOBODY and e.lease == token end",
      "local function holdsLease(e, token) return true end"),
  INVALIDATE_DOES_NOT_VOID(
      Texts.OLD_VALUES,
      "local function invalidate(e, mode, holdOffMillis)\n  voidLease(e)",
      "local function invalidate(e, mode, holdOffMillis)"),
  TOKEN_PER_CLIENT(Texts.OLD_VALUES) {
    @Override
    RemoteTier tier(RedisClient client, String namespace, Duration timeout) {
      return Breakages.oneToken(super.tier(client, namespace, timeout));
    }
  },
  PUBLISH_BEFORE_CHANGE(Texts.OLD_VALUES, Texts.CHANGE_AND_TELL, "save(e)") {
    @Override
    RemoteTier tier(RedisClient client, String namespace, Duration timeout) {
      List<String> onlyTell = List.of(Texts.CHANGE_AND_TELL, "publish(mode)");
      return Breakages.inTwoSteps(
          EditedTier.of(client, namespace, timeout, onlyTell),
          super.tier(client, namespace, timeout));
    }
  },
  SEQUENCE_IGNORED(Texts.OLD_VALUES) {
    @Override
    RemoteTier tier(RedisClient client, String namespace, Duration timeout) {
      return Breakages.credulous(super.tier(client, namespace, timeout));
    }
  },
  BOUND_JUDGED_AT_COMMIT(Set.of("I12"), "  boundBy(hold)\n", "", "boundBy(window)\n", ""),
  CONTENTION_FORGOTTEN(
      Texts.OLD_VALUES,
      "local overlaps = e.writeUntil > now and (e.contended or e.write ~= token)",
      "local overlaps = false",
      "if e.writeUntil > now then e.contended = true end",
      ""),
  BEGIN_DOES_NOT_PUBLISH(Texts.OLD_VALUES, "publish('W')", ""),
  NO_LEASE(Set.of("I3"), "if e.lease ~= NOBODY and e.leaseUntil > now and", "if false and"),
  NO_ERROR_WINDOW(Set.of("I14"), "if least > 0 then", "if false then"),
  DEADLINE_REWRITTEN(
      Set.of("I11"),
      "e.leaseHold, e.leaseWindow = e.holdUntil, e.writeUntil\n",
      "e.leaseHold, e.leaseWindow = e.holdUntil, e.writeUntil\n"
          + "if e.present then e.hardUntil = now + 3 * e.life end\n"),
  NO_TIME_TO_LIVE(
      Set.of("I16"),
      "redis.call('SET', KEYS[1], pack(e), 'PX', last - now + GRACE)",
      "redis.call('SET', KEYS[1], pack(e))");

  private final Set<String> invariants;
  private final List<String> edits;

  Mutant(Set<String> invariants, String... edits) {
    this.invariants = invariants;
    this.edits = List.of(edits);
  }

  /** The invariants that it breaks: finding out about others does not count. */
  Set<String> invariants() {
    return invariants;
  }

  /** What the keys of its fleet begin with. */
  String namespace() {
    return "fleet" + ordinal();
  }

  RemoteTier tier(RedisClient client, String namespace, Duration timeout) {
    return edits.isEmpty()
        ? LettuceTier.builder(client).namespace(namespace).timeout(timeout).build()
        : EditedTier.of(client, namespace, timeout, edits);
  }

  /** Constants that enum constants can name. */
  private static final class Texts {
    static final Set<String> OLD_VALUES = Set.of("I1", "I12", "I20", "I22", "I26");
    static final String CHANGE_AND_TELL = "save(e)\n  publish(mode)";
  }
}
