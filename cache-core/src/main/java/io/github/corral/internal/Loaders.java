package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.KeyLoader;
import io.github.corral.spi.ListLoader;
import io.github.corral.spi.Loader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Every loader as an asynchronous one: a blocking loader's load is over when it returns. */
public final class Loaders {

  private Loaders() {}

  /** Adapts a loader. */
  public static <K, V> AsyncLoader<K, V> of(KeyLoader<K, V> loader) {
    return (key, load) -> CompletableFuture.completedFuture(loader.load(key));
  }

  /** Adapts a loader. */
  public static <K, V> AsyncLoader<K, V> of(Loader<K, V> loader) {
    return (key, load) -> CompletableFuture.completedFuture(loader.load(key, load));
  }

  /** Adapts a bulk loader, which then loads a set of one. */
  public static <K, V> AsyncLoader<K, V> alone(BulkLoader<K, V> loader) {
    return (key, load) -> {
      Batch<K, V> one = new Batch<>();
      CompletionStage<V> value = one.load(key, load);
      one.run(loader);
      return value;
    };
  }

  /** Adapts a loader of values that know their keys. */
  public static <K, V> BulkLoader<K, V> listed(
      ListLoader<K, V> loader, Function<? super V, ? extends K> keyOf) {
    return (keys, load) -> {
      Map<K, V> values = new HashMap<>();
      for (V value : loader.loadAll(List.copyOf(keys))) {
        K key = keyOf.apply(Objects.requireNonNull(value, "the bulk loader gave a null value"));
        if (keys.contains(key) && values.put(key, value) != null) {
          throw new IllegalStateException(
              "the bulk loader gave two values of key " + Printed.of(String.valueOf(key)));
        }
      }
      return values;
    };
  }
}
