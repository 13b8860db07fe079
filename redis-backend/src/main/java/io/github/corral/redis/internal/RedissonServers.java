package io.github.corral.redis.internal;

import io.netty.channel.ChannelFuture;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.redisson.Redisson;
import org.redisson.api.NodeType;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisClient;
import org.redisson.client.RedisClientConfig;
import org.redisson.client.RedisConnection;
import org.redisson.config.BaseConfig;
import org.redisson.config.ClusterServersConfig;
import org.redisson.config.ConfigSupport;
import org.redisson.config.SentinelServersConfig;
import org.redisson.config.SingleServerConfig;
import org.redisson.connection.ConnectionManager;
import org.redisson.connection.MasterSlaveEntry;
import org.redisson.misc.RedisURI;

/**
 * A Redisson client's way to its servers: connections of the port's own, which are in none of the
 * client's pools, with its settings, credentials and threads. Thread-safe.
 */
final class RedissonServers implements ClusterClient {

  private final ConnectionManager manager;
  private final BaseConfig<?> config;

  private RedissonServers(ConnectionManager manager) {
    this.manager = manager;
    this.config = ConfigSupport.getConfig(manager.getServiceManager().getCfg());
  }

  /**
   * @throws IllegalArgumentException if the client is of an unknown make
   */
  static RedissonServers of(RedissonClient client) {
    if (client instanceof Redisson redisson) {
      return new RedissonServers(redisson.getCommandExecutor().getConnectionManager());
    }
    throw new IllegalArgumentException(
        "client " + client.getClass().getName() + ": must be one that Redisson.create has made");
  }

  boolean isCluster() {
    return config instanceof ClusterServersConfig;
  }

  /** Connects to the primary, of those that are no cluster. May block. */
  CompletionStage<CommandConnection> connect() {
    return primary().thenCompose(this::connect);
  }

  /** Connects to the primary for a subscription. May block. */
  CompletionStage<FeedConnection> connectFeed() {
    return primary().thenCompose(this::connectFeed);
  }

  private CompletionStage<RedisURI> primary() {
    if (config instanceof SingleServerConfig single) {
      return CompletableFuture.completedFuture(new RedisURI(single.getAddress()));
    }
    MasterSlaveEntry known = manager.getEntry(0); // it also finds out if sentinels want a password
    return config instanceof SentinelServersConfig sentinel
        ? named(sentinel)
        : CompletableFuture.completedFuture(known.getClient().getConfig().getAddress());
  }

  /**
   * As the sentinels say: Redisson hears of a failover from them, but may have taken the new
   * primary for one that is down, and then keeps the old one.
   */
  private CompletionStage<RedisURI> named(SentinelServersConfig sentinel) {
    return ask(
        NodeType.SENTINEL,
        sentinel.getSentinelAddresses(),
        (connection, asked) ->
            connection
                .primary(sentinel.getMasterName())
                .thenApply(named -> mapped(asked.getScheme(), named)));
  }

  @Override
  public CompletionStage<Topology> find() {
    return ask(
        NodeType.MASTER,
        seeds(),
        (connection, asked) ->
            connection
                .clusterNodes()
                .thenApply(text -> Topology.read(text, asked.getHost() + ':' + asked.getPort())));
  }

  /** Asks one server after another, until one answers. */
  private <T> CompletionStage<T> ask(
      NodeType type,
      List<String> servers,
      BiFunction<RedissonCommands, RedisURI, CompletableFuture<T>> question) {
    CompletionStage<T> answer =
        CompletableFuture.failedFuture(new IllegalStateException("no server is configured"));
    for (String each : servers) {
      RedisURI server = new RedisURI(each);
      answer = answer.exceptionallyCompose(failure -> ask(type, server, question));
    }
    return answer;
  }

  private <T> CompletionStage<T> ask(
      NodeType type,
      RedisURI server,
      BiFunction<RedissonCommands, RedisURI, CompletableFuture<T>> question) {
    return made(type, server, RedisClient::connectAsync)
        .thenApply(RedissonCommands::new)
        .thenCompose(
            connection ->
                question
                    .apply(connection, server)
                    .orTimeout(config.getTimeout(), TimeUnit.MILLISECONDS)
                    .whenComplete(
                        (answer, failure) -> {
                          CompletableFuture<Void> unused = connection.closeAsync();
                        }));
  }

  @Override
  public CompletionStage<CommandConnection> connect(String address) {
    return connect(mapped(address));
  }

  @Override
  public CompletionStage<FeedConnection> connectFeed(String address) {
    return connectFeed(mapped(address));
  }

  private RedisURI mapped(String address) {
    return mapped(new RedisURI(seeds().get(0)).getScheme(), address);
  }

  private RedisURI mapped(String scheme, String address) {
    String port = String.valueOf(Redirection.port(address));
    return manager.getServiceManager().toURI(scheme, Redirection.host(address), port);
  }

  private List<String> seeds() {
    return ((ClusterServersConfig) config).getNodeAddresses();
  }

  @Override
  public CompletableFuture<Void> close() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletionStage<CommandConnection> connect(RedisURI address) {
    return made(NodeType.MASTER, address, RedisClient::connectAsync)
        .thenApply(RedissonCommands::new);
  }

  private CompletionStage<FeedConnection> connectFeed(RedisURI address) {
    return made(NodeType.MASTER, address, RedisClient::connectPubSubAsync)
        .thenApply(RedissonFeed::new);
  }

  /**
   * By a Redisson client for this one connection, so that each attempt looks the host's name up. An
   * attempt that takes longer than its parts may is given up.
   */
  private <C extends RedisConnection> CompletableFuture<C> made(
      NodeType type, RedisURI address, Function<RedisClient, CompletionStage<C>> connect) {
    RedisClient client = manager.createClient(type, address, null);
    RedisClientConfig own = client.getConfig();
    own.setKeepPubSubOrder(true).setExecutor(new InPlace());
    own.setConnectedListener(null).setDisconnectedListener(null);
    CompletableFuture<C> attempt = connect.apply(client).toCompletableFuture();
    long most = (long) config.getConnectTimeout() + config.getTimeout();
    return attempt
        .copy()
        .orTimeout(most, TimeUnit.MILLISECONDS)
        .whenComplete(
            (made, failure) -> {
              if (failure != null) {
                CompletionStage<Void> unused = client.shutdownAsync();
                CompletionStage<Void> unusedToo = attempt.thenAccept(RedissonServers::close);
              }
            });
  }

  private static void close(RedisConnection late) {
    ChannelFuture unused = late.closeAsync();
  }

  /**
   * Runs where it is told to. Redisson has messages told by an executor, in order but on any
   * thread, and so maybe still those of a connection that is lost while the next one's are told;
   * with this one they are told by the connection's event loop before it tells of the loss.
   */
  private static final class InPlace extends AbstractExecutorService {

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }
}
