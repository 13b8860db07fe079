package io.github.corral.redis.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisAskException;
import org.redisson.client.RedisConnection;
import org.redisson.client.RedisException;
import org.redisson.client.RedisRedirectException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.Codec;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.CommandData;
import org.redisson.client.protocol.CommandsData;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;

/** A connection of Redisson's for commands. Thread-safe. */
final class RedissonCommands extends RedissonConnection<RedisConnection>
    implements CommandConnection {

  private static final RedisCommand<byte[]> GET = new RedisCommand<>("GET");
  private static final RedisCommand<List<@Nullable Object>> EVAL =
      new RedisCommand<>("EVAL", new ObjectListReplayDecoder<>());
  private static final RedisCommand<List<@Nullable Object>> EVALSHA =
      new RedisCommand<>("EVALSHA", new ObjectListReplayDecoder<>());
  private static final RedisCommand<String> CLUSTER_NODES = new RedisCommand<>("CLUSTER", "NODES");
  private static final RedisCommand<List<@Nullable Object>> SENTINEL_PRIMARY =
      new RedisCommand<>("SENTINEL", "GET-MASTER-ADDR-BY-NAME", new ObjectListReplayDecoder<>());
  private static final Object[] NOTHING = {};

  RedissonCommands(RedisConnection connection) {
    super(connection);
  }

  @Override
  public CompletableFuture<byte @Nullable []> get(byte[] key, boolean asking) {
    return send(ByteArrayCodec.INSTANCE, GET, new Object[] {key}, asking);
  }

  @Override
  public CompletableFuture<List<@Nullable Object>> evalsha(
      String digest, byte[][] keys, byte[][] arguments, boolean asking) {
    return run(EVALSHA, digest, keys, arguments, asking);
  }

  @Override
  public CompletableFuture<List<@Nullable Object>> eval(
      String text, byte[][] keys, byte[][] arguments, boolean asking) {
    return run(EVAL, text, keys, arguments, asking);
  }

  @Override
  public CompletableFuture<String> clusterNodes() {
    return send(StringCodec.INSTANCE, CLUSTER_NODES, NOTHING, false);
  }

  /** The address of a primary, as a sentinel knows it. */
  CompletableFuture<String> primary(String name) {
    return send(StringCodec.INSTANCE, SENTINEL_PRIMARY, new Object[] {name}, false)
        .thenApply(
            address -> {
              if (address == null || address.isEmpty()) {
                throw new IllegalStateException("the sentinel knows no primary '" + name + "'");
              }
              return address.get(0) + ":" + address.get(1);
            });
  }

  private CompletableFuture<List<@Nullable Object>> run(
      RedisCommand<List<@Nullable Object>> command,
      String script,
      byte[][] keys,
      byte[][] arguments,
      boolean asking) {
    List<Object> all = new ArrayList<>(2 + keys.length + arguments.length);
    all.add(script);
    all.add(keys.length);
    Collections.addAll(all, (Object[]) keys);
    Collections.addAll(all, (Object[]) arguments);
    return send(ByteArrayCodec.INSTANCE, command, all.toArray(), asking);
  }

  private <T> CompletableFuture<T> send(
      Codec codec, RedisCommand<T> command, Object[] arguments, boolean asking) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CommandData<T, T> data = new CommandData<>(answer, codec, command, arguments);
    return orLost(answer, asking ? connection.send(afterAsking(data)) : connection.send(data))
        .handle(RedissonCommands::answered);
  }

  private static CommandsData afterAsking(CommandData<?, ?> command) {
    CommandData<?, ?> asking =
        new CommandData<Void, Void>(
            new CompletableFuture<>(), StringCodec.INSTANCE, RedisCommands.ASKING, NOTHING);
    return new CommandsData(new CompletableFuture<>(), List.of(asking, command), false, false);
  }

  private static <T> T answered(T value, @Nullable Throwable failure) {
    if (failure == null) {
      return value;
    }
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    throw new CompletionException(cause instanceof RedisException e ? asTold(e) : cause);
  }

  /**
   * The server's own words: Redisson takes a redirection apart, and tells after any other error
   * what the command was, with keys and values.
   */
  private static RedisException asTold(RedisException error) {
    if (error instanceof RedisRedirectException redirect && redirect.getSlot() != null) {
      String kind = redirect instanceof RedisAskException ? "ASK " : "MOVED ";
      String to = redirect.getUrl().getHost() + ':' + redirect.getUrl().getPort();
      return new RedisException(kind + redirect.getSlot() + ' ' + to);
    }
    String message = String.valueOf(error.getMessage());
    int told = message.indexOf(". channel: ");
    return new RedisException(told < 0 ? message : message.substring(0, told));
  }
}
