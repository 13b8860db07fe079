package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoad;
import io.github.corral.spi.BulkLoader;
import io.github.corral.spi.Load;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The loads of some keys that become one bulk load: first they are added, then it runs once. To
 * whom it belongs it is confined until then.
 */
final class Batch<K, V> implements AsyncLoader<K, V>, BulkLoad<K, V> {

  private final Map<K, Item<V>> items = new LinkedHashMap<>();

  private record Item<V>(Load<V> load, CompletableFuture<V> value) {}

  int size() {
    return items.size();
  }

  boolean has(K key) {
    return items.containsKey(key);
  }

  /** Adds a key that it does not have yet. */
  @Override
  public CompletionStage<V> load(K key, Load<V> load) {
    Item<V> item = new Item<>(load, new CompletableFuture<>());
    items.put(key, item);
    return item.value;
  }

  void run(BulkLoader<K, V> loader) {
    if (items.isEmpty()) {
      return;
    }
    leads().forEach(Lead::holdThread); // what the loader reads is known to be read in these
    List<@Nullable V> values;
    try {
      Map<K, V> given = loader.loadAll(Collections.unmodifiableSet(items.keySet()), this);
      values = inOrder(Objects.requireNonNull(given, "the bulk loader gave no map"));
    } catch (Throwable e) { // whatever a loader throws is a failed load, errors too
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      fail(e);
      return;
    }
    int next = 0;
    for (Item<V> item : items.values()) {
      item.value.complete(values.get(next++));
    }
  }

  List<Lead<?, ?>> leads() {
    List<Lead<?, ?>> leads = new ArrayList<>();
    for (Item<V> item : items.values()) {
      if (item.load instanceof Lead<?, ?> lead) {
        leads.add(lead);
      }
    }
    return leads;
  }

  /** All values before any is handed on, because the map may throw: it is the application's. */
  private List<@Nullable V> inOrder(Map<K, V> given) {
    List<@Nullable V> values = new ArrayList<>(items.size());
    items.keySet().forEach(key -> values.add(given.get(key)));
    return values;
  }

  /** Loads the one key that there is. */
  void runAlone(AsyncLoader<K, V> loader) {
    items.forEach(
        (key, item) -> {
          try {
            Stages.then(
                loadAlone(loader, key, item.load),
                (value, error) -> {
                  if (error == null) {
                    item.value.complete(value);
                  } else {
                    item.value.completeExceptionally(error);
                  }
                });
          } catch (Throwable e) { // as above
            if (e instanceof InterruptedException) {
              Thread.currentThread().interrupt();
            }
            item.value.completeExceptionally(e);
          }
        });
  }

  @SuppressWarnings("unchecked") // a batch is of one cache
  private CompletionStage<V> loadAlone(AsyncLoader<K, V> loader, K key, Load<V> load)
      throws Exception {
    return load instanceof Lead<?, V> lead
        ? ((Lead<K, V>) lead).callOnThisThread(loader)
        : loader.load(key, load);
  }

  private void fail(Throwable error) {
    items.values().forEach(item -> item.value.completeExceptionally(error));
  }

  /** No executor ran it: that is no failure of the source, and opens no error window. */
  void reject(Throwable error) {
    leads().forEach(lead -> lead.reject(error));
    fail(error);
  }

  @Override
  public Load<V> of(K key) {
    Item<V> item = items.get(key);
    if (item == null) {
      throw new IllegalArgumentException(
          "key " + Printed.of(String.valueOf(key)) + " is not one of this load's");
    }
    return item.load;
  }

  /** Asks each of them, so that each knows that it was asked. */
  @Override
  public boolean fromPrimary() {
    boolean any = false;
    for (Item<V> item : items.values()) {
      any |= item.load.fromPrimary();
    }
    return any;
  }
}
