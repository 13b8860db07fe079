package io.github.corral.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The files of a run.
 *
 * @param demoJar the demo application, to be run by {@code java -jar}
 * @param target the directory for all that a run leaves
 */
record Places(Path demoJar, Path target) {

  /**
   * Reads the places that the build names.
   *
   * @throws IllegalStateException if the build does not, or there is no such jar
   */
  static Places from(Properties properties) {
    Places places = new Places(path(properties, "load.demo-jar"), path(properties, "load.target"));
    if (!Files.isRegularFile(places.demoJar)) {
      throw new IllegalStateException(
          "load.demo-jar is '" + places.demoJar + "', which is no file: build the demo first");
    }
    return places;
  }

  /** This JVM's own program. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The log of one process. */
  Path log(String process) {
    return directory("logs").resolve(process + ".log");
  }

  /** Where Gatling's reports of a mode go. */
  Path report(String mode) {
    return directory("gatling").resolve(mode);
  }

  /**
   * A directory for {@code java.util.prefs}, which says so on standard error when it has to make
   * its own.
   */
  Path preferences() {
    directory("preferences/.java/.userPrefs");
    return directory("preferences");
  }

  /** What the load generator measured in a mode. */
  Path measured(String mode) {
    return directory("gatling").resolve(mode + ".json");
  }

  /** What the fleet and its database booked in a mode. */
  Path booked(String mode) {
    return directory("gatling").resolve(mode + "-fleet.json");
  }

  private Path directory(String name) {
    try {
      return Files.createDirectories(target.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path path(Properties properties, String name) {
    String path = properties.getProperty(name);
    if (path == null) {
      throw new IllegalStateException(name + " is not set: run mvn -Pload verify -DskipTests");
    }
    return Path.of(path);
  }
}
