package io.github.corral.load.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.load.bench.Pairs.Pair;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class BenchTableTest {

  private static final Pairs HALF = new Pairs(Collections.nCopies(20, new Pair(2, 4)));

  @Test
  void asMarkdown_ratioAndExactFigure_aRowOfEach() {
    BenchTable table = new BenchTable("speed");
    table.ratio("a", "%.0f", HALF, Limit.atMost(1));
    table.exact("b", "1", "2", "1", Verdict.MET);

    assertThat(table.asMarkdown())
        .startsWith("### speed\n\n| name |")
        .contains("| a    |    2 |    4 |  0.50 |  0.50 to 0.50 | <= 1.00 | met     |\n")
        .contains("| b    |    1 |    2 |       |               |       1 | met     |\n");
    assertThat(table.missed()).isFalse();
  }

  @Test
  void missed_oneRowMissesItsLimit_isTrue() {
    BenchTable table = new BenchTable("speed");
    table.ratio("a", "%.0f", HALF, Limit.atLeast(1));
    table.exact("b", "1", "2", "1", Verdict.MET);

    assertThat(table.missed()).isTrue();
  }
}
