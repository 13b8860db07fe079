package io.github.corral.internal;

import io.github.corral.internal.Simulation.Parts;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A range of seeds, each of which makes one history. */
record Seeds(long from, long count) {

  /** Runs the seeds, on all cores, and gives the first history that has a violation. */
  @Nullable History firstFailure(Parts parts) {
    return LongStream.range(from, from + count)
        .parallel()
        .mapToObj(seed -> Simulation.run(seed, parts))
        .filter(history -> history.violation() != null)
        .findFirst()
        .orElse(null);
  }

  /** Runs the seeds one after the other until one has a violation. */
  @Nullable History firstFailureInTurn(Parts parts) {
    return LongStream.range(from, from + count)
        .mapToObj(seed -> Simulation.run(seed, parts))
        .filter(history -> history.violation() != null)
        .findFirst()
        .orElse(null);
  }
}
