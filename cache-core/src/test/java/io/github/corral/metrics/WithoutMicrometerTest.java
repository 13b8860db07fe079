package io.github.corral.metrics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.Corral;
import io.github.corral.testing.architecture.ModuleClasses;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** An application without Micrometer has everything but its meters. */
class WithoutMicrometerTest {

  /** Runs in the class loader that has no Micrometer. */
  public static final class Application implements Callable<String> {

    @Override
    public String call() {
      try (Corral corral = Corral.builder().build()) {
        return corral.cache("c", Integer.class, String.class).build(key -> "v" + key).get(1);
      }
    }
  }

  @Test
  void classFiles_shippedClasses_nameMicrometerInOnePackageOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.github.corral.metrics")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.github.corral.metrics")
        .check(ModuleClasses.shippedBelow("io.github.corral").graph());
  }

  @Test
  @SuppressWarnings("unchecked") // the other class loader's Callable is the JDK's
  void cache_micrometerIsNotOnTheClassPath_works() throws Exception {
    try (URLClassLoader without =
        new URLClassLoader(classPathWithoutMicrometer(), ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> without.loadClass("io.micrometer.core.instrument.MeterRegistry"))
          .isInstanceOf(ClassNotFoundException.class);
      Class<?> application = without.loadClass(Application.class.getName());
      assertThat(application.getClassLoader()).isSameAs(without);

      assertThat(((Callable<String>) application.getConstructor().newInstance()).call())
          .isEqualTo("v1");
    }
  }

  private static URL[] classPathWithoutMicrometer() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("micrometer"))
        .map(WithoutMicrometerTest::url)
        .toArray(URL[]::new);
  }

  private static URL url(String entry) {
    try {
      return new File(entry).toURI().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}
