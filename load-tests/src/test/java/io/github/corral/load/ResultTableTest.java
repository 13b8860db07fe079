package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  private final ResultTable table =
      ResultTable.of(List.of(Results.good("redis"), Results.good("corral")));

  @Test
  void asText_twoModes_oneColumnEachAndFiguresToTheRight() {
    assertThat(table.asText())
        .isEqualTo(
            """
            mode                                redis     corral
            ----------------------------------------------------
            process ids                     101 + 102  101 + 102
            requests                           18,000     18,000
            requests / s                          450        450
            hot-key reads / s                     200        200
            errors                                  0          0
            database queries                    4,000      4,000
            database queries / s                  100        100
            queries / 100 requests                 22         22
            query time in all, s                 71.3       71.3
            hot-key queries                       168         12
            hot-key refresh cycles                 12         12
            hot-key queries / cycle             14.00       1.00
            hot-key queries, worst cycle           14          1
            cycles by the grace of a write          0          0
            waited while a value was there          0          0
            reads, p50 ms                         < 1        < 1
            reads, p99 ms                          12         12
            reads, p99.9 ms                     1,250      1,250
            hot-key reads, p50 ms                   1          1
            hot-key reads, p99 ms                  40         40
            hot-key reads, p99.9 ms             1,300      1,300
            """);
  }

  @Test
  void asMarkdown_twoModes_isATableWithAHeaderRow() {
    assertThat(table.asMarkdown().lines().limit(3))
        .containsExactly(
            "| mode                           |     redis |    corral |",
            "| :-- | --: | --: |",
            "| process ids                    | 101 + 102 | 101 + 102 |");
  }
}
