package io.github.corral.internal;

import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import java.util.List;

/**
 * The loads of a window that is over, to be run as one.
 *
 * @param alone loads a key that was the only one
 */
record Gathered<K, V>(Batch<K, V> batch, BulkLoader<K, V> bulk, AsyncLoader<K, V> alone)
    implements BulkPlace.Work {

  @Override
  public List<Lead<?, ?>> leads() {
    return batch.leads();
  }

  @Override
  public void run() {
    if (batch.size() == 1) {
      batch.runAlone(alone);
    } else {
      batch.run(bulk);
    }
  }

  @Override
  public void reject(Throwable error) {
    batch.reject(error);
  }
}
