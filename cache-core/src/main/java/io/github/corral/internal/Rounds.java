package io.github.corral.internal;

import io.github.corral.internal.Caller.Part;
import io.github.corral.spi.AsyncLoader;
import io.github.corral.spi.BulkLoader;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bulk loads of one bulk read: of all keys that it leads when it has heard of each, and of
 * those that it is given to lead later. Per key:
 *
 * <pre>
 *   silent ── served or failed ───────────────────────► heard
 *     ├────── somebody else leads: it waits ──────────► heard ── the lead is handed over ─┐
 *     └────── leads ──────────────────────────────────► heard, in the next round ◄────────┘
 * </pre>
 *
 * <p>A round begins once no key is silent: one bulk load of all leads that have come. Only then
 * does the reader wait for what others lead. So of two reads that wait for each other's keys both
 * have loaded their own before, in whatever order the keys are. A key is silent for no longer than
 * a lookup that this very read has sent: it waits for the tier, and never for another caller.
 *
 * <p>Races: a key may be reported by several threads and several times (it joins a flight, which
 * ends at that moment); the first report counts, and a lead is a report. A read that leaves may be
 * given a lead at that very moment: whoever comes second, the lead or the leaving, hands it over.
 * The lock is held for a few instructions, and never while a flight, a loader or the executor is
 * called.
 */
final class Rounds<K, V> implements BulkPlace.Work {

  private final Engine<K, V> engine;
  private final BulkLoader<K, V> loader;
  private final AsyncLoader<K, V> refresher;
  private final Executor thread;
  private final Executor loads;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Set<Part<K, V>> silent = new HashSet<>();
  private Map<Part<K, V>, Lead<K, V>> leads = new LinkedHashMap<>();

  /** Of the round that is to run next, once it is due. */
  private @Nullable BulkPlace place;

  /**
   * Makes the rounds of one read.
   *
   * @param refresher loads a key that is served stale, behind the read
   * @param thread where replies are handled
   * @param loads where the bulk loads run
   */
  Rounds(
      Engine<K, V> engine,
      BulkLoader<K, V> loader,
      AsyncLoader<K, V> refresher,
      Executor thread,
      Executor loads) {
    this.engine = engine;
    this.loader = loader;
    this.refresher = refresher;
    this.thread = thread;
    this.loads = loads;
  }

  /** Adds a key. All are added before the first is read. */
  Part<K, V> caller(K key) {
    Part<K, V> part = new Part<>(key, refresher, thread, this);
    silent.add(part);
    Stages.then(part.future, (value, error) -> heard(part));
    return part;
  }

  /** The key is served, has failed, or waits for somebody else. */
  void heard(Part<K, V> part) {
    BulkPlace due;
    lock.lock();
    try {
      silent.remove(part);
      due = due();
    } finally {
      lock.unlock();
    }
    if (due != null) {
      due.enter();
    }
  }

  void leads(Part<K, V> part, Lead<K, V> lead) {
    BulkPlace joined;
    BulkPlace due;
    lock.lock();
    try {
      leads.put(part, lead);
      silent.remove(part);
      joined = place;
      due = due();
    } finally {
      lock.unlock();
    }
    if (joined != null) {
      joined.joined(lead);
    } else if (due != null) {
      due.enter();
    }
    if (part.gone()) {
      left(part);
    }
  }

  /** Hands over what the key leads, unless its load has begun. */
  void left(Part<K, V> part) {
    Lead<K, V> lead;
    lock.lock();
    try {
      lead = leads.remove(part);
    } finally {
      lock.unlock();
    }
    if (lead != null) {
      lead.close();
    }
  }

  private @Nullable BulkPlace due() {
    if (!silent.isEmpty() || leads.isEmpty() || place != null) {
      return null;
    }
    place = new BulkPlace(engine, loads, this);
    return place;
  }

  private Map<Part<K, V>, Lead<K, V>> take() {
    lock.lock();
    try {
      Map<Part<K, V>, Lead<K, V>> taken = leads;
      leads = new LinkedHashMap<>();
      place = null;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Collection<Lead<K, V>> leads() {
    lock.lock();
    try {
      return List.copyOf(leads.values());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    Batch<K, V> batch = new Batch<>();
    take().values().forEach(lead -> lead.run(batch));
    batch.run(loader);
  }

  @Override
  public void reject(Throwable error) {
    take().values().forEach(lead -> lead.reject(error));
  }
}
