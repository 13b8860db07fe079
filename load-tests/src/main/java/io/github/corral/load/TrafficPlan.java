package io.github.corral.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * The traffic on one fleet: rates of arrival, so that a slow answer never slows the next request
 * down.
 *
 * @param mode the fleet's mode, for the lines of progress
 * @param baseUrls the fleet's processes; each request goes to the next one
 * @param jdbcUrl the fleet's database, whose counts begin anew after the warm-up
 * @param rates what arrives
 * @param warmUp how long the fleet is read from before anything counts
 * @param measured how long it is measured
 * @param seed of the order of the authors
 * @param result the file to write the {@link MeasuredTraffic} to
 */
record TrafficPlan(
    String mode,
    List<String> baseUrls,
    String jdbcUrl,
    Rates rates,
    Duration warmUp,
    Duration measured,
    long seed,
    Path result) {

  private static final String PREFIX = "corral.traffic.";

  /** The plan as options of the JVM that is to follow it. */
  List<String> asJvmOptions() {
    return List.of(
        option("mode", mode),
        option("base-urls", String.join(",", baseUrls)),
        option("jdbc-url", jdbcUrl),
        option("hot-reads-at-once", rates.hotReadsAtOnce()),
        option("between-hot-reads", rates.betweenHotReads()),
        option("author-reads-per-second", rates.authorReadsPerSecond()),
        option("renames-per-second", rates.renamesPerSecond()),
        option("between-posts", rates.betweenPosts()),
        option("warm-up", warmUp),
        option("measured", measured),
        option("seed", seed),
        option("result", result));
  }

  /** The plan that {@link #asJvmOptions()} put into these properties. */
  static TrafficPlan from(Properties properties) {
    return new TrafficPlan(
        value(properties, "mode"),
        List.of(value(properties, "base-urls").split(",", -1)),
        value(properties, "jdbc-url"),
        rates(properties),
        Duration.parse(value(properties, "warm-up")),
        Duration.parse(value(properties, "measured")),
        Long.parseLong(value(properties, "seed")),
        Path.of(value(properties, "result")));
  }

  private static Rates rates(Properties properties) {
    return new Rates(
        Integer.parseInt(value(properties, "hot-reads-at-once")),
        Duration.parse(value(properties, "between-hot-reads")),
        Double.parseDouble(value(properties, "author-reads-per-second")),
        Double.parseDouble(value(properties, "renames-per-second")),
        Duration.parse(value(properties, "between-posts")));
  }

  private static String option(String name, Object value) {
    return "-D" + PREFIX + name + "=" + value;
  }

  private static String value(Properties properties, String name) {
    String value = properties.getProperty(PREFIX + name);
    if (value == null) {
      throw new IllegalStateException(
          PREFIX + name + " is not set: start the simulation by MainJob");
    }
    return value;
  }
}
