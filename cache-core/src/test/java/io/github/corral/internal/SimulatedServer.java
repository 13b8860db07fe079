package io.github.corral.internal;

import io.github.corral.internal.Simulation.Parts;
import io.github.corral.spi.RemoteTier.FeedListener;
import io.github.corral.testing.InMemoryServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The primary of a simulation: a model that may be replaced by its replica. Replication is by
 * statement: all that was applied is kept, and a replica that takes over has applied it up to some
 * moment.
 */
final class SimulatedServer {

  private static final long YEAR_2030 = 1_893_456_000_000L;

  private final VirtualTime time;
  private final Parts parts;
  private final Runnable watch;
  private final List<Statement> applied = new ArrayList<>();
  private InMemoryServer primary;
  private int run = 1;
  private boolean answered = true;
  private long unreachableUntil;

  // Of the statement that is being applied.
  private long statementAt;
  private @Nullable Machine client;

  private record Statement(
      long at, int run, @Nullable Machine client, Consumer<InMemoryServer> step) {}

  /**
   * Makes a server.
   *
   * @param watch runs when a new primary answers somebody for the first time
   */
  SimulatedServer(VirtualTime time, Parts parts, Runnable watch) {
    this.time = time;
    this.parts = parts;
    this.watch = watch;
    this.primary = parts.server(this::millis);
    primary.restart(identity(run));
  }

  private long millis() {
    long server = YEAR_2030 + TimeUnit.NANOSECONDS.toMillis(statementAt);
    return parts.clock(server, client == null ? 0 : client.wallMillis());
  }

  /** Whether clients reach it. */
  boolean reachable() {
    return time.nanos() >= unreachableUntil;
  }

  /** Clients do not reach it for a while; it loses nothing. */
  void away(long until) {
    unreachableUntil = Math.max(unreachableUntil, until);
  }

  /** Which run of the primary this is. */
  int run() {
    return run;
  }

  /** Applies a statement, which must have no effect but on the server, because it is repeated. */
  <T> T apply(@Nullable Machine by, Function<InMemoryServer, T> statement) {
    applied.add(new Statement(time.nanos(), run, by, statement::apply));
    statementAt = time.nanos();
    client = by;
    if (!answered) {
      answered = true;
      watch.run();
    }
    return statement.apply(primary);
  }

  /** What befalls the server, which answers nobody by it. */
  void befalls(Consumer<InMemoryServer> what) {
    boolean before = answered;
    answered = true;
    run(what);
    answered = before;
  }

  void beat() {
    run(InMemoryServer::beat);
  }

  private void run(Consumer<InMemoryServer> statement) {
    apply(
        null,
        server -> {
          statement.accept(server);
          return true;
        });
  }

  /** Another run takes over that has what was applied up to a moment; nobody listens to it yet. */
  void replace(long appliedUntil, long reachableAgain) {
    applied.removeIf(statement -> statement.at > appliedUntil);
    InMemoryServer replica = parts.server(this::millis);
    for (Statement statement : applied) {
      statementAt = statement.at;
      client = statement.client;
      replica.restart(identity(statement.run));
      statement.step.accept(replica);
    }
    replica.restart(identity(++run));
    answered = false;
    primary = replica;
    unreachableUntil = reachableAgain;
  }

  private static String identity(int run) {
    return "run-" + run;
  }

  void subscribe(FeedListener listener) {
    primary.subscribe(listener);
  }

  void unsubscribe(FeedListener listener) {
    primary.unsubscribe(listener);
  }

  /** How many entries it has. */
  int size() {
    statementAt = time.nanos();
    client = null;
    return primary.size();
  }
}
