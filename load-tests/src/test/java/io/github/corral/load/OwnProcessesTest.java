package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OwnProcessesTest {

  /** Lives until its input ends, which is when this JVM does. */
  private static final ProcessBuilder ENDLESS = new ProcessBuilder("cat");

  @Test
  void close_processesStillRun_allAreGone() {
    OwnProcesses processes = new OwnProcesses();
    Process first = processes.start(ENDLESS);
    Process second = processes.start(ENDLESS);
    assertThat(first.isAlive() && second.isAlive()).isTrue();

    processes.close();

    assertThat(first.isAlive() || second.isAlive()).isFalse();
  }

  @Test
  void end_oneOfTwo_theOtherStillRuns() {
    try (OwnProcesses processes = new OwnProcesses()) {
      Process first = processes.start(ENDLESS);
      Process second = processes.start(ENDLESS);

      processes.end(first);

      assertThat(first.isAlive()).isFalse();
      assertThat(second.isAlive()).isTrue();
    }
  }

  @Test
  void start_afterClose_isRefused() {
    OwnProcesses processes = new OwnProcesses();
    processes.close();

    assertThatThrownBy(() -> processes.start(ENDLESS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no process is started any more: this run is ending");
  }

  @Test
  void start_noSuchProgram_namesIt() {
    try (OwnProcesses processes = new OwnProcesses()) {
      assertThatThrownBy(() -> processes.start(new ProcessBuilder("no-such-program")))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("cannot start no-such-program");
    }
  }
}
