package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.spi.Writer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags that follow from key and value, of what is loaded and what is written. */
class ValueTagsTest {

  private final Lab lab = new Lab();

  /** How a value comes into the cache without a load. */
  enum Write {
    PUT((node, value) -> done(node.cache.putAsync(1, value))),
    UPDATE(
        (node, value) ->
            done(node.cache.updateAsync(1, () -> CompletableFuture.completedFuture(value)))),
    WRITER((node, value) -> done(node.cache.putAsync(1, value)));

    private final BiConsumer<Node, String> write;

    Write(BiConsumer<Node, String> write) {
      this.write = write;
    }

    private static void done(CompletableFuture<?> write) {
      assertThat(write.isCompletedExceptionally()).isFalse();
    }
  }

  private Node node(
      BiFunction<Integer, @Nullable String, ? extends Collection<String>> tags, Write by) {
    return lab.node(
        setup ->
            setup.change =
                settings -> {
                  settings.tags = tags;
                  settings.writer = by == Write.WRITER ? new Unwritten() : null;
                });
  }

  /** A value's first word is its tag; an absence's is "none". */
  private Node node(Write by) {
    return node((key, value) -> List.of(value == null ? "none" : value.split(" ")[0]), by);
  }

  private static final class Unwritten implements Writer<Integer, String> {
    @Override
    public void write(Integer key, String value) {}

    @Override
    public void delete(Integer key) {}
  }

  private void write(Node node, Write by, String value) {
    by.write.accept(node, value);
    lab.passMoment();
  }

  private void invalidate(Node node, String tag) {
    assertThat(node.fleet.invalidateTags(Tags.named(List.of(tag)))).isCompleted();
    lab.passMoment();
  }

  @ParameterizedTest
  @EnumSource
  void invalidateTags_valuesThatWereWritten_areGone(Write by) {
    Node node = node(by);
    Node other = node(by);
    write(node, by, "red one");
    assertThat(node.now(1)).isEqualTo("red one");
    assertThat(other.now(1)).isEqualTo("red one");

    invalidate(other, "blue");
    assertThat(node.now(1)).isEqualTo("red one");
    invalidate(other, "red");

    assertThat(node.fill(1, "red two")).isEqualTo("red two");
    assertThat(other.now(1)).isEqualTo("red two");
  }

  @Test
  void invalidateTags_aWriteIsUnderWay_itsValueDoesNotPassTheBarrier() {
    Node node = node(Write.UPDATE);
    CompletableFuture<String> written = new CompletableFuture<>();
    CompletableFuture<String> update = node.cache.updateAsync(1, () -> written);
    lab.passMoment();

    invalidate(node, "red");
    written.complete("red old");
    lab.passMoment();

    assertThat(update).isCompletedWithValue("red old");
    assertThat(node.fill(1, "red new")).isEqualTo("red new");
  }

  @Test
  void invalidateTags_aPutIsOnItsWay_itsValueDoesNotPassTheBarrier() {
    Node node = node(Write.PUT);
    node.tier.only(Op.COMMIT_WRITE, Fate.HOLD_REQUEST);
    CompletableFuture<Void> put = node.cache.putAsync(1, "red old");
    lab.passMoment();

    invalidate(node, "red");
    node.tier.letGo();
    node.tier.all(Fate.PASS);
    lab.passMoment();

    assertThat(put).isCompleted();
    assertThat(node.fill(1, "red new")).isEqualTo("red new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"red", "round"})
  void invalidateTags_loadTellsMore_bothCount(String tag) {
    Node node = node(Write.PUT);
    CompletableFuture<String> read = node.read(1);
    node.last().load.tags("round");
    node.last().gives("red one");
    lab.passMoment();
    assertThat(read).isCompletedWithValue("red one");

    invalidate(node, tag);

    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidateTags_absenceThatWasLoaded_isGone() {
    Node node = node(Write.PUT);
    node.fill(1, null);

    invalidate(node, "none");

    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidateTags_tierIsGone_valuesKeptBrieflyAreGoneToo() {
    Node node = node(Write.PUT);
    node.fill(2, "blue");
    node.tier.only(Op.LOOKUP, Fate.FAIL);
    node.fill(1, "red one");
    assertThat(node.now(1)).isEqualTo("red one");

    invalidate(node, "red");

    assertThat(node.fill(1, "red two")).isEqualTo("red two");
  }

  @Test
  void tags_functionThrowsOrGivesWhatIsNotAllowed_loadedValueIsServedAndNotKept() {
    Node throwing = node((key, value) -> Set.of(value.substring(9)), Write.PUT);
    assertThat(throwing.fill(1, "short")).isEqualTo("short");
    assertThat(throwing.fill(1, "short")).isEqualTo("short");
    assertThat(throwing.counts.of("notKept")).isEqualTo(2);
    Node many = node((key, value) -> manyTags(65), Write.PUT);
    assertThat(many.fill(2, "a")).isEqualTo("a");
    assertThat(many.fill(2, "a")).isEqualTo("a");
  }

  @Test
  void tags_functionThrows_putFailsAndUpdateOnlyInvalidates() {
    Node node = node((key, value) -> Set.of(value.substring(9)), Write.PUT);
    assertThatThrownBy(() -> node.cache.putAsync(1, "short").join())
        .hasCauseInstanceOf(StringIndexOutOfBoundsException.class);

    write(node, Write.UPDATE, "short");

    assertThat(node.tier.calls(Op.COMMIT_WRITE)).isZero();
    assertThat(node.tier.calls(Op.INVALIDATE)).isEqualTo(1);
    assertThat(node.fill(1, "short")).isEqualTo("short");
  }

  @Test
  void tags_functionGivesTooMany_putFails() {
    Node node = node((key, value) -> manyTags(Tags.MOST + 1), Write.PUT);

    assertThatThrownBy(() -> node.cache.putAsync(1, "a").join())
        .hasRootCauseMessage("tags: more than 64 for one value");
  }

  @Test
  void tags_functionAndLoadTellTheSame_countOnce() {
    List<String> most = manyTags(Tags.MOST);
    Node node = node((key, value) -> most, Write.PUT);
    CompletableFuture<String> read = node.read(1);
    node.last().load.tags(most.toArray(String[]::new));
    node.last().gives("a");
    lab.pass(Duration.ofMillis(10));

    assertThat(read).isCompletedWithValue("a");
    assertThat(node.now(1)).isEqualTo("a");
  }

  private static List<String> manyTags(int count) {
    return IntStream.range(0, count).mapToObj(i -> "tag" + i).toList();
  }
}
