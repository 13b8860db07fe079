package io.github.corral.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DemoPropertiesTest {

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withUserConfiguration(Properties.class)
          .withPropertyValues("demo.mode=none", "demo.fresh-for=3s", "demo.stale-for=60s");

  @Test
  void properties_allGiven_areBound() {
    context.run(
        started -> {
          DemoProperties properties = started.getBean(DemoProperties.class);
          assertThat(properties.mode()).isEqualTo(CacheMode.NONE);
          assertThat(properties.freshFor()).hasSeconds(3);
          assertThat(properties.staleFor()).hasSeconds(60);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo.fresh-for=-5s | demo.fresh-for: PT-5S, must be above zero",
        "demo.fresh-for=0s | demo.fresh-for: PT0S, must be above zero",
        "demo.stale-for=-1s | demo.stale-for: PT-1S, must be zero or more",
        "demo.mode= | demo.mode: missing, must be none, redis or corral",
      })
  void properties_oneWrong_stopTheStartAndSayWhatIsAllowed(String wrong, String message) {
    context
        .withPropertyValues(wrong)
        .run(started -> assertThat(started).getFailure().rootCause().hasMessageContaining(message));
  }

  @EnableConfigurationProperties(DemoProperties.class)
  static class Properties {}
}
