package io.github.corral.load.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Measurements of two things in pairs, and how they compare: the median of the pairs' ratios, and
 * its 95 % interval.
 *
 * <p>The two of a pair are measured one directly after the other, in an order that is drawn for
 * each pair. So what else the machine does meets both, and the ratio survives it although the times
 * do not.
 *
 * <p>The interval is the percentile bootstrap of the median (Efron 1979): the ratios are drawn
 * anew, with replacement, {@value #RESAMPLES} times; the interval is what 95 % of the medians lie
 * in. The draws are seeded, so that the same pairs give the same interval.
 *
 * @param all the pairs
 */
record Pairs(List<Pair> all) {

  /** The fewest pairs of which a ratio is reported. */
  static final int FEWEST = 20;

  private static final int RESAMPLES = 10_000;
  private static final long SEED = 1;

  /** Two measurements, of positive size. */
  record Pair(double ours, double peer) {

    Pair {
      if (!(ours > 0 && peer > 0)) {
        throw new IllegalArgumentException(
            "a pair of " + ours + " and " + peer + " has no ratio: both must be above 0");
      }
    }

    double ratio() {
      return ours / peer;
    }
  }

  /** The ends of an interval. */
  record Interval(double low, double high) {}

  Pairs {
    all = List.copyOf(all);
    if (all.size() < FEWEST) {
      throw new IllegalArgumentException(
          all.size() + " pairs are too few for a ratio: measure " + FEWEST + " or more");
    }
  }

  /** Measures pairs; gives a list, to be joined with those of other runs. */
  static List<Pair> alternate(
      int count, DoubleSupplier ours, DoubleSupplier peer, RandomGenerator order) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean oursFirst = order.nextBoolean();
      double first = (oursFirst ? ours : peer).getAsDouble();
      double second = (oursFirst ? peer : ours).getAsDouble();
      pairs.add(oursFirst ? new Pair(first, second) : new Pair(second, first));
    }
    return pairs;
  }

  /** The median of the ratios. */
  double ratio() {
    return median(all.stream().mapToDouble(Pair::ratio).toArray());
  }

  double medianOfOurs() {
    return median(all.stream().mapToDouble(Pair::ours).toArray());
  }

  double medianOfPeer() {
    return median(all.stream().mapToDouble(Pair::peer).toArray());
  }

  Interval interval() {
    double[] ratios = all.stream().mapToDouble(Pair::ratio).toArray();
    SplittableRandom random = new SplittableRandom(SEED);
    double[] medians = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      medians[i] =
          median(
              random.ints(ratios.length, 0, ratios.length).mapToDouble(r -> ratios[r]).toArray());
    }
    Arrays.sort(medians);
    return new Interval(medians[RESAMPLES * 25 / 1000], medians[RESAMPLES * 975 / 1000 - 1]);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
