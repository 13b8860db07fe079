package io.github.corral.redis.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.corral.spi.RemoteTier.Barrier;
import io.github.corral.spi.RemoteTier.Stamp;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pages of barriers, while barriers are raised, dropped and lost. */
class TagPagesTest {

  private final TagPages pages = new TagPages();

  private boolean add(int epoch, int clock, int floor, String next, Object... page) {
    byte[] table =
        ByteBuffer.allocate(15)
            .putShort((short) epoch)
            .put(sixBytes(clock))
            .put(sixBytes(floor))
            .put((byte) 'p')
            .array();
    return pages.add(List.of(5_000_000L, table, next.getBytes(US_ASCII), List.of(page)));
  }

  private static byte[] sixBytes(int number) {
    return ByteBuffer.allocate(6).putShort((short) 0).putInt(number).array();
  }

  private static Object[] tag(String name, int clock, int holdUntil) {
    byte[] value = ByteBuffer.allocate(12).put(sixBytes(clock)).put(sixBytes(holdUntil)).array();
    return new Object[] {("t" + name).getBytes(US_ASCII), value};
  }

  @Test
  void add_barriersAreRaisedAndDroppedMeanwhile_tellsTheFirstClockAndTheLastFloor() {
    List<Object> withTable = new ArrayList<>(List.of(tag("a", 11, 5_200)));
    withTable.addAll(List.of("m".getBytes(US_ASCII), new byte[14]));
    assertThat(pages.cursor()).isEqualTo("0");
    assertThat(add(7, 20, 10, "96", withTable.toArray())).isFalse();
    assertThat(pages.cursor()).isEqualTo("96");

    assertThat(add(7, 25, 12, "0", tag("b", 25, 0))).isTrue();

    assertThat(pages.barriers().now()).isEqualTo(new Stamp(7, 20));
    assertThat(pages.barriers().floor()).isEqualTo(12);
    assertThat(pages.barriers().byTag())
        .hasSize(2)
        .containsEntry("a", new Barrier(11, 200))
        .containsEntry("b", new Barrier(25, 0));
  }

  @Test
  void add_tableIsMadeAnewMeanwhile_beginsAnew() {
    add(7, 20, 10, "96", tag("a", 11, 0));

    assertThat(add(8, 30, 30, "0", tag("b", 30, 0))).isFalse();
    assertThat(pages.cursor()).isEqualTo("0");
    assertThat(add(8, 31, 30, "0", tag("c", 31, 0))).isTrue();

    assertThat(pages.barriers().now()).isEqualTo(new Stamp(8, 30));
    assertThat(pages.barriers().byTag()).containsOnlyKeys("c");
  }

  @Test
  void add_tableIsMadeAnewWithEachPage_givesUp() {
    for (int epoch = 1; epoch <= 5; epoch++) {
      assertThat(add(epoch, 20, 10, "96")).isFalse();
    }

    assertThatIllegalStateException().isThrownBy(() -> add(6, 20, 10, "96"));
  }
}
