package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import io.github.corral.spi.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlowLoadsTest {

  private static final Duration THRESHOLD = Duration.ofMillis(500);

  private final Lab lab = new Lab();
  private final Logger logger = Logger.getLogger("io.github.corral.slow");
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  private Node node() {
    return lab.node(setup -> setup.change = settings -> settings.slowLoads = THRESHOLD);
  }

  private void load(Node node, Duration duration) {
    node.read(1);
    lab.pass(duration);
    node.last().gives("secret");
    lab.passMoment();
  }

  @Test
  void load_slow_isOneLineWithoutTheValue() {
    Node node = node();
    node.read(42);
    node.read(42);
    node.read(42);
    lab.pass(THRESHOLD);
    node.last().gives("secret");
    lab.passMoment();

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .matches(
            Level.WARNING
                + " cache 'c', key 42: load took 50\\d ms, outcome success, waiters 2,"
                + " threshold 500 ms");
  }

  @Test
  void load_quickerThanTheThreshold_isNoLine() {
    load(node(), THRESHOLD.minus(Lab.MOMENT.multipliedBy(2)));

    assertThat(lines).isEmpty();
  }

  @Test
  void load_slowWithoutTheOption_isNoLine() {
    load(lab.node(), Duration.ofSeconds(5));

    assertThat(lines).isEmpty();
  }

  @Test
  void load_slowAndFailed_tellsTheOutcome() {
    Node node = node();
    node.read(1);
    lab.pass(Duration.ofSeconds(10));

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("load took 10000 ms, outcome timeout");
  }

  @Test
  void load_hostileKey_isEscapedAndCut() {
    Node node =
        lab.node(
            setup -> {
              setup.keyCodec = key -> "{0}\n" + "x".repeat(100);
              setup.change = settings -> settings.slowLoads = Duration.ZERO;
            });
    node.fill(1, "secret");

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("key {0}\\u000a" + "x".repeat(60) + "...: load took");
  }

  @Test
  void load_slow_isRecordedToo() {
    Node node = node();
    load(node, Duration.ofSeconds(1));

    assertThat(node.counts.loads())
        .extracting(Recorder.LoadEnd::outcome)
        .containsExactly(Recorder.Outcome.SUCCESS);
    assertThat(node.counts.of("miss L1")).isEqualTo(1);
  }
}
