package io.github.corral.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The model and the scripts on real Redis reply the same to the same commands. */
class DifferentialTest {

  private static final int SEQUENCES = 300;
  private static final int SEQUENCES_FOR_MUTANTS = 100;

  private static VirtualRedis redis;
  private static Comparison comparison;

  @BeforeAll
  static void startRedis() {
    redis = new VirtualRedis();
    comparison = new Comparison(redis, "true", script -> script);
  }

  @AfterAll
  static void stopRedis() {
    comparison.close();
    redis.close();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SEQUENCES);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyCommand_modelAndRedis_replyTheSame(long seed) {
    assertThat(comparison.differenceIn(seed)).isEmpty();
    assertThat(comparison.immortalEntries()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      commit without a compare of tokens | token ~= NOBODY and e.lease == token        | e.lease ~= NOBODY
      invalidation leaves the lease      | voidLease(e)\\n  if mode                     | if mode
      grant forgets the hold-off         | e.leaseHold, e.leaseWindow = e.holdUntil, e | e.leaseHold, e.leaseWindow = 0, e
      grant forgets the window           | = e.holdUntil, e.writeUntil                 | = e.holdUntil, 0
      only the fresh time is bounded     | value.stale, bound)                         | value.stale, math.huge)
      fresh from the commit on           | local granted, hold                         | e.leaseGranted = now local granted, hold
      contention is forgotten            | e.contended = e.contended or overlaps       | e.contended = false
      invalidation spares the window     | then e.contended = true                     | then e.contended = false
      the window is not lengthened       | (overlaps and windowMillis or 0)            | 0
      the old value outlives the window  | e.hardUntil = math.min(e.hardUntil, e.wr    | local unused = math.min(e.hardUntil, e.wr
      no hold-off follows a window       | math.max(e.writeHold, holdOffMillis)        | 0
      of hold-offs the last counts       | math.max(e.writeHold, holdOffMillis)        | holdOffMillis
      a closed window holds off          | closeWindow(e)\\nholdOff(                    | holdOff(e, e.writeUntil + e.writeHold - now) closeWindow(e) holdOff(
      a write does not count             | publish('W')                                |
      numbers are given twice            | sequence + 1                                | math.max(sequence, 1)
      nobody is woken                    | if e.wake then                              | if false then
      everybody is woken always          | e.wake = e.wake or e.waiters                | e.wake = true
      previous attempts are strangers    | and e.lease ~= previous                     |
      the error window does not grow     | least * 2 ^ e.errorCount                    | least
      an old write wins                  | if not own or older then                    | if not own then
      a lower schema overwrites          | e.schema > value.schema                     | false
      a lower schema is written          | local older = below or isLowerSchema(value, e) | local older = below
      any payload is kept                | e.id ~= keeps or                            |
      a payload of another schema is kept | or e.schema ~= value.schema then            | then
      a missing payload ends the lease   | then return committed(MISSING)              | then save(e) return committed(MISSING)
      a kept payload is lost             | value.payload = e.payload                   |
      an entry is not stamped            | = value.stamp, value.tags                   | = UNSTAMPED, value.tags
      an entry has no tags               | = value.stamp, value.tags                   | = value.stamp, ''
      the tags' clock can stand still    | math.max(before + 1, now)                   | math.max(before, now)
      the tags' clock is the time        | math.max(before + 1, now)                   | now
      the tags' clock ignores the time   | math.max(before + 1, now)                   | before + 1
      a lost table has no floor          | saveTags(epoch, clock, clock)               | saveTags(epoch, clock, 0)
      another primary trusts the table   | whole and string.sub(packed, at) == primary | whole
      another primary's clock goes back  | math.max(clock + 1, now))                   | now)
      a table is made without cleaning   | redis.call('UNLINK', TABLE, ORDER)          |
      a tag's hold-off is shortened      | math.max(holdUntil, now + holdOffMillis)    | now + holdOffMillis
      dropped tags leave the floor       | floor = tonumber(dropped[#dropped])         |
      one tag too many is kept           | KEYS[2]) - MOST                             | KEYS[2]) - MOST - 1
      the newest tags are dropped        | 'ZPOPMIN'                                   | 'ZPOPMAX'
      a barrier raised again is as old   | redis.call('ZADD', KEYS[2], clock           | redis.call('ZADD', KEYS[2], 'NX', clock
      a barrier is not told              | redis.call('PUBLISH', ARGV[1], struct.pack('>Bc2 | tostring(struct.pack('>Bc2
      the beat tells no tags             | stamp = epoch and                           | stamp = false and
      an inspection tells what is over   | math.max(0, time - now)                     | time - now
      """)
  void everyCommand_scriptIsBroken_isNoticed(String name, String text, String broken) {
    String from = text.replace("\\n", "\n");
    Edit edit = new Edit(from, broken == null ? "" : broken);

    try (Comparison mutant = new Comparison(redis, name.replaceAll("[^a-z]+", "-"), edit)) {
      assertThat(edit.applied()).isTrue();
      boolean noticed =
          LongStream.rangeClosed(1, SEQUENCES_FOR_MUTANTS)
              .anyMatch(seed -> !mutant.differenceIn(seed).isEmpty());
      assertThat(noticed).isTrue();
    }
  }

  @Test
  void immortalEntries_grantWithoutTimeToLive_isNoticed() {
    Edit edit = new Edit(", 'PX', last - now + GRACE + 3600000)", ")");

    try (Comparison mutant = new Comparison(redis, "immortal", edit)) {
      assertThat(edit.applied()).isTrue();
      mutant.differenceIn(1);
      assertThat(mutant.immortalEntries()).isNotEmpty();
    }
  }
}
