package io.github.corral.internal;

import io.github.corral.internal.Lab.Node;
import io.github.corral.internal.Lab.Setup;
import io.github.corral.internal.ScriptedTier.Fate;
import io.github.corral.internal.ScriptedTier.Op;
import io.github.corral.internal.Simulation.Parts;
import io.github.corral.policy.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A fleet and a source for one key, whose steps are done one by one. The window of a write is ten
 * seconds.
 */
final class Script {

  static final int KEY = 1;

  final Parts parts;
  final Lab lab;
  String source = "1";

  Script(Parts parts) {
    this.parts = parts;
    lab = new Lab(parts);
  }

  /** A process whose loads may take minutes. */
  Node node() {
    return node(setup -> {});
  }

  Node node(Consumer<Setup> change) {
    return lab.node(
        setup -> {
          setup.failure = Failure.loadTimeout(Duration.ofSeconds(200));
          change.accept(setup);
        });
  }

  /** A process that knows of replicas which lag by up to five seconds. */
  Node holdingOff() {
    return node(setup -> setup.change = settings -> settings.holdOff = Duration.ofSeconds(5));
  }

  /** A process whose values tell their versions. */
  Node versioned() {
    return node(setup -> setup.change = settings -> settings.version = Long::parseLong);
  }

  /** A process whose writes have a window of ten seconds. */
  Node writer() {
    return lab.node();
  }

  void pass(int seconds) {
    lab.pass(Duration.ofSeconds(seconds));
  }

  /** Opens the window of a write, whose process goes on, or dies, in it. */
  void begin(Node node, String value) {
    node.tier.only(Op.BEGIN_WRITE, Fate.HOLD_REPLY);
    CompletableFuture<Void> unused = node.cache.putAsync(KEY, value);
    lab.passMoment();
  }

  /** Lets a process that has begun a write end it. */
  void commit(Node node) {
    node.tier.all(Fate.PASS);
    node.tier.letGo();
    lab.passMoment();
  }

  /** Changes the source and invalidates. */
  void change(Node node, String value) {
    source = value;
    node.cache.invalidateAsync(KEY).join();
    lab.passMoment();
  }

  /** Ends a load with what a replica gives that lags. */
  void lags(Node node, String value) {
    node.last().gives(value);
    lab.passMoment();
  }

  /** What a read gives; a load gives what the source has. */
  @Nullable String read(Node node) {
    int loads = node.loads.size();
    CompletableFuture<String> read = node.read(KEY);
    if (node.loads.size() > loads) {
      node.last().gives(source);
    }
    lab.passMoment();
    return read.isDone() ? read.join() : "nothing, it waits";
  }

  /** What is wrong with a read of a process; null if it gives what the source has. */
  @Nullable String wrong(Node node) {
    String got = read(node);
    return source.equals(got) ? null : "a read got " + got + ", but the source has " + source;
  }

  /** What is wrong with a read of a process that has nothing in memory. */
  @Nullable String wrong() {
    return wrong(node());
  }
}
