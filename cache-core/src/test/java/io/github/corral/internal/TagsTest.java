package io.github.corral.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.corral.RemoteTierException;
import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.spi.Load;
import io.github.corral.spi.RemoteTier;
import io.github.corral.spi.RemoteTier.Fill;
import io.github.corral.spi.RemoteTier.Lookup;
import io.github.corral.spi.RemoteTier.Mode;
import io.github.corral.testing.InMemoryServer;
import io.github.corral.testing.InMemoryTier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags and clear, against entries and loads of this process and of others. */
class TagsTest {

  private final Lab lab = new Lab();

  private Node node(boolean alone) {
    return lab.node(setup -> setup.alone = alone);
  }

  private void fill(Node node, int key, String value, String... tags) {
    int before = node.loads.size();
    CompletableFuture<String> read = node.read(key);
    assertThat(node.loads).hasSize(before + 1);
    node.last().load.tags(tags);
    node.last().gives(value);
    lab.passMoment();
    assertThat(read).isCompletedWithValue(value);
  }

  private void invalidate(Node node, String... tags) {
    CompletableFuture<Void> done = node.fleet.invalidateTags(Tags.named(List.of(tags)));
    assertThat(done).isCompleted();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void invalidateTags_valuesThatCarryOne_areGone(boolean alone) {
    Node node = node(alone);
    fill(node, 1, "a", "red", "round");
    fill(node, 2, "b", "blue");
    fill(node, 3, "c");

    invalidate(node, "round");

    assertThat(node.now(2)).isEqualTo("b");
    assertThat(node.now(3)).isEqualTo("c");
    assertThat(node.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidateTags_valuesOfOtherProcesses_areGoneThere() {
    Node node = node(false);
    fill(node, 1, "a", "red");
    Node other = node(false);
    assertThat(other.now(1)).isEqualTo("a");
    assertThat(other.loads).isEmpty();

    invalidate(node, "red");
    lab.passMoment();

    fill(other, 1, "new", "red");
    assertThat(node.now(1)).isEqualTo("new");
  }

  @Test
  void invalidateTags_itsMessageIsLost_isNoticedByTheNextBeat() {
    Node node = node(false);
    Node other = lab.node(setup -> setup.network = new BarrierDeaf(lab.server));
    fill(other, 1, "a", "red");

    invalidate(node, "red");
    assertThat(other.now(1)).as("nothing was heard").isEqualTo("a");
    lab.server.beat();
    lab.passMoment();

    assertThat(other.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidateTags_otherProcessHearsNothing_isNoticedWithinTheSilence() {
    Node node = node(false);
    Node deaf = lab.node(setup -> setup.network = Deaf.to(lab.server));
    fill(node, 1, "a", "red");
    assertThat(deaf.now(1)).isEqualTo("a");

    invalidate(node, "red");
    lab.pass(Duration.ofNanos(Feed.SILENCE_NANOS - 1));
    assertThat(deaf.loads).isEmpty();
    lab.pass(Duration.ofNanos(1));

    assertThat(deaf.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidateTags_deafProcessFindsTheValueLater_keepsItNoLonger() {
    Node node = node(false);
    Node deaf = lab.node(setup -> setup.network = Deaf.to(lab.server));
    fill(node, 1, "a", "red");
    fill(node, 2, "b", "blue");
    assertThat(deaf.now(2)).as("reads the barriers").isEqualTo("b");

    invalidate(node, "red");
    lab.pass(Duration.ofNanos(Feed.SILENCE_NANOS / 2));
    assertThat(deaf.now(1)).isEqualTo("a");
    lab.pass(Duration.ofNanos(Feed.SILENCE_NANOS - Feed.SILENCE_NANOS / 2));

    assertThat(deaf.fill(1, "new")).isEqualTo("new");
  }

  @Test
  void invalidateTags_deafProcessIsStillLookingAfterTheSilence_laterReadsLookForThemselves() {
    Node node = node(false);
    Node deaf = lab.node(setup -> setup.network = Deaf.to(lab.server));
    fill(node, 1, "a", "red");
    fill(node, 2, "b", "blue");
    assertThat(deaf.now(2)).as("reads the barriers").isEqualTo("b");

    invalidate(node, "red");
    lab.pass(Duration.ofNanos(Feed.SILENCE_NANOS).minusMillis(100));
    deaf.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> inTime = deaf.read(1);
    lab.pass(Duration.ofMillis(100));
    CompletableFuture<String> late = deaf.read(1);
    deaf.tier.all(Fate.PASS);
    deaf.tier.letGo();
    lab.passMoment();

    assertThat(inTime).isCompletedWithValue("a");
    assertThat(late).isNotDone();
    assertThat(deaf.loads).hasSize(1);
  }

  @Test
  void get_deafProcessFindsAStaleValueAfterTheSilence_looksAgainBeforeItServesIt() {
    Node node = node(false);
    Node deaf = lab.node(setup -> setup.network = Deaf.to(lab.server));
    fill(node, 1, "a", "red");
    fill(node, 2, "b", "blue");
    lab.pass(Duration.ofSeconds(61));
    assertThat(node.now(1)).as("is loading it anew").isEqualTo("a");
    assertThat(deaf.now(2)).as("reads the barriers").isEqualTo("b");

    lab.pass(Duration.ofNanos(Feed.SILENCE_NANOS).minusMillis(100));
    deaf.tier.only(Op.LOOKUP, Fate.HOLD_REPLY);
    CompletableFuture<String> read = deaf.read(1);
    lab.pass(Duration.ofMillis(100));
    deaf.tier.all(Fate.PASS);
    deaf.tier.letGo();
    lab.passMoment();
    assertThat(read).isNotDone();
    lab.pass(Duration.ofMillis(20));

    assertThat(read).isCompletedWithValue("a");
    assertThat(deaf.tier.calls(Op.BARRIERS)).isEqualTo(2);
  }

  @Test
  void invalidateTags_tagsAreLost_everythingCountsAsInvalid() {
    Node node = node(false);
    fill(node, 1, "a", "red");
    fill(node, 2, "b");
    lab.server.loseTags();
    lab.server.beat();
    lab.passMoment();

    assertThat(node.fill(1, "new")).isEqualTo("new");
    assertThat(node.fill(2, "newer")).isEqualTo("newer");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void invalidateTags_loadIsUnderWay_doesNotPassTheBarrier(boolean alone) {
    Node node = node(alone);
    CompletableFuture<String> before = node.read(1);
    Lab.Pending overtaken = node.last();
    overtaken.load.tags("red");

    invalidate(node, "red");
    CompletableFuture<String> after = node.read(1);
    overtaken.gives("old");
    lab.pass(Duration.ofMillis(300));

    assertThat(before).isCompletedWithValue("old");
    assertThat(after).isNotDone();
    node.last().load.tags("red");
    node.last().gives("new");
    lab.passMoment();
    assertThat(after).isCompletedWithValue("new");
    assertThat(node.now(1)).isEqualTo("new");
    if (!alone) {
      assertThat(node(false).now(1)).isEqualTo("new");
    }
  }

  @Test
  void invalidateTags_loadWithoutTheTagIsUnderWay_isKept() {
    Node node = node(false);
    CompletableFuture<String> before = node.read(1);
    invalidate(node, "red");
    CompletableFuture<String> after = node.read(1);
    node.last().load.tags("blue");
    node.last().gives("a");
    lab.pass(Duration.ofMillis(300));

    assertThat(before).isCompletedWithValue("a");
    assertThat(after).isCompletedWithValue("a");
    assertThat(node.loads).hasSize(1);
  }

  @Test
  void invalidateTags_staleValueOfTheTag_isNotServed() {
    Node node = node(false);
    fill(node, 1, "a", "red");
    lab.pass(Duration.ofSeconds(61));

    invalidate(node, "red");

    assertThat(node.read(1)).isNotDone();
  }

  @Test
  void getIfPresent_valueOfAnInvalidatedTag_givesNothing() {
    Node node = node(false);
    fill(node, 1, "a", "red");
    Node other = node(false);
    invalidate(node, "red");
    lab.passMoment();

    CompletableFuture<String> present = other.cache.getIfPresentAsync(1);
    lab.passMoment();

    assertThat(present).isCompletedWithValue(null);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clear_everyValueOfTheCache_isGone(boolean alone) {
    Node node = node(alone);
    fill(node, 1, "a", "red");
    fill(node, 2, "b");
    Node other = alone ? node : node(false);
    assertThat(other.now(2)).isEqualTo("b");

    assertThat(node.cache.clearAsync()).isCompleted();
    lab.passMoment();

    assertThat(node.fill(1, "new")).isEqualTo("new");
    assertThat(other.fill(2, "newer")).isEqualTo("newer");
  }

  @Test
  void getIfPresent_barriersCannotBeReadAfterAGap_givesNothingAndKeepsNothing() {
    ScriptedTier network = new ScriptedTier(new InMemoryTier(lab.server));
    Node deaf = lab.node(setup -> setup.network = new BarrierDeaf(network));
    Node node = node(false);
    fill(deaf, 1, "old", "red");
    invalidate(node, "red");
    network.only(Op.BARRIERS, Fate.FAIL);
    lab.server.beat();
    lab.passMoment();

    CompletableFuture<String> present = deaf.cache.getIfPresentAsync(1);
    lab.passMoment();
    network.all(Fate.PASS);

    assertThat(present).isCompletedWithValue(null);
    fill(deaf, 1, "new", "red");
  }

  @Test
  void invalidateTags_whileOneLoadRuns_readersLoadOnceMoreAtMost() {
    Node node = node(true);
    CompletableFuture<String> first = node.read(1);
    for (int i = 0; i < 5; i++) {
      invalidate(node, "unrelated " + i);
      CompletableFuture<String> unused = node.read(1);
    }
    node.loads.get(0).gives("a");
    lab.pass(Duration.ofSeconds(1));

    assertThat(first).isCompletedWithValue("a");
    assertThat(node.loads).hasSize(1);
    assertThat(node.now(1)).isEqualTo("a");
  }

  @Test
  void update_valueThatALoadTagged_carriesNoTagsOfTheLoad() {
    Node node = node(false);
    fill(node, 1, "loaded", "red");
    node.cache.updateAsync(1, () -> CompletableFuture.completedFuture("written"));
    lab.passMoment();

    invalidate(node, "red");

    assertThat(node.now(1)).as("as documented").isEqualTo("written");
  }

  @Test
  void put_valueWrittenBeforeClear_isGone() {
    Node node = node(false);
    node.cache.putAsync(1, "a").join();
    assertThat(node.now(1)).isEqualTo("a");

    node.cache.clearAsync().join();

    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void put_clearedWhileItIsOnItsWay_isGone() {
    Node node = node(false);
    node.tier.only(Op.COMMIT_WRITE, Fate.HOLD_REQUEST);
    CompletableFuture<Void> put = node.cache.putAsync(1, "a");
    node.cache.clearAsync().join();

    node.tier.letGo();

    assertThat(put).isCompleted();
    assertThat(node.fill(1, "b")).isEqualTo("b");
  }

  @Test
  void invalidateTags_tierDoesNotAnswer_throwsAndDropsWhatIsHere() {
    Node node = node(false);
    fill(node, 1, "a", "red");
    node.tier.only(Op.INVALIDATE_TAGS, Fate.FAIL);

    assertThatThrownBy(() -> node.fleet.invalidateTags(Tags.named(List.of("red"))).join())
        .hasCauseInstanceOf(RemoteTierException.class);

    assertThat(node.engine.held(1)).isNull();
  }

  @Test
  void read_barriersCannotBeRead_loadsWithoutALeaseAndKeepsItBriefly() {
    ScriptedTier network = new ScriptedTier(new InMemoryTier(lab.server));
    network.only(Op.BARRIERS, Fate.FAIL);
    Node node = lab.node(setup -> setup.network = network);

    assertThat(node.fill(1, "a")).isEqualTo("a");

    assertThat(node.now(1)).isEqualTo("a");
    assertThat(node.tier.calls(Op.LOOKUP)).isZero();
    lab.pass(Duration.ofSeconds(3));
    network.all(Fate.PASS);
    assertThat(node.fill(1, "b")).isEqualTo("b");
    assertThat(node.tier.calls(Op.LOOKUP)).isEqualTo(1);
  }

  @Test
  void read_entryWithoutAStamp_isLoadedAnew() {
    lab.server.lookup(new Lookup("c::1", Mode.READ, 0, 5, 0, 1_000, 1));
    byte[] payload = {'a'};
    lab.server.commit(new Fill("c::1", 5, payload, 60_000, 60_000, 1, Fill.NO_VERSION, false, 1));

    assertThat(node(false).fill(1, "b")).isEqualTo("b");
  }

  @Test
  void tags_wrongOnes_areRefused() {
    Node node = node(false);
    CompletableFuture<String> unused = node.read(1);
    Load<String> load = node.last().load;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> load.tags(""))
        .withMessage("tag '' is empty or longer than 255 characters");
    assertThatIllegalArgumentException().isThrownBy(() -> load.tags("x".repeat(256)));
    String[] many = new String[65];
    for (int i = 0; i < many.length; i++) {
      many[i] = "tag " + i;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> load.tags(many))
        .withMessage("tags: more than 64 for one value");
  }

  /** A way to a server on which no barrier is heard, but everything else. */
  private static final class BarrierDeaf extends ScriptedTier {

    BarrierDeaf(InMemoryServer server) {
      this(new InMemoryTier(server));
    }

    BarrierDeaf(RemoteTier network) {
      super(network);
    }

    @Override
    public void subscribe(FeedListener listener) {
      Class<?>[] type = {FeedListener.class};
      super.subscribe(
          (FeedListener)
              Proxy.newProxyInstance(
                  FeedListener.class.getClassLoader(),
                  type,
                  (proxy, method, arguments) ->
                      method.getName().equals("barrier")
                          ? null
                          : method.invoke(listener, arguments)));
    }
  }
}
