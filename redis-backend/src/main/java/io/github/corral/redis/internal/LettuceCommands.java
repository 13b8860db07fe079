package io.github.corral.redis.internal;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A connection of Lettuce's for commands. Thread-safe. */
final class LettuceCommands extends LettuceConnection<StatefulRedisConnection<byte[], byte[]>>
    implements CommandConnection {

  private static final ByteArrayCodec CODEC = ByteArrayCodec.INSTANCE;

  LettuceCommands(StatefulRedisConnection<byte[], byte[]> connection) {
    super(connection);
  }

  @Override
  public CompletableFuture<byte @Nullable []> get(byte[] key, boolean asking) {
    CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(CODEC).addKey(key);
    return dispatch(CommandType.GET, new ValueOutput<>(CODEC), arguments, asking);
  }

  @Override
  public CompletableFuture<List<@Nullable Object>> evalsha(
      String digest, byte[][] keys, byte[][] arguments, boolean asking) {
    return run(CommandType.EVALSHA, digest, keys, arguments, asking);
  }

  @Override
  public CompletableFuture<List<@Nullable Object>> eval(
      String text, byte[][] keys, byte[][] arguments, boolean asking) {
    return run(CommandType.EVAL, text, keys, arguments, asking);
  }

  @Override
  public CompletableFuture<String> clusterNodes() {
    return connection.async().clusterNodes().toCompletableFuture().handle(LettuceCommands::answer);
  }

  private CompletableFuture<List<@Nullable Object>> run(
      CommandType type, String script, byte[][] keys, byte[][] arguments, boolean asking) {
    CommandArgs<byte[], byte[]> all =
        new CommandArgs<>(CODEC)
            .add(script)
            .add(keys.length)
            .addKeys(List.of(keys))
            .addValues(List.of(arguments));
    return dispatch(type, new NestedMultiOutput<>(CODEC), all, asking);
  }

  private <T> CompletableFuture<T> dispatch(
      CommandType type,
      CommandOutput<byte[], byte[], T> output,
      CommandArgs<byte[], byte[]> arguments,
      boolean asking) {
    AsyncCommand<byte[], byte[], T> command =
        new AsyncCommand<>(new Command<>(type, output, arguments));
    if (asking) {
      connection.dispatch(
          List.of(
              new AsyncCommand<>(new Command<>(CommandType.ASKING, new StatusOutput<>(CODEC))),
              command));
    } else {
      connection.dispatch(command);
    }
    return command.toCompletableFuture().handle(LettuceCommands::answer);
  }

  /**
   * What was not answered when the connection was closed is cancelled by Lettuce, though nobody
   * wanted that.
   */
  private static <T> T answer(T value, @Nullable Throwable failure) {
    if (failure instanceof CancellationException) {
      throw new ConnectionLostException();
    }
    if (failure != null) {
      throw failure instanceof CompletionException e ? e : new CompletionException(failure);
    }
    return value;
  }
}
