package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The small concurrent classes, and the blocking front, under Lincheck, which explores how the
 * threads of a {@link Race} may interleave. The races are chosen by hand: they are few, and each
 * broken variant shows in one of them, always in the same; what Lincheck draws at random takes
 * minutes, and missed some. The front is put under stress instead, because Lincheck takes a tenth
 * of a second for each of its interleavings. In a JVM of its own, because it rewrites the classes
 * that are loaded, and after all other tests these are many.
 */
class InterleavingsIT {

  private static final int MOST_INTERLEAVINGS = 100;
  private static final int RUNS = 300;

  /** Not for what is explored, but for a machine that is busy with other things. */
  private static final long TIMEOUT_MILLIS = 120_000;

  private static void explore(Class<?> type, Race... races) {
    check(new ModelCheckingOptions().invocationsPerIteration(MOST_INTERLEAVINGS), type, races);
  }

  private static void stress(Class<?> type, Race... races) {
    check(new StressOptions().invocationsPerIteration(RUNS), type, races);
  }

  private static <O extends Options<O, ?>> void check(O options, Class<?> type, Race... races) {
    for (Race race : races) {
      options.addCustomScenario(race.of(type));
    }
    options
        .iterations(0)
        .invocationTimeout$lincheck(TIMEOUT_MILLIS)
        .minimizeFailedScenario(false)
        .verifier(Race.NothingIsThrown.class)
        .check(type);
  }

  static Stream<Arguments> production() {
    return Stream.of(
        of(MailboxInterleavings.class, race("", "await, close", "send, send")),
        of(
            CoalescerInterleavings.class,
            race("load 1", "pass", "load 1"),
            race("load 1", "pass", "load 2")),
        of(
            LoadLimitInterleavings.class,
            race("", "enter", "waitFor"),
            race("enter", "end", "waitFor, runBriefly")),
        of(
            FlightTableInterleavings.class,
            race("", "fly", "stay"),
            race("", "succeed", "fly"),
            race("", "stay", "close")),
        of(FillGuardInterleavings.class, race("", "fill, read", "change, read")));
  }

  @ParameterizedTest
  @MethodSource("production")
  void race_ofSmallParts_goesWellInEveryOrder(Class<?> type, Race[] races) {
    explore(type, races);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        of(MailboxInterleavings.NeverClosing.class, race("", "await, close", "send, send")),
        of(CoalescerInterleavings.EndingTwice.class, race("load 1", "pass", "load 1")),
        of(CoalescerInterleavings.StayingOpen.class, race("load 1", "pass", "load 2")),
        of(CoalescerInterleavings.TakingTwice.class, race("load 1", "pass", "load 1")),
        of(LoadLimitInterleavings.NotLookingAgain.class, race("", "enter", "waitFor")),
        of(FlightTableInterleavings.Overwriting.class, race("", "fly", "stay")),
        of(FlightTableInterleavings.TakingAway.class, race("", "succeed", "fly")),
        of(FlightTableInterleavings.LookingTooEarly.class, race("", "stay", "close")),
        of(FillGuardInterleavings.Unguarded.class, race("", "fill, read", "change, read")));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void race_ofABrokenVariant_isFoundOut(Class<?> type, Race[] races) {
    assertFoundOut(() -> explore(type, races));
  }

  @ParameterizedTest
  @MethodSource("frontRaces")
  void front_readsBesideJoinsCancelsAndInvalidations_areAllAnswered(Race race) {
    stress(FrontInterleavings.class, race);
  }

  static Stream<Race> frontRaces() {
    return Stream.of(
        race("", "get, get", "get"),
        race("", "getAll", "get"),
        race("", "getAll", "getAll"),
        race("get", "change, get", "getAll"),
        race("", "get", "giveUp, change"));
  }

  @Test
  void front_withoutAGuard_servesWhatWasInvalidated() {
    assertFoundOut(
        () -> stress(FrontInterleavings.Unguarded.class, race("get", "change, get", "getAll")));
  }

  private static void assertFoundOut(Runnable check) {
    assertThatThrownBy(check::run)
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("AssertionError")
        .hasMessageNotContaining("hung");
  }

  private static Race race(String before, String one, String other) {
    return new Race(before, one, other);
  }

  private static Arguments of(Class<?> type, Race... races) {
    return arguments(type, races);
  }
}
