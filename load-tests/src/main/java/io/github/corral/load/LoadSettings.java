package io.github.corral.load;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a user may set for a run, as {@code -Dload.…}.
 *
 * @param modes {@code load.modes}: the demo's modes to run, in this order
 * @param measured {@code load.seconds}: how long each is measured, from 10 s to 600 s
 * @param seed {@code load.seed}: of the order in which authors are read
 */
record LoadSettings(List<String> modes, Duration measured, long seed) {

  private static final Set<String> KNOWN_MODES = Set.of("none", "redis", "corral");

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if one is not allowed, with its name, its value and what is
   */
  static LoadSettings from(Properties properties) {
    return new LoadSettings(
        modes(properties.getProperty("load.modes", "none,redis,corral")),
        Duration.ofSeconds(
            number(
                properties,
                "load.seconds",
                "30",
                n -> n >= 10 && n <= 600,
                "a number from 10 to 600")),
        number(properties, "load.seed", "1", n -> true, "a whole number"));
  }

  private static List<String> modes(String text) {
    List<String> modes = List.of(text.split(",", -1));
    if (!KNOWN_MODES.containsAll(modes) || Set.copyOf(modes).size() != modes.size()) {
      throw new IllegalArgumentException(
          "load.modes is '"
              + text
              + "': give none, redis and corral, or some of them, each once, with commas between");
    }
    return modes;
  }

  private static long number(
      Properties properties,
      String name,
      String otherwise,
      Predicate<Long> allowed,
      String whatIs) {
    String text = properties.getProperty(name, otherwise);
    try {
      long number = Long.parseLong(text);
      if (allowed.test(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of range.
    }
    throw new IllegalArgumentException(name + " is '" + text + "': give " + whatIs);
  }
}
