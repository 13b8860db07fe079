package io.github.corral;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTextTest {

  @ParameterizedTest
  @CsvSource({
    "PT-1S, 0 ms",
    "PT0.0409S, 40 ms",
    "PT0.999S, 999 ms",
    "PT1S, 1 s",
    "PT2.96S, 2.9 s",
    "PT59.99S, 59.9 s",
    "PT1M, 1 min",
    "PT4M10.9S, 4 min 10 s",
    "PT1H, 1 h",
    "PT23H59M59S, 23 h 59 min",
    "PT24H, 1 d",
    "PT87600H, 3650 d",
    "PT49H, 2 d 1 h"
  })
  void words_eachLength_areTwoUnitsAtMost(Duration duration, String words) {
    assertThat(ExplanationText.words(duration)).isEqualTo(words);
  }
}
