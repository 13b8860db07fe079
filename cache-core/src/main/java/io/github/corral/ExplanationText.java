package io.github.corral;

import io.github.corral.Explanation.Answer;
import io.github.corral.Explanation.Copy;
import io.github.corral.Explanation.Failures;
import io.github.corral.Explanation.HoldOff;
import io.github.corral.Explanation.InFlight;
import io.github.corral.Explanation.Lease;
import io.github.corral.Explanation.Remote;
import io.github.corral.Explanation.Stored;
import io.github.corral.Explanation.Times;
import io.github.corral.Explanation.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words of an explanation. */
final class ExplanationText {

  private static final Duration ENDLESS = Duration.ofDays(36_500);

  private ExplanationText() {}

  static String of(Explanation it) {
    List<String> lines = new ArrayList<>();
    lines.add("cache '" + it.cache() + "', key " + it.key() + ": " + where(it) + ".");
    if (it.inProcess() != null) {
      lines.add(inProcess(it.inProcess()));
    }
    lines.add(inFlight(it.inFlight()));
    remote(it.remote(), lines);
    return String.join("\n", lines);
  }

  private static String where(Explanation it) {
    boolean here = it.inProcess() != null;
    if (it.remote().stored() != null) {
      return here ? "in this process and in the remote tier" : "in the remote tier only";
    }
    return switch (it.remote().answer()) {
      case GIVEN -> here ? "in this process only" : "nowhere";
      case MISSING -> here ? "in this process, at least" : "not in this process";
      case NO_TIER -> here ? "in this process, which has no remote tier" : "nowhere";
    };
  }

  private static String inProcess(Copy copy) {
    return "In this process: "
        + (copy.absent() ? "known to be absent, " : "")
        + times(copy.times())
        + "; "
        + (positive(copy.refreshIn())
            ? "a refresh is due in " + words(copy.refreshIn())
            : "the next read starts a refresh")
        + ".";
  }

  private static String times(Times times) {
    return "loaded at most "
        + words(times.age())
        + " ago in "
        + words(times.cost())
        + ", "
        + goodFor(times.fresh(), times.servable());
  }

  private static String goodFor(Duration fresh, Duration servable) {
    if (!positive(servable)) {
      return "expired " + words(servable.negated()) + " ago";
    }
    return positive(fresh)
        ? "fresh for another "
            + words(fresh)
            + " and then stale for "
            + words(servable.minus(fresh))
        : "stale for " + words(fresh.negated()) + " and servable for another " + words(servable);
  }

  private static String inFlight(@Nullable InFlight flight) {
    if (flight == null) {
      return "No lookup or load of it is in progress in this process.";
    }
    String what =
        switch (flight.doing()) {
          case LOOKING_UP -> "looks it up in the remote tier";
          case WAITING -> "waits for another process's load";
          case LOADING -> "loads it";
          case STORING -> "stores what it has loaded";
        };
    return "This process "
        + what
        + "; callers that wait for that: "
        + flight.callers()
        + (flight.open() ? "." : ". Later callers do not join: a change may have overtaken it.");
  }

  private static void remote(Remote remote, List<String> lines) {
    if (remote.answer() == Answer.MISSING) {
      lines.add("The remote tier did not answer: what it holds, and the lease, are not known.");
      return;
    }
    if (remote.stored() != null) {
      lines.add(stored(remote.stored()));
    }
    lines.add(lease(remote.lease()));
    if (remote.failures() != null) {
      lines.add(failures(remote.failures()));
    }
    if (remote.holdOff() != null) {
      lines.add(holdOff(remote.holdOff()));
    }
    if (remote.write() != null) {
      lines.add(write(remote.write()));
    }
  }

  private static String stored(Stored stored) {
    return "In the remote tier: "
        + (stored.absent() ? "known to be absent, " : stored.bytes() + " bytes, ")
        + times(stored.times())
        + "; schema "
        + stored.schema()
        + (stored.readable() ? "" : ", which this cache does not read")
        + (stored.version() == null ? "" : ", version " + stored.version())
        + ", "
        + (stored.tags().isEmpty() ? "no tags" : "tags " + String.join(", ", stored.tags()))
        + ".";
  }

  private static String lease(@Nullable Lease lease) {
    if (lease == null) {
      return "Nobody has the lease to fill it.";
    }
    return "Somebody has the lease to fill it, "
        + until(lease.remaining(), "load")
        + (lease.awaited() ? ", and other processes wait for that." : ".");
  }

  private static String failures(Failures failures) {
    return "Its last load failed with "
        + failures.error()
        + "; failures in a row: "
        + failures.inARow()
        + (positive(failures.notTriedFor())
            ? "; not tried again for another " + words(failures.notTriedFor()) + "."
            : "; the next read may try again.");
  }

  private static String holdOff(HoldOff holdOff) {
    return "A hold-off is in force for another "
        + words(holdOff.remaining())
        + ": until then a load counts only if it reads the primary"
        + (holdOff.leastVersion() == null
            ? "."
            : " or brings version " + holdOff.leastVersion() + " or later.");
  }

  private static String write(Write write) {
    return "A write is in progress, its window open "
        + until(write.remaining(), "write")
        + (write.contended() ? "; writes overlap, so none of them is stored." : ".");
  }

  private static String until(Duration remaining, String what) {
    return remaining.compareTo(ENDLESS) > 0
        ? "until that " + what + " ends"
        : "for another " + words(remaining);
  }

  private static boolean positive(Duration duration) {
    return duration.compareTo(Duration.ZERO) > 0;
  }

  /** Two units at most, because nobody wants to know more. */
  static String words(Duration duration) {
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return Math.max(0, duration.toMillis()) + " ms";
    }
    if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
      long tenths = duration.toMillis() / 100;
      return tenths % 10 == 0 ? tenths / 10 + " s" : tenths / 10 + "." + tenths % 10 + " s";
    }
    if (duration.compareTo(Duration.ofHours(1)) < 0) {
      return two(duration.toMinutes(), "min", duration.toSecondsPart(), "s");
    }
    return duration.compareTo(Duration.ofDays(1)) < 0
        ? two(duration.toHours(), "h", duration.toMinutesPart(), "min")
        : two(duration.toDays(), "d", duration.toHoursPart(), "h");
  }

  private static String two(long more, String unit, int less, String lessUnit) {
    return less == 0 ? more + " " + unit : more + " " + unit + " " + less + " " + lessUnit;
  }
}
