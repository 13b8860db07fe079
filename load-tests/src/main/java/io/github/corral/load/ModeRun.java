package io.github.corral.load;

import static org.awaitility.Awaitility.await;

import io.github.corral.demo.servers.DemoServers;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One mode's part of the run: an empty cache, a fleet of its own, the traffic, and what came of it.
 */
final class ModeRun {

  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration TO_SETTLE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final OwnProcesses processes;
  private final DemoServers servers;
  private final Places places;
  private final LoadSettings settings;

  ModeRun(OwnProcesses processes, DemoServers servers, Places places, LoadSettings settings) {
    this.processes = processes;
    this.servers = servers;
    this.places = places;
    this.settings = settings;
  }

  ModeResult run(String mode) {
    EmptyRedis.onPort(servers.redisPort());
    System.out.println("\nmode " + mode + ": starting the fleet");
    try (Fleet fleet = Fleet.start(processes, servers, places, mode)) {
      System.out.println(
          "mode " + mode + ": processes " + fleet.pids() + " on " + fleet.baseUrls());
      MeasuredTraffic traffic = new GatlingRun(processes, places).follow(plan(mode, fleet));
      System.out.println("mode " + mode + ": Gatling's report is in " + places.report(mode));
      FleetStats stats = settled(fleet);
      stats.writeTo(places.booked(mode));
      return result(mode, fleet, traffic, stats, QueryTime.read(servers.jdbcUrl()));
    }
  }

  private TrafficPlan plan(String mode, Fleet fleet) {
    return new TrafficPlan(
        mode,
        fleet.baseUrls(),
        servers.jdbcUrl(),
        Rates.of(mode),
        WARM_UP,
        settings.measured(),
        settings.seed(),
        places.measured(mode));
  }

  /**
   * The stats when nothing moves any more: the last answer may be there before the last refresh has
   * ended.
   */
  private FleetStats settled(Fleet fleet) {
    return await("the fleet to be idle")
        .atMost(TO_SETTLE)
        .pollInterval(BETWEEN_LOOKS)
        .until(() -> FleetStats.read(fleet, servers.jdbcUrl()), new SameAgain<>());
  }

  private static ModeResult result(
      String mode, Fleet fleet, MeasuredTraffic traffic, FleetStats stats, Duration queryTime) {
    return new ModeResult(
        mode,
        fleet.pids(),
        Duration.between(traffic.start(), traffic.end()),
        traffic.requests(),
        traffic.errors(),
        traffic.hotReadsAnswered(),
        stats.database().statements(),
        queryTime,
        stats.hotKey(),
        stats.waitedWhileServable(),
        traffic.reads(),
        traffic.hotReads());
  }

  /** Holds for a value that is the same as the one before. Not thread-safe. */
  private static final class SameAgain<T> implements Predicate<T> {

    private @Nullable T last;

    @Override
    public boolean test(T value) {
      boolean same = value.equals(last);
      last = value;
      return same;
    }
  }
}
