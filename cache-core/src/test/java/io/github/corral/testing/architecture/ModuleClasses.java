package io.github.corral.testing.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class files of one module below its root package: what it ships, or its tests.
 *
 * <p>Immutable. A module without any class file is refused, so that no check can pass by looking at
 * nothing.
 */
public final class ModuleClasses {

  private final Collection<Location> locations;
  private final List<Path> files;

  private ModuleClasses(String rootPackage, ImportOption kind) {
    this.locations =
        Locations.ofPackage(rootPackage).stream()
            .filter(location -> "file".equals(location.asURI().getScheme()))
            .filter(kind::includes)
            .collect(Collectors.toUnmodifiableSet());
    this.files = locations.stream().flatMap(ModuleClasses::classFiles).sorted().toList();
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "package '%s': no class files in %s, name the module's root package"
              .formatted(rootPackage, locations));
    }
  }

  /** The classes of {@code rootPackage} and below that the module ships. */
  public static ModuleClasses shippedBelow(String rootPackage) {
    return new ModuleClasses(rootPackage, new ImportOption.DoNotIncludeTests());
  }

  /** The test classes of {@code rootPackage} and below, fixtures included. */
  public static ModuleClasses testsBelow(String rootPackage) {
    return new ModuleClasses(rootPackage, new ImportOption.OnlyIncludeTests());
  }

  /** The classes with their dependencies, for an architecture rule. */
  public JavaClasses graph() {
    return new ClassFileImporter().importLocations(locations);
  }

  /** The class files, in a stable order. */
  public List<Path> files() {
    return files;
  }

  private static Stream<Path> classFiles(Location location) {
    try (Stream<Path> tree = Files.walk(Path.of(location.asURI()))) {
      return tree.filter(file -> file.toString().endsWith(".class")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
