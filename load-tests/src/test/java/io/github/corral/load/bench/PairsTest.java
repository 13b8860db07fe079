package io.github.corral.load.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.corral.load.bench.Pairs.Interval;
import io.github.corral.load.bench.Pairs.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairsTest {

  private static Pairs ofRatios(DoubleStream ratios) {
    return new Pairs(ratios.mapToObj(ratio -> new Pair(ratio * 3, 3)).toList());
  }

  @Test
  void alternate_manyPairs_eachHasOneOfBothInAnOrderThatVaries() {
    List<String> calls = new ArrayList<>();

    List<Pair> pairs =
        Pairs.alternate(
            40,
            () -> calls.add("ours") ? 2 : 0,
            () -> calls.add("peer") ? 5 : 0,
            new SplittableRandom(1));

    assertThat(pairs).hasSize(40).containsOnly(new Pair(2, 5));
    List<String> firsts = IntStream.range(0, 40).mapToObj(i -> calls.get(2 * i)).toList();
    assertThat(firsts).contains("ours", "peer");
    IntStream.range(0, 40)
        .forEach(i -> assertThat(calls.get(2 * i)).isNotEqualTo(calls.get(2 * i + 1)));
  }

  @Test
  void ratio_oneOutlier_isTheMedianOfThePairs() {
    Pairs pairs =
        ofRatios(
            DoubleStream.concat(
                DoubleStream.of(100), IntStream.rangeClosed(1, 20).asDoubleStream()));

    assertThat(pairs.ratio()).isEqualTo(11, within(1e-9));
  }

  @Test
  void ratio_evenNumber_isBetweenTheTwoInTheMiddle() {
    assertThat(ofRatios(IntStream.rangeClosed(1, 20).asDoubleStream()).ratio())
        .isEqualTo(10.5, within(1e-9));
  }

  @Test
  void interval_allPairsAlike_isAPoint() {
    assertThat(ofRatios(DoubleStream.generate(() -> 2).limit(20)).interval())
        .isEqualTo(new Interval(2, 2));
  }

  @Test
  void interval_samePairs_isTheSame() {
    Pairs pairs = ofRatios(IntStream.rangeClosed(1, 25).asDoubleStream());

    assertThat(pairs.interval()).isEqualTo(pairs.interval());
  }

  /** For the median of 25 values the 8th and the 18th bound 95.7 % by the binomial law. */
  @Test
  void interval_twentyFivePairs_isThatOfTheBinomialLaw() {
    Interval interval = ofRatios(IntStream.rangeClosed(1, 25).asDoubleStream()).interval();

    assertThat(interval.low()).isBetween(7.0, 9.0);
    assertThat(interval.high()).isBetween(17.0, 19.0);
  }

  @Test
  void pairs_tooFew_areRefused() {
    assertThatThrownBy(() -> ofRatios(DoubleStream.generate(() -> 1).limit(19)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("19 pairs are too few for a ratio: measure 20 or more");
  }

  @Test
  void pair_zero_isRefused() {
    assertThatThrownBy(() -> new Pair(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Pair(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
