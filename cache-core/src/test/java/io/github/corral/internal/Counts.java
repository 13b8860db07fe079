package io.github.corral.internal;

import io.github.corral.spi.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what a cache records, by the events' names. Thread-safe. */
public final class Counts implements Recorder {

  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final List<LoadEnd> loads = new CopyOnWriteArrayList<>();

  /** The loads that have ended, in order. */
  public List<LoadEnd> loads() {
    return List.copyOf(loads);
  }

  /** How often an event was recorded, such as "hit L1", "load FAILURE", "overtaken". */
  public int of(String event) {
    AtomicInteger count = counts.get(event);
    return count == null ? 0 : count.get();
  }

  private void count(String event) {
    counts.computeIfAbsent(event, name -> new AtomicInteger()).incrementAndGet();
  }

  @Override
  public void hit(Tier tier) {
    count("hit " + tier);
  }

  @Override
  public void miss(Tier tier) {
    count("miss " + tier);
  }

  @Override
  public void made(Contents inThisProcess) {
    count("made");
  }

  @Override
  public void staleServed(Stale why) {
    count("stale");
    count("stale " + why);
  }

  @Override
  public void joined() {
    count("joined");
  }

  @Override
  public void refresh(RefreshKind kind) {
    count("refresh");
    count("refresh " + kind);
  }

  @Override
  public void leaseWait(Duration waited) {
    count("leaseWait");
  }

  @Override
  public void load(LoadEnd end) {
    count("load " + end.outcome());
    loads.add(end);
  }

  @Override
  public void detached() {
    count("detached");
  }

  @Override
  public void partitionsDropped(FeedGap why, int partitions) {
    count("gap " + why);
    counts.computeIfAbsent("dropped " + why, name -> new AtomicInteger()).addAndGet(partitions);
  }

  @Override
  public void overtaken() {
    count("overtaken");
  }

  @Override
  public void tooLarge() {
    count("tooLarge");
  }

  @Override
  public void codecFailure() {
    count("codecFailure");
  }

  @Override
  public void notKept() {
    count("notKept");
  }

  @Override
  public void changeKept() {
    count("changeKept");
  }

  @Override
  public void remoteFailure() {
    count("remoteFailure");
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
