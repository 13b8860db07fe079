package io.github.corral.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ZipfAuthorsTest {

  @Test
  void next_sameSeed_sameAuthors() {
    assertThat(draw(42, 1_000)).isEqualTo(draw(42, 1_000));
  }

  @Test
  void next_otherSeed_otherAuthors() {
    assertThat(draw(42, 1_000)).isNotEqualTo(draw(43, 1_000));
  }

  @Test
  void next_manyDraws_allAreAuthorsOfTheDemo() {
    assertThat(draw(1, 100_000)).allMatch(id -> id >= 1 && id <= ZipfAuthors.AUTHORS);
  }

  /** By Zipf's law over 10,000 the first has a share of 1/9.79, the tenth a tenth of that. */
  @Test
  void next_manyDraws_popularityFallsWithRank() {
    List<Long> drawn = draw(1, 100_000);

    assertThat(share(drawn, 1)).isBetween(0.097, 0.107);
    assertThat(share(drawn, 10)).isBetween(0.009, 0.0115);
  }

  private static List<Long> draw(long seed, int count) {
    ZipfAuthors authors = new ZipfAuthors(seed);
    return LongStream.generate(authors::next).limit(count).boxed().toList();
  }

  private static double share(List<Long> drawn, long id) {
    return (double) drawn.stream().filter(d -> d == id).count() / drawn.size();
  }
}
