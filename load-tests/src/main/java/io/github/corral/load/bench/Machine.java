package io.github.corral.load.bench;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.openjdk.jmh.util.Version;

/** Where the figures come from. */
final class Machine {

  private Machine() {}

  static String describe() {
    return String.format(
        Locale.ROOT,
        "%d cores, load average %.1f; %s %s, %s; JDK %s; Caffeine %s; JMH %s",
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        System.getProperty("java.vm.name"),
        System.getProperty("java.vm.version"),
        versionInName(Caffeine.class),
        Version.getPlainVersion());
  }

  /** Caffeine's manifest names no version; the file that it came in does. */
  private static String versionInName(Class<?> type) {
    String file = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    return file.replaceAll(".*/[a-z-]+|\\.jar$", "");
  }
}
