package io.github.corral.testing.architecture;

import java.util.Set;

/** What class files can be searched for. */
public enum Forbidden {

  /** Reading a wall clock, rather than being given the time: no two processes agree on it. */
  WALL_CLOCK {
    @Override
    boolean isCall(String owner, String name, String descriptor) {
      return CLOCK_CALLS.contains(owner + "." + name)
          || isNowWithoutClock(owner, name, descriptor)
          || isDateOfNow(owner, name, descriptor);
    }
  },

  /** Entering a monitor, which pins a virtual thread to its carrier while it waits. */
  MONITOR {
    @Override
    boolean isMonitor() {
      return true;
    }
  },

  /** Sleeping, rather than waiting for something to happen. */
  SLEEP {
    @Override
    boolean isCall(String owner, String name, String descriptor) {
      return name.equals("sleep") && SLEEPERS.contains(owner);
    }
  };

  private static final Set<String> CLOCK_CALLS =
      Set.of(
          "java/lang/System.currentTimeMillis",
          "java/time/Clock.system",
          "java/time/Clock.systemUTC",
          "java/time/Clock.systemDefaultZone",
          "java/time/Clock.tickMillis",
          "java/time/Clock.tickSeconds",
          "java/time/Clock.tickMinutes",
          "java/time/InstantSource.system",
          "java/util/Calendar.getInstance");

  private static final Set<String> BORN_NOW =
      Set.of("java/util/Date", "java/util/GregorianCalendar");

  private static final Set<String> SLEEPERS =
      Set.of("java/lang/Thread", "java/util/concurrent/TimeUnit");

  boolean isCall(String owner, String name, String descriptor) {
    return false;
  }

  boolean isMonitor() {
    return false;
  }

  private static boolean isNowWithoutClock(String owner, String name, String descriptor) {
    return owner.startsWith("java/time/")
        && (name.equals("now") || name.equals("dateNow"))
        && !descriptor.contains("Ljava/time/Clock;");
  }

  private static boolean isDateOfNow(String owner, String name, String descriptor) {
    return BORN_NOW.contains(owner) && name.equals("<init>") && descriptor.equals("()V");
  }
}
