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
 * @param hotReadsPerSecond reads of the front page
 * @param authorReadsPerSecond reads of authors, by Zipf's law
 * @param renamesPerSecond writes to authors, by the same law
 * @param postsPerSecond new posts, each of which invalidates the front page
 * @param warmUp how long the fleet is read from before anything counts
 * @param measured how long it is measured
 * @param seed of the order of the authors
 * @param result the file to write the {@link MeasuredTraffic} to
 */
record TrafficPlan(
    String mode,
    List<String> baseUrls,
    double hotReadsPerSecond,
    double authorReadsPerSecond,
    double renamesPerSecond,
    double postsPerSecond,
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
        option("hot-reads-per-second", hotReadsPerSecond),
        option("author-reads-per-second", authorReadsPerSecond),
        option("renames-per-second", renamesPerSecond),
        option("posts-per-second", postsPerSecond),
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
        Double.parseDouble(value(properties, "hot-reads-per-second")),
        Double.parseDouble(value(properties, "author-reads-per-second")),
        Double.parseDouble(value(properties, "renames-per-second")),
        Double.parseDouble(value(properties, "posts-per-second")),
        Duration.parse(value(properties, "warm-up")),
        Duration.parse(value(properties, "measured")),
        Long.parseLong(value(properties, "seed")),
        Path.of(value(properties, "result")));
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
