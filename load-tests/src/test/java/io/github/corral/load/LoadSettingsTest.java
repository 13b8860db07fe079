package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadSettingsTest {

  private final Properties properties = new Properties();

  @Test
  void from_nothingSet_allModesForThirtySeconds() {
    assertThat(LoadSettings.from(properties))
        .isEqualTo(new LoadSettings(List.of("none", "redis", "corral"), Duration.ofSeconds(30), 1));
  }

  @Test
  void from_allSet_takesThem() {
    properties.setProperty("load.modes", "redis,none");
    properties.setProperty("load.seconds", "10");
    properties.setProperty("load.seed", "-3");

    assertThat(LoadSettings.from(properties))
        .isEqualTo(new LoadSettings(List.of("redis", "none"), Duration.ofSeconds(10), -3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "redis,", "redis,redis", "memcached", "redis corral"})
  void from_modesThatAreNotAllowed_namesPropertyAndValueAndWhatIs(String modes) {
    properties.setProperty("load.modes", modes);

    assertThatThrownBy(() -> LoadSettings.from(properties))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "load.modes is '%s': give none, redis and corral, or some of them, each once, with commas between",
            modes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "601", "-1", "10s", ""})
  void from_secondsThatAreNotAllowed_namesPropertyAndValueAndWhatIs(String seconds) {
    properties.setProperty("load.seconds", seconds);

    assertThatThrownBy(() -> LoadSettings.from(properties))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("load.seconds is '%s': give a number from 10 to 600", seconds);
  }
}
