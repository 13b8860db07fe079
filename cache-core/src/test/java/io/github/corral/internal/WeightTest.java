package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.corral.internal.Lab.Node;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bounds by weight. */
class WeightTest {

  private final Lab lab = new Lab();

  private Node node(boolean alone, ToIntBiFunction<Integer, String> weigher) {
    return lab.node(
        setup -> {
          setup.alone = alone;
          setup.change =
              settings -> {
                settings.maximumWeight = 100;
                settings.weigher = weigher;
              };
        });
  }

  private static long held(Node node, int keys) {
    node.engine.held();
    return IntStream.range(0, keys).filter(key -> node.engine.held(key) != null).count();
  }

  @Test
  void weight_manyEntries_areBoundedByTheSum() {
    Node node = node(true, (key, value) -> value.length());
    IntStream.range(0, 50).forEach(key -> node.fill(key, "0123456789"));

    assertThat(held(node, 50)).isEqualTo(10);
  }

  @Test
  void weight_zeroOrAbsence_isKept() {
    Node node = node(true, (key, value) -> 0);
    IntStream.range(0, 300).forEach(key -> node.fill(key, "a"));
    IntStream.range(300, 350).forEach(key -> node.fill(key, null));

    assertThat(held(node, 350)).isEqualTo(350);
  }

  @Test
  void weight_absences_weighOneEach() {
    Node node = node(true, (key, value) -> 0);
    IntStream.range(0, 350).forEach(key -> node.fill(key, null));

    assertThat(held(node, 350)).isEqualTo(100);
  }

  @Test
  void weight_moreThanAllTogether_isNotKept() {
    Node node = node(true, (key, value) -> 101);

    assertThat(node.fill(1, "a")).isEqualTo("a");
    assertThat(held(node, 2)).isZero();
  }

  @Test
  void weight_weigherThrowsOrIsNegative_callersHaveTheValueAndItIsNotKeptHere() {
    Node node =
        node(
            false,
            (key, value) -> {
              if (key == 0) {
                throw new IllegalStateException("broken");
              }
              return key == 1 ? -1 : 1;
            });
    IntStream.range(0, 3).forEach(key -> assertThat(node.fill(key, "a")).isEqualTo("a"));

    assertThat(node.engine.held(0)).isNull();
    assertThat(node.engine.held(1)).isNull();
    assertThat(node.engine.held(2)).isNotNull();
    assertThat(node.counts.of("notKept")).isEqualTo(2);
    // It is in the remote tier all the same.
    assertThat(node.now(0)).isEqualTo("a");
    assertThat(node.loads).hasSize(3);
  }

  @Test
  void weight_newValueCannotBeWeighed_theOldOneIsNotServedOn() {
    Node node = node(false, (key, value) -> value.equals("b") ? -1 : 1);
    node.fill(1, "a");
    node.cache.refreshAsync(1);
    lab.passMoment();
    node.last().gives("b");
    lab.passMoment();

    assertThat(node.now(1)).isEqualTo("b");
  }
}
