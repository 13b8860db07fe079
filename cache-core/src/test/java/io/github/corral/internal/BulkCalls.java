package io.github.corral.internal;

import io.github.corral.spi.BulkLoad;
import io.github.corral.spi.BulkLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bulk loader that notes what it is asked for, and gives "v" and the key. Thread-safe. */
public final class BulkCalls implements BulkLoader<Integer, String> {

  /** What happens in a load. */
  public interface During {
    void load(Set<Integer> keys, BulkLoad<Integer, String> load) throws Exception;
  }

  private final List<List<Integer>> calls = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private volatile During during = (keys, load) -> {};

  /** The keys of each load, in order. */
  public List<List<Integer>> calls() {
    return calls;
  }

  /** The thread of each load. */
  public List<Thread> threads() {
    return threads;
  }

  /** Lets something happen in each load from now on, before it reads. */
  public BulkCalls during(During action) {
    during = action;
    return this;
  }

  /** Lets something happen in the next load only. */
  public BulkCalls once(Callable<?> action) {
    return during(
        (keys, load) -> {
          during = (k, l) -> {};
          action.call();
        });
  }

  @Override
  public Map<Integer, String> loadAll(Set<Integer> keys, BulkLoad<Integer, String> load)
      throws Exception {
    calls.add(List.copyOf(keys));
    threads.add(Thread.currentThread());
    during.load(keys, load);
    Map<Integer, String> values = new HashMap<>();
    keys.forEach(key -> values.put(key, "v" + key));
    return values;
  }
}
