package io.github.corral.demo.stats;

import io.github.corral.demo.stats.HotKeyEvents.Invalidation;
import io.github.corral.demo.stats.HotKeyEvents.Wait;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * This process's record of the front page: its loads, seen from inside the repository, its
 * requests, seen from outside the cache, and its invalidations. It knows no cache and is the same
 * in every mode. Thread-safe.
 */
@Component
public final class HotKey {

  private static final int MOST_EVENTS = 50_000;
  private static final ThreadLocal<@Nullable Request> CURRENT = new ThreadLocal<>();

  private final WallClock clock;
  private final LongSupplier waitsOfThread;
  private final LongAdder requests = new LongAdder();
  private final LongAdder failedLoads = new LongAdder();
  private final EventLog<LoadStamp> loads = new EventLog<>(MOST_EVENTS);
  private final EventLog<Wait> waits = new EventLog<>(MOST_EVENTS);
  private final EventLog<Invalidation> invalidations = new EventLog<>(MOST_EVENTS);

  @Autowired
  HotKey(WallClock clock) {
    this(clock, ThreadWaits::ofCurrentThread);
  }

  /**
   * Creates a record of its own time.
   *
   * @param clock what all stamps are taken from
   * @param waitsOfThread how often the calling thread has waited so far
   */
  HotKey(WallClock clock, LongSupplier waitsOfThread) {
    this.clock = clock;
    this.waitsOfThread = waitsOfThread;
  }

  /**
   * Runs one request for the hot key and records it if it stood behind a load.
   *
   * @param service the annotated service method, cache and all
   * @return what the service returned; what it throws is thrown on, and nothing is recorded
   */
  public <V extends Stamped> V request(Supplier<V> service) {
    requests.increment();
    Request request = new Request(clock.micros(), waitsOfThread.getAsLong());
    CURRENT.set(request);
    try {
      V value = service.get();
      recordIfWaited(request, value.load());
      return value;
    } finally {
      CURRENT.remove();
    }
  }

  private void recordIfWaited(Request request, LoadStamp load) {
    if (load.endedMicros() <= request.startedMicros) {
      return;
    }
    boolean gaveUpProcessor = waitsOfThread.getAsLong() > request.waitsBefore;
    Wait wait = new Wait(request.startedMicros, clock.micros(), request.ranLoad, load);
    if ((wait.ranLoad() || gaveUpProcessor) && 2 * wait.overlapMicros() >= load.durationMicros()) {
      waits.add(wait);
    }
  }

  /** Opens the record of one execution of the front page's query; close it in every case. */
  public Loading load() {
    Request request = CURRENT.get();
    if (request != null) {
      request.ranLoad = true;
    }
    return new Loading(clock.micros());
  }

  /**
   * Runs a write that invalidates the hot key, and records it also when it fails: its effect is
   * unknown then.
   */
  public <V> V invalidation(Supplier<V> write) {
    long started = clock.micros();
    try {
      return write.get();
    } finally {
      invalidations.add(new Invalidation(started, clock.micros()));
    }
  }

  /** Requests for the hot key since the last reset. */
  long requests() {
    return requests.sum();
  }

  /** Executions of the front page's query that brought no value, since the last reset. */
  long failedLoads() {
    return failedLoads.sum();
  }

  /** A copy of everything recorded since the last reset. */
  HotKeyEvents events() {
    boolean truncated = loads.isTruncated() || waits.isTruncated() || invalidations.isTruncated();
    return new HotKeyEvents(loads.all(), waits.all(), invalidations.all(), truncated);
  }

  void reset() {
    requests.reset();
    failedLoads.reset();
    loads.clear();
    waits.clear();
    invalidations.clear();
  }

  /** One execution of the front page's query. Not thread-safe. */
  public final class Loading implements AutoCloseable {

    private final long startedMicros;
    private boolean ended;

    private Loading(long startedMicros) {
      this.startedMicros = startedMicros;
    }

    /** The query brought its rows: records the load and gives the stamp for the value. */
    public LoadStamp ended(long newestPost) {
      ended = true;
      LoadStamp stamp = new LoadStamp(startedMicros, clock.micros(), newestPost);
      loads.add(stamp);
      return stamp;
    }

    /** Counts the load as failed unless it has ended. */
    @Override
    public void close() {
      if (!ended) {
        failedLoads.increment();
      }
    }
  }

  /** A request in progress; seen by its own thread alone. */
  private static final class Request {
    private final long startedMicros;
    private final long waitsBefore;
    private boolean ranLoad;

    private Request(long startedMicros, long waitsBefore) {
      this.startedMicros = startedMicros;
      this.waitsBefore = waitsBefore;
    }
  }
}
