package io.github.corral.redis.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A Redis Cluster: a connection to each primary, and one to any server for the feed, as every
 * server passes on what is published at any. Thread-safe.
 *
 * <p>Who keeps which slot the client finds out first; later it is asked of the primaries
 * themselves, which a lost one cannot delay.
 */
final class ClusterPort implements RedisPort, Routes {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");
  private static final long ASK_SECONDS = 1;
  private static final long SUBSCRIBE_SECONDS = 2;
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ClusterClient client;
  private final LongSupplier nanos;
  private final Connector connector = new Connector();
  private final KeptFeed feed;
  private final Map<String, ServerNode> nodes = new ConcurrentHashMap<>();
  private final AtomicBoolean asking = new AtomicBoolean();

  /** Completes with the first topology, or fails with the first attempt to get one. */
  private final CompletableFuture<Void> first = new CompletableFuture<>();

  private volatile @Nullable Topology topology;
  private volatile @Nullable String subscribedTo;
  private volatile boolean closed;

  // Of one attempt after the other.
  private int asked;
  private long askedAt;

  private ClusterPort(ClusterClient client, LongSupplier nanos) {
    this.client = client;
    this.nanos = nanos;
    this.feed = new KeptFeed(connector, this::openFeed);
  }

  /** Makes a port and begins to connect. */
  static RedisPort open(ClusterClient client, LongSupplier nanos) {
    ClusterPort port = new ClusterPort(client, nanos);
    port.doubt();
    return port;
  }

  @Override
  public void awaitFirst(Duration most) {
    Connector.await(first.thenCompose(known -> linked()), most);
  }

  @Override
  public String primary(byte[] key) {
    Topology known = topology;
    String address = known == null ? null : known.primary(ClusterSlot.of(key));
    return address == null ? "" : address;
  }

  @Override
  public CompletableFuture<ServerLink> link(byte[] key) {
    if (topology == null) {
      return first.thenCompose(known -> link(key));
    }
    String address = primary(key);
    if (address.isEmpty()) {
      doubt();
      return failed("redis: nobody keeps slot " + ClusterSlot.of(key));
    }
    CompletableFuture<ServerLink> link = node(address).link();
    if (link.isCompletedExceptionally()) {
      doubt(); // another may have taken the slot over
    }
    return link;
  }

  @Override
  public CompletableFuture<ServerLink> follow(Redirection to, String from) {
    String address = (to.host().isEmpty() ? Redirection.host(from) : to.host()) + ':' + to.port();
    Topology known = topology;
    if (known != null && !to.ask()) {
      known.moved(to.slot(), address);
      doubt();
    }
    return node(address).link();
  }

  /** Asks for the topology again; soon, but the later the more often it was asked just before. */
  @Override
  public void doubt() {
    if (!closed && asking.compareAndSet(false, true)) {
      long now = nanos.getAsLong();
      asked = now - askedAt > QUIET_NANOS ? 0 : asked + 1;
      connector.attempt(this::ask, asked);
    }
  }

  @Override
  public void subscribe(byte[] channel, ChannelListener listener) {
    feed.subscribe(channel, listener);
  }

  @Override
  public void resubscribe() {
    feed.renew();
  }

  @Override
  public void close() {
    closed = true;
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    ends.add(feed.close());
    nodes.values().forEach(node -> ends.add(node.close()));
    first.completeExceptionally(new IllegalStateException("this tier is closed"));
    Connector.await(
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)), Connector.CLOSE);
    connector.close();
    Connector.await(client.close(), Connector.CLOSE);
  }

  private CompletableFuture<?> linked() {
    Topology known = topology;
    return CompletableFuture.allOf(
        known == null
            ? new CompletableFuture<?>[0]
            : known.primaries().stream()
                .map(address -> node(address).link())
                .toArray(CompletableFuture<?>[]::new));
  }

  private ServerNode node(String address) {
    ServerNode known = nodes.get(address);
    if (known != null) {
      return known;
    }
    ServerNode made =
        new ServerNode(connector, () -> client.connect(address), address, nanos, this);
    ServerNode other = nodes.putIfAbsent(address, made);
    if (other != null) {
      return other;
    }
    made.keep();
    if (closed) {
      CompletableFuture<Void> unused = made.close();
    }
    return made;
  }

  // ---------------------------------------------------------------- the topology

  private void ask() {
    askedAt = nanos.getAsLong();
    CompletionStage<Topology> unused =
        found()
            .whenComplete(
                (found, failure) -> {
                  asking.set(false);
                  if (failure == null) {
                    learn(found);
                  } else {
                    failed(failure);
                  }
                });
  }

  /** From any primary that there is a connection to, else as the client finds it out. */
  private CompletionStage<Topology> found() {
    List<ServerLink> links = new ArrayList<>();
    for (ServerNode node : nodes.values()) {
      CompletableFuture<ServerLink> link = node.link();
      if (link.isDone() && !link.isCompletedExceptionally()) {
        links.add(link.join());
      }
    }
    if (links.isEmpty()) {
      return client.find();
    }
    ServerLink one = links.get(ThreadLocalRandom.current().nextInt(links.size()));
    return one.topology()
        .orTimeout(ASK_SECONDS, TimeUnit.SECONDS)
        .thenApply(text -> Topology.read(text, one.address()));
  }

  private void learn(Topology found) {
    if (topology == null && first.isCompletedExceptionally()) {
      LOG.log(Level.WARNING, "redis: the cluster is reachable again");
    }
    topology = found;
    first.complete(null);
    nodes
        .entrySet()
        .removeIf(
            node -> {
              boolean gone = !found.servers().contains(node.getKey());
              if (gone) {
                CompletableFuture<Void> unused = node.getValue().close();
              }
              return gone;
            });
  }

  private void failed(Throwable cause) {
    IllegalStateException unreachable =
        new IllegalStateException("redis: unreachable; trying again", cause);
    if (first.completeExceptionally(unreachable)) {
      LOG.log(
          Level.WARNING,
          "redis: the cluster is unreachable, trying again every second at most; until then nothing"
              + " is read from it or stored in it",
          cause);
    }
    doubt();
  }

  private static CompletableFuture<ServerLink> failed(String message) {
    return CompletableFuture.failedFuture(new IllegalStateException(message));
  }

  // ---------------------------------------------------------------- connecting

  /** To another server than before, as that may be cut off from the others. */
  private CompletionStage<FeedConnection> openFeed() {
    Topology known = topology;
    List<String> servers = new ArrayList<>(known == null ? List.of() : known.servers());
    if (servers.size() > 1) {
      servers.remove(subscribedTo);
    }
    if (servers.isEmpty()) {
      throw new IllegalStateException("redis: no server of the cluster is known");
    }
    String address = servers.get(ThreadLocalRandom.current().nextInt(servers.size()));
    subscribedTo = address;
    return withinBound(client.connectFeed(address).toCompletableFuture());
  }

  /** A server that hangs must not keep others from being tried. */
  private static CompletionStage<FeedConnection> withinBound(
      CompletableFuture<FeedConnection> attempt) {
    CompletableFuture<FeedConnection> bounded =
        attempt.copy().orTimeout(SUBSCRIBE_SECONDS, TimeUnit.SECONDS);
    CompletableFuture<Void> unused =
        attempt.thenAccept(
            connection -> {
              if (bounded.isCompletedExceptionally()) {
                CompletableFuture<Void> unusedToo = connection.closeAsync();
              }
            });
    return bounded;
  }
}
