package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TrafficPlanTest {

  @Test
  void from_itsOwnJvmOptions_isTheSamePlan() {
    TrafficPlan plan =
        new TrafficPlan(
            "redis",
            List.of("http://127.0.0.1:8001", "http://127.0.0.1:8002"),
            "jdbc:postgresql://127.0.0.1:8003/demo?user=demo",
            new Rates(20, Duration.ofMillis(100), 150.5, 3, Duration.ofSeconds(4)),
            Duration.ofSeconds(8),
            Duration.ofSeconds(40),
            7,
            Path.of("target", "redis.json"));
    Properties properties = new Properties();
    plan.asJvmOptions().forEach(option -> set(properties, option));

    assertThat(TrafficPlan.from(properties)).isEqualTo(plan);
  }

  @Test
  void from_propertiesWithoutAPlan_namesTheMissingOneAndTheCommand() {
    assertThatThrownBy(() -> TrafficPlan.from(new Properties()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("corral.traffic.mode is not set: start the simulation by MainJob");
  }

  private static void set(Properties properties, String option) {
    String[] nameAndValue = option.substring("-D".length()).split("=", 2);
    properties.setProperty(nameAndValue[0], nameAndValue[1]);
  }
}
