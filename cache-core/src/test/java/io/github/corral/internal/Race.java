package io.github.corral.internal;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.util.ExceptionResult;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/**
 * What two threads do at once, for Lincheck: the calls of each, by name and whole-number argument
 * as in {@code "load 1, pass"}, after some calls that came before.
 */
record Race(String before, String one, String other) {

  /** The calls are of a class whose operations throw what is wrong. */
  public static final class NothingIsThrown implements Verifier {

    /** As Lincheck makes it. */
    public NothingIsThrown(Class<?> unused) {}

    @Override
    public boolean verifyResults(ExecutionScenario scenario, ExecutionResult result) {
      return Stream.concat(
              result.getInitResults().stream(),
              result.getThreadsResultsWithClock().stream()
                  .flatMap(thread -> thread.stream().map(each -> each.getResult())))
          .noneMatch(ExceptionResult.class::isInstance);
    }
  }

  ExecutionScenario of(Class<?> type) {
    Method validation =
        Arrays.stream(type.getMethods())
            .filter(method -> method.isAnnotationPresent(Validate.class))
            .findFirst()
            .orElse(null);
    return new ExecutionScenario(
        calls(type, before),
        List.of(calls(type, one), calls(type, other)),
        List.of(),
        validation == null ? null : new Actor(validation, List.of()));
  }

  private static List<Actor> calls(Class<?> type, String named) {
    return Stream.of(named.split(", "))
        .filter(call -> !call.isEmpty())
        .map(call -> call(type, call.split(" ")))
        .toList();
  }

  private static Actor call(Class<?> type, String[] named) {
    Method method =
        Arrays.stream(type.getMethods())
            .filter(it -> it.getName().equals(named[0]))
            .findFirst()
            .orElseThrow();
    return new Actor(method, Stream.of(named).skip(1).map(Integer::valueOf).toList());
  }
}
