package io.github.corral.redis.internal;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
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
 * A Redis Cluster by way of Lettuce: a connection to each primary, and one to any server for the
 * feed, as every server passes on what is published at any. Thread-safe.
 *
 * <p>Lettuce's own cluster connection sends again what had no reply when a connection was lost, so
 * there is none. The connections are to single servers, kept as {@link KeptConnection} keeps them,
 * with the resources, the options and the credentials of the client that this port is given. Who
 * keeps which slot that client finds out first; later it is asked of the primaries themselves,
 * which a lost one cannot delay.
 */
public final class LettuceClusterPort implements RedisPort, LettuceRoutes {

  private static final Logger LOG = System.getLogger("io.github.corral.redis");
  private static final long ASK_SECONDS = 1;
  private static final long SUBSCRIBE_SECONDS = 2;
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RedisClusterClient client;
  private final RedisClient single;
  private final LongSupplier nanos;
  private final Connector connector = new Connector();
  private final LettuceFeed feed;
  private final Map<String, LettuceNode> nodes = new ConcurrentHashMap<>();
  private final AtomicBoolean asking = new AtomicBoolean();

  /** Completes with the first topology, or fails with the first attempt to get one. */
  private final CompletableFuture<Void> first = new CompletableFuture<>();

  private volatile @Nullable LettuceTopology topology;
  private volatile @Nullable String subscribedTo;
  private volatile boolean closed;

  // Of one attempt after the other.
  private int asked;
  private long askedAt;

  private LettuceClusterPort(RedisClusterClient client, LongSupplier nanos) {
    this.client = client;
    this.nanos = nanos;
    this.single = RedisClient.create(client.getResources());
    this.single.setOptions(client.getOptions());
    this.feed = new LettuceFeed(connector, this::openFeed);
  }

  /** Makes a port and begins to connect. */
  public static RedisPort open(RedisClusterClient client) {
    return open(client, System::nanoTime);
  }

  static RedisPort open(RedisClusterClient client, LongSupplier nanos) {
    LettuceClusterPort port = new LettuceClusterPort(client, nanos);
    port.doubt();
    return port;
  }

  @Override
  public void awaitFirst(Duration most) {
    Connector.await(first.thenCompose(known -> linked()), most);
  }

  @Override
  public String primary(byte[] key) {
    LettuceTopology known = topology;
    String address = known == null ? null : known.primary(SlotHash.getSlot(key));
    return address == null ? "" : address;
  }

  @Override
  public CompletableFuture<LettuceLink> link(byte[] key) {
    if (topology == null) {
      return first.thenCompose(known -> link(key));
    }
    String address = primary(key);
    if (address.isEmpty()) {
      doubt();
      return failed("redis: nobody keeps slot " + SlotHash.getSlot(key));
    }
    CompletableFuture<LettuceLink> link = node(address).link();
    if (link.isCompletedExceptionally()) {
      doubt(); // another may have taken the slot over
    }
    return link;
  }

  @Override
  public CompletableFuture<LettuceLink> follow(Redirection to, String from) {
    String address = (to.host().isEmpty() ? host(from) : to.host()) + ':' + to.port();
    LettuceTopology known = topology;
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
    long millis = Connector.CLOSE.toMillis();
    Connector.await(single.shutdownAsync(0, millis, TimeUnit.MILLISECONDS), Connector.CLOSE);
  }

  private CompletableFuture<?> linked() {
    LettuceTopology known = topology;
    return CompletableFuture.allOf(
        known == null
            ? new CompletableFuture<?>[0]
            : known.primaries().stream()
                .map(address -> node(address).link())
                .toArray(CompletableFuture<?>[]::new));
  }

  private LettuceNode node(String address) {
    LettuceNode known = nodes.get(address);
    if (known != null) {
      return known;
    }
    LettuceNode made =
        new LettuceNode(
            connector,
            () -> single.connectAsync(ByteArrayCodec.INSTANCE, uri(address)),
            address,
            nanos,
            this);
    LettuceNode other = nodes.putIfAbsent(address, made);
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
    CompletionStage<LettuceTopology> unused =
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
  private CompletionStage<LettuceTopology> found() {
    List<LettuceLink> links = new ArrayList<>();
    for (LettuceNode node : nodes.values()) {
      CompletableFuture<LettuceLink> link = node.link();
      if (link.isDone() && !link.isCompletedExceptionally()) {
        links.add(link.join());
      }
    }
    if (links.isEmpty()) {
      return client
          .refreshPartitionsAsync()
          .thenApply(done -> LettuceTopology.of(client.getPartitions()));
    }
    LettuceLink one = links.get(ThreadLocalRandom.current().nextInt(links.size()));
    return one.topology()
        .orTimeout(ASK_SECONDS, TimeUnit.SECONDS)
        .thenApply(text -> LettuceTopology.read(text, one.address()));
  }

  private void learn(LettuceTopology found) {
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

  private static CompletableFuture<LettuceLink> failed(String message) {
    return CompletableFuture.failedFuture(new IllegalStateException(message));
  }

  // ---------------------------------------------------------------- connecting

  /** To another server than before, as that may be cut off from the others. */
  private CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> openFeed() {
    LettuceTopology known = topology;
    List<String> servers = new ArrayList<>(known == null ? List.of() : known.servers());
    if (servers.size() > 1) {
      servers.remove(subscribedTo);
    }
    if (servers.isEmpty()) {
      throw new IllegalStateException("redis: no server of the cluster is known");
    }
    String address = servers.get(ThreadLocalRandom.current().nextInt(servers.size()));
    subscribedTo = address;
    return withinBound(
        single.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri(address)).toCompletableFuture());
  }

  /** A server that hangs must not keep others from being tried. */
  private static CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> withinBound(
      CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> attempt) {
    CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> bounded =
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

  /** As the client connects to its own servers. */
  private RedisURI uri(String address) {
    RedisURI own = client.getPartitions().getPartition(0).getUri();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return RedisURI.builder(own).withHost(host(address)).withPort(port).build();
  }

  private static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }
}
