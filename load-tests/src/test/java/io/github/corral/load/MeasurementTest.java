package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementTest {

  private final Measurement measurement = new Measurement();

  @Test
  void result_answersAndErrors_areCounted() {
    measurement.started();
    measurement.answered(true);
    measurement.answered(true);
    measurement.answered(false);

    assertThat(measurement.result().requests()).isEqualTo(3);
    assertThat(measurement.result().errors()).isEqualTo(1);
  }

  @Test
  void result_hotReads_areAmongAllReads() {
    measurement.started();
    measurement.readHot(100);
    measurement.read(1);
    measurement.read(1);

    MeasuredTraffic result = measurement.result();
    assertThat(result.hotReadsAnswered()).isEqualTo(1);
    assertThat(result.hotReads()).isEqualTo(new Percentiles(100, 100, 100));
    assertThat(result.reads()).isEqualTo(new Percentiles(1, 100, 100));
  }

  @Test
  void result_neverStarted_isRefused() {
    measurement.answered(true);

    assertThatThrownBy(measurement::result)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("nothing was measured: the counts never began anew");
  }

  @Test
  void isStarted_beforeAndAfterStarted_tellsThemApart() {
    assertThat(measurement.isStarted()).isFalse();

    measurement.started();

    assertThat(measurement.isStarted()).isTrue();
  }

  @Test
  void readFrom_whatWasWritten_isTheSame(@TempDir Path directory) {
    measurement.started();
    measurement.answered(true);
    measurement.readHot(3);
    MeasuredTraffic result = measurement.result();

    result.writeTo(directory.resolve("result.json"));

    assertThat(MeasuredTraffic.readFrom(directory.resolve("result.json"))).isEqualTo(result);
  }
}
