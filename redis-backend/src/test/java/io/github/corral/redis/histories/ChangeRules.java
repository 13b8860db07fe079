package io.github.corral.redis.histories;

import io.github.corral.redis.histories.Histories.Change;
import java.util.function.Consumer;

/**
 * How changes may end.
 *
 * <ul>
 *   <li>liveness: each ends, unless its process dies, within the timeouts of its requests.
 *   <li>errors: it fails only if requests were not answered. So a flushed script cache is invisible
 *       (I25).
 * </ul>
 */
final class ChangeRules {

  /** An update reads the barriers, begins, commits. */
  private static final long REQUESTS = Nanos.of(4 * Kind.REDIS_TIMEOUT_MILLIS);

  /** What the source's write takes at most. */
  private static final long SOURCE = Nanos.of(1_600);

  private static final long LITTLE = Nanos.of(300);

  private final Disturbances disturbances;
  private final Consumer<Violation> violations;

  ChangeRules(Histories histories, Disturbances disturbances, Consumer<Violation> violations) {
    this.disturbances = disturbances;
    this.violations = violations;
    histories.changes().forEach(this::check);
  }

  private void check(Change change) {
    if (change.end < 0) {
      if (!disturbances.isKilled(change.process)) {
        violated("liveness", change, "never ended");
      }
      return;
    }
    long took = change.end - change.begin;
    long stood = disturbances.stopNanos(change.process, change.begin, change.end);
    if (took - stood > REQUESTS + SOURCE + LITTLE) {
      violated("liveness", change, "took " + Nanos.text(took));
    }
    long since = change.begin - Nanos.of(100);
    if (!change.acknowledged() && !disturbances.answers(change.process, since, change.end)) {
      violated("errors", change, "failed with " + change.outcome + " though nothing was wrong");
    }
  }

  private void violated(String invariant, Change change, String what) {
    violations.accept(
        new Violation(
            invariant,
            Math.max(change.begin, change.end),
            change.kind,
            change.key,
            "%s of %s %d at process %d from %s %s"
                .formatted(
                    change.how,
                    change.kind.text(),
                    change.key,
                    change.process,
                    Nanos.text(change.begin),
                    what)));
  }
}
